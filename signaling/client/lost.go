package client

// Lost tells, on the first view of a new websocket, whether the gateway does not
// have this media connection any more: it may be another machine. Then a new one
// is to be made at once, without waiting until nothing is heard (PROTOCOL.md
// §5.2, pc).
func (m *Media) Lost(v View) bool { return v.Media && v.PC != m.pc }

package signaling

import "time"

// TURN is a way to this node's media for those whose networks let nothing else
// through (RFC 8656).
type TURN struct {
	URLs                 []string
	Username, Credential string
	Expires              time.Time
}

// turnMessage gives a seat a TURN server (PROTOCOL.md §5.2).
type turnMessage struct {
	Type       string    `json:"type"` // "turn"
	URLs       []string  `json:"urls"`
	Username   string    `json:"username"`
	Credential string    `json:"credential"`
	Expires    time.Time `json:"expires"`
}

// giveTURN gives a connection whose seat may have media what it needs to reach
// the TURN server of this node, and again when half its time is over.
func (l *live) giveTURN(c *conn, media bool) {
	now := l.server.now()
	if l.server.cfg.TURN == nil || !media || now.Before(c.turnDue) {
		return
	}
	t := l.server.cfg.TURN(string(l.id) + " " + string(c.seat))
	c.turnDue = now.Add(t.Expires.Sub(now) / 2)
	c.out.send(turnMessage{Type: "turn", URLs: t.URLs, Username: t.Username, Credential: t.Credential, Expires: t.Expires.UTC()})
}

// renewTURN does so for all who have one.
func (l *live) renewTURN() {
	for seat, c := range l.conns {
		if !c.turnDue.IsZero() {
			l.giveTURN(c, l.session.MediaFor(seat).Circle != "")
		}
	}
}

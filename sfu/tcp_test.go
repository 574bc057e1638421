package sfu

import (
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

// TestConnectionsOfOne: one client has so many TCP connections and no more, and
// can have others when it closes some.
func TestConnectionsOfOne(t *testing.T) {
	n, p := offered(t)
	link := p.link.Load()
	check, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername(n.credentials(link).ufrag+":x"),
		stun.MessageIntegrity(n.credentials(link).pwd), stun.Fingerprint)
	must(t, err)
	frame := append(binary.BigEndian.AppendUint16(nil, uint16(len(check.Raw))), check.Raw...)
	connect := func() (c net.Conn, goesOn bool) {
		c, err := net.Dial("tcp", n.Addr().String())
		must(t, err)
		t.Cleanup(func() { _ = c.Close() })
		must(t, c.SetDeadline(time.Now().Add(5*time.Second)))
		for range 2 { // the first finds out whose it is
			_, _ = c.Write(frame)
			if _, err = readFrame(c, make([]byte, maxDatagram)); err != nil {
				return c, false
			}
		}
		return c, true
	}
	var all []io.Closer
	for i := range maxRoutes {
		c, goesOn := connect()
		if !goesOn {
			t.Fatalf("connection %d is closed", i)
		}
		all = append(all, c)
	}
	if _, goesOn := connect(); goesOn {
		t.Errorf("%d connections of one client", maxRoutes+1)
	}
	must(t, all[0].Close())
	eventually(t, "another one", func() bool { _, goesOn := connect(); return goesOn })
}

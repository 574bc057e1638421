package signaling

import (
	"net"
	"testing"
	"time"

	"anteroom/sfu/turn"
	"anteroom/signaling/client"
)

// withTURN is a world with a TURN server.
func withTURN(t *testing.T) (*world, *turn.Server) {
	t.Helper()
	var server *turn.Server
	var url string
	w := newWorld(t, func(c *Config) {
		c.TURN = func(owner string) TURN {
			one := server.Credentials(owner)
			return TURN{URLs: []string{url}, Username: one.Username, Credential: one.Password, Expires: one.Expires}
		}
	})
	server = must[*turn.Server](t)(turn.New(w.server.media))
	t.Cleanup(func() { ok(t, server.Close()) })
	udp := must[net.PacketConn](t)(net.ListenPacket("udp4", "127.0.0.1:0"))
	url = "turn:" + udp.LocalAddr().String() + "?transport=udp"
	ok(t, server.ServePackets(udp))
	return w, server
}

// TestTURN: whoever may have media gets what it needs for the TURN server, each
// seat its own, anew before it expires, and media goes that way.
func TestTURN(t *testing.T) {
	t.Parallel()
	w, server := withTURN(t)
	m := w.of("S.")
	host := m.publish(m.enter("Host"), client.MediaOptions{})
	guest := m.publish(m.admitted(host.person, "S."), client.MediaOptions{TURN: client.TURNOnly, Audio: 2, Video: 2})
	m.hears(host, guest.person, client.Camera)
	m.hears(guest, host.person, client.Audio)
	if n := server.Stats().Allocations; n == 0 {
		t.Error("nothing went through the TURN server")
	}
	first := guest.TURN()
	if first.Username == host.TURN().Username || first.Expires.Before(time.Now()) {
		t.Errorf("not the seat's own, or until %v", first.Expires)
	}
	w.poll("new ones would be good for longer", func() bool { return server.Credentials("").Expires.After(first.Expires) })
	w.clock.advance(time.Until(first.Expires)/2 + time.Second)
	_, err := guest.WaitTURN(within(t), func(next client.TURN) bool { return next.Expires.After(first.Expires) })
	ok(t, err)

	ok(t, host.Remove(within(t), guest.seat.ID))
	m.poll("no allocation is left", func() bool { return server.Stats().Allocations == 0 })
}

// TestTURNOnlyWithMedia: nobody who may not have media is given the TURN server.
func TestTURNOnlyWithMedia(t *testing.T) {
	t.Parallel()
	w, _ := withTURN(t)
	m := w.of("S.", "M.")
	host := m.enter("Host")
	guest := m.enter("S.")
	m.see(host, func(v client.View) bool { return len(v.Door) == 1 })
	if guest.TURN() != nil {
		t.Error("somebody who waits has it")
	}
	ok(t, host.Greet(within(t), guest.seat.ID))
	m.see(guest, func(v client.View) bool { return v.Me.Phase == client.PhaseGreeted })
	if guest.TURN() == nil {
		t.Error("somebody who is greeted has not")
	}
}

// TestTURNOfTheNodeThatHasTheSession: media are there, so it is its TURN server
// that people are given wherever they have arrived.
func TestTURNOfTheNodeThatHasTheSession(t *testing.T) {
	t.Parallel()
	nodes := newCluster(t, shared(t), 2)
	for i, url := range []string{"turn:first.example:3478", "turn:second.example:3478"} {
		nodes[i].server.cfg.TURN = func(string) TURN { return TURN{URLs: []string{url}, Expires: time.Now().Add(time.Minute)} }
	}
	m := nodes[0].of("S.")
	host := m.enter("Host")
	guest := m.on(nodes[1]).admitted(host, "S.")
	for _, p := range []person{host, guest} {
		if got := p.TURN(); got == nil || got.URLs[0] != "turn:first.example:3478" {
			t.Errorf("given %v", got)
		}
	}
}

// poll waits until something is so that nobody tells of.
func (w *world) poll(what string, is func() bool) {
	w.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for ctx := within(w.t); !is(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			w.t.Fatalf("not so: %s", what)
		}
	}
}

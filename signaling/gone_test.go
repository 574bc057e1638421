package signaling

import (
	"net"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/signaling/client"
)

// heldBy gives the lease of a meeting's session to a node that is none of ours.
func (m *meeting) heldBy(node string, ttl time.Duration) {
	m.t.Helper()
	must[room.Lease](m.t)(m.store.Acquire(within(m.t), m.session.ID, node, ttl))
}

// took checks that the node took one lease, and why.
func (w *world) took(why reason) {
	w.t.Helper()
	for other, n := range w.server.Figures().LeasesTaken {
		if want := other == string(why); (n == 1) != want {
			w.t.Errorf("%d leases taken because %q", n, other)
		}
	}
}

// TestDeadHolder: a session whose holder's machine refuses connections comes to
// the node that is asked, long before the lease runs out.
func TestDeadHolder(t *testing.T) {
	m := newCluster(t, shared(t), 1)[0].of()
	seat := m.join("Host")
	gone := must[net.Listener](t)(net.Listen("tcp", "127.0.0.1:0"))
	ok(t, gone.Close())
	m.heldBy("dead https://"+gone.Addr().String(), time.Hour)
	if phase := m.connect(seat).View().Me.Phase; phase != client.PhaseIn {
		t.Errorf("%q", phase)
	}
	m.took(reasonGone)
}

// TestSilentHolder: a machine that says nothing proves nothing. The session comes
// once the lease has run out, not before.
func TestSilentHolder(t *testing.T) {
	m := newCluster(t, shared(t), 1)[0].of()
	seat := m.join("Host")
	silent := must[net.Listener](t)(net.Listen("tcp", "127.0.0.1:0"))
	defer func() { _ = silent.Close() }()
	const left = 2 * time.Second
	until := time.Now().Add(left)
	m.heldBy("frozen https://"+silent.Addr().String(), left)
	m.connect(seat)
	if early := time.Until(until); early > 10*time.Millisecond {
		t.Errorf("%v before the lease ran out", early)
	}
	m.took(reasonSilent)
}

// TestPredecessor: what this process' predecessor held is its own to take, by
// whichever node one comes.
func TestPredecessor(t *testing.T) {
	for _, by := range []int{0, 1} {
		nodes := newCluster(t, shared(t), 2)
		m := nodes[0].of()
		seat := m.join("Host")
		m.heldBy("predecessor "+nodes[0].server.cfg.InternalURL, time.Hour)
		there := m.on(nodes[by])
		there.connect(there.elsewhere(seat))
		nodes[0].took(reasonRestarted)
	}
}

// TestFalselyAccused: a node that is alive while its port refuses connections
// loses its sessions to the node that believes it dead. It writes nothing more,
// who is removed there is cut off here at once, and the others when it next
// renews.
func TestFalselyAccused(t *testing.T) {
	nodes := newCluster(t, shared(t), 2)
	m := nodes[0].of("S.", "M.")
	host := m.enter("Host")
	s, other := m.admitted(host, "S."), m.admitted(host, "M.")
	publish := func(p person) *client.Media {
		media := must[*client.Media](t)(p.Publish(within(t), client.MediaOptions{Engine: m.engine, Audio: 1, Video: 1}))
		t.Cleanup(media.Close)
		ok(t, media.WaitConnected(within(t)))
		return media
	}
	ofS, ofOther := publish(s), publish(other)

	nodes[0].hang()
	there := m.on(nodes[1])
	back := there.connect(there.elsewhere(host.seat))
	nodes[1].took(reasonGone)
	took := time.Now()
	ok(t, back.Remove(within(t), s.seat.ID))
	if err := host.Lock(within(t)); err == nil {
		t.Error("a node without lease confirmed a command")
	}
	ok(t, ofS.WaitClosed(within(t)))
	removed := time.Since(took)
	ok(t, ofOther.WaitClosed(within(t)))
	closed := time.Since(took)
	m.bye(other, client.CodeRestarting)
	t.Logf("media of who is removed ended after %v, of the others after %v", removed, closed)
	if removed > time.Second || closed > leaseRenew+time.Second {
		t.Errorf("media of who is removed ended after %v, of the others after %v", removed, closed)
	}
	if n := nodes[0].server.Figures().LeasesLost; n != 1 {
		t.Errorf("%d leases lost", n)
	}
	if r, _ := there.read(); r.Locked {
		t.Error("the node without lease locked the room")
	}
	refused(t, there.asked("S."), client.CodeRemoved)
}

// TestSharedAddress: where two nodes were given the same address, neither takes the
// other for its own predecessor.
func TestSharedAddress(t *testing.T) {
	store := shared(t)
	a := newPeer(t, store)
	b := newNode(t, store, func(c *Config) { c.InternalURL = a.server.cfg.InternalURL })
	m := a.of()
	m.enter("Host")
	lease, err := store.Acquire(within(t), m.session.ID, b.server.node, leaseTTL)
	is(t, err, room.ErrHeld)
	for range 2 {
		a.server.beat()
		b.server.beat()
	}
	if why, gone := b.server.inherit(within(t), lease); gone {
		t.Errorf("it was taken: %s", why)
	}
	if !a.server.nodes.twin.Load() {
		t.Error("the other one has not noticed")
	}
}

package signaling

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/room/memstore"
	"anteroom/signaling/client"
)

// on is the same meeting, seen through another node.
func (m *meeting) on(w *world) *meeting {
	return &meeting{world: w, session: m.session, links: m.links}
}

// elsewhere is the same seat, to be connected to through another node.
func (m *meeting) elsewhere(seat *client.Seat) *client.Seat {
	s := client.Resume(seat.Origin, seat.Session, seat.Key(), m.options())
	s.ID = seat.ID
	return s
}

// TestSecondNodeTakesOver: one node at a time serves a session; when it closes,
// another does, and nobody is admitted again.
func TestSecondNodeTakesOver(t *testing.T) {
	a := newWorld(t)
	b := newNode(t, a.store)
	m := a.of("S.", "M.")
	there := m.on(b)
	host := m.enter("Host")
	guest := m.admitted(host, "S.")
	ok(t, host.Lock(within(t)))
	_, err := there.elsewhere(guest.seat).Connect(within(t))
	refused(t, err, client.CodeUnavailable)
	refused(t, there.asked("M."), client.CodeLocked) // joining needs no lease
	a.server.Close()
	for _, p := range []person{host, guest} {
		m.bye(p, client.CodeRestarting)
	}
	back := there.connect(there.elsewhere(guest.seat))
	if v := back.View(); v.Me.Phase != client.PhaseIn || !v.Room.Locked {
		t.Errorf("%q, locked %t", v.Me.Phase, v.Room.Locked)
	}
	hostBack := there.connect(there.elsewhere(host.seat))
	there.see(hostBack, func(v client.View) bool { p, _ := v.Person(guest.seat.ID); return p.Online })
	refused(t, there.asked("M."), client.CodeLocked)
}

// frozenStore is the store of a node that, for a while, does not get to renew
// its leases: as if the process were stopped.
type frozenStore struct {
	room.Store
	frozen atomic.Bool
}

func (s *frozenStore) Acquire(ctx context.Context, key, node string, ttl time.Duration) (room.Lease, error) {
	if s.frozen.Load() {
		return room.Lease{}, errors.New("frozen")
	}
	return s.Store.Acquire(ctx, key, node, ttl)
}

func (s *frozenStore) Close() error { return nil } // the other node's too

// TestFrozenNode: a node whose lease ran out writes nothing any more, closes its
// media and sends its people away.
func TestFrozenNode(t *testing.T) {
	var ahead clock
	store := memstore.New(memstore.Options{Now: ahead.now})
	t.Cleanup(func() { _ = store.Close() })
	frozen := &frozenStore{Store: store}
	a, b := newNode(t, frozen), newNode(t, store)
	m := a.of("S.")
	there := m.on(b)
	host := m.enter("Host")
	guest := m.admitted(host, "S.")
	media := must[*client.Media](t)(guest.Publish(within(t), client.MediaOptions{Engine: a.engine, Audio: 1, Video: 1}))
	t.Cleanup(media.Close)
	ok(t, media.WaitConnected(within(t)))

	frozen.frozen.Store(true)
	ahead.advance(leaseTTL + time.Second)
	back := there.connect(there.elsewhere(guest.seat))
	if phase := back.View().Me.Phase; phase != client.PhaseIn {
		t.Errorf("%q on the other node", phase)
	}
	_, before := m.read()
	if err := host.Remove(within(t), guest.seat.ID); err == nil {
		t.Error("a node without lease confirmed a removal")
	}
	if _, after := m.read(); after != before {
		t.Errorf("it wrote %d times", after-before)
	}
	m.bye(host, client.CodeRestarting)
	m.bye(guest, client.CodeRestarting)
	ok(t, media.WaitClosed(within(t)))
}

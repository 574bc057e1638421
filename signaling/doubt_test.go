package signaling

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/signaling/client"
)

// slowGrants grants leases at once, but while late is set an answer arrives only
// when its channel is closed: as if the process stood still meanwhile.
type slowGrants struct {
	room.Store
	late    atomic.Bool
	answers chan chan struct{}
}

func (s *slowGrants) Acquire(ctx context.Context, key, node string, ttl time.Duration) (room.Lease, error) {
	lease, err := s.Store.Acquire(ctx, key, node, ttl)
	if !s.late.Load() {
		return lease, err
	}
	arrives := make(chan struct{})
	select {
	case s.answers <- arrives:
		<-arrives
	case <-ctx.Done():
	}
	return lease, err
}

// on runs fn on the session's goroutine and waits for it.
func (l *live) on(t *testing.T, fn func()) {
	t.Helper()
	done := make(chan struct{})
	if !l.do(func() { fn(); close(done) }) {
		t.Fatal("the session has ended here")
	}
	<-done
}

// TestOldGrantSettlesNothing: after a process stood still for longer than its
// lease, that it had the lease before says nothing, nor does what it then hears of
// the session: no media pass until the store has said anew that the lease is held.
func TestOldGrantSettlesNothing(t *testing.T) {
	store := &slowGrants{Store: newMemory(t), answers: make(chan chan struct{})}
	w := newNode(t, store)
	m := w.of("S.")
	host := m.enter("Host")
	guest := m.admitted(host, "S.")
	media := must[*client.Media](t)(guest.Publish(within(t), client.MediaOptions{Engine: w.engine, Audio: 1}))
	t.Cleanup(media.Close)
	ok(t, guest.Send(within(t), true, false, false))
	l, _ := w.server.findLive(room.SessionID(m.session.ID))
	may := func() (may room.Media) {
		l.on(t, func() { may = l.peers[room.SeatID(guest.seat.ID)].may })
		return may
	}

	store.late.Store(true)
	before := <-store.answers
	l.on(t, func() {
		l.renewedAt = l.renewedAt.Add(-leaseTTL - time.Second)
		l.renew()
	})
	close(before)
	after := <-store.answers // the next one is asked for, so the one before was taken in
	if got := may(); got != (room.Media{}) {
		t.Errorf("after an old grant the guest may %+v", got)
	}
	ok(t, host.Lock(within(t)))
	m.see(guest, func(v client.View) bool { return v.Room.Locked })
	if got := may(); got != (room.Media{}) {
		t.Errorf("after a change of the session the guest may %+v", got)
	}
	close(after)
	last := <-store.answers
	if got := may(); !got.Mic {
		t.Errorf("after a new grant the guest may %+v", got)
	}
	store.late.Store(false)
	close(last)
}

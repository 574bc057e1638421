package signaling

import (
	"context"
	"errors"
	"sync"
	"time"

	"anteroom/room"
)

// leaseTTL and leaseRenew bound how long another node waits for a session
// whose node died. Between two renewals there is time for one that fails.
const (
	leaseTTL   = 4 * time.Second
	leaseRenew = 1250 * time.Millisecond
)

// claim takes the lease, forgets the connections of whoever had it before, and
// begins to watch.
func (l *live) claim(ctx context.Context, why reason) error {
	lease, err := l.acquire(ctx)
	if errors.Is(err, room.ErrHeld) {
		if proof, gone := l.server.inherit(ctx, lease); gone {
			why = proof
			lease, err = l.acquire(ctx)
		}
	}
	if errors.Is(err, room.ErrHeld) {
		return heldError{lease}
	}
	if err != nil {
		return err
	}
	l.server.counts.took(why)
	l.lease = lease
	l.fence.Store(lease.Epoch)
	if l.server.cfg.Shared {
		var now mark
		now, err = l.server.marker.look(ctx)
		l.generation = now.Name
	}
	if err == nil {
		l.session, err = l.update(ctx, func(s *room.Session) error { s.TakeOver(l.server.now()); return nil })
	}
	if err == nil {
		l.watcher, err = l.server.sessions.Watch(l.ctx, l.id)
	}
	if err != nil {
		_ = l.server.sessions.Store().Release(ctx, lease)
	}
	return err
}

func (l *live) acquire(ctx context.Context) (room.Lease, error) {
	return l.server.sessions.Store().Acquire(ctx, string(l.id), l.server.node, leaseTTL)
}

// update changes the session in the store, under this node's lease. Whether a
// lease that counts as taken over really is, the store knows: it may have run out
// while the store was away, and nobody wanted it.
func (l *live) update(ctx context.Context, fn changeFunc) (*room.Session, error) {
	s, err := l.write(ctx, room.Fence(l.fence.Load()), fn)
	if !errors.Is(err, room.ErrFenced) {
		return s, err
	}
	if lease, held := l.acquire(ctx); held == nil {
		l.hold(lease)
		s, err = l.write(ctx, room.Fence(lease.Epoch), fn)
	}
	if errors.Is(err, room.ErrFenced) {
		l.do(l.lose)
	}
	return s, err
}

// write changes the record, and has what was written taken in before anybody is
// told that it is done: the store may lose it before the watch tells of it, and
// then it is this node that knows who was removed.
func (l *live) write(ctx context.Context, fence room.Fence, fn changeFunc) (*room.Session, error) {
	losses := l.losses.Load()
	s, version, err := l.server.sessions.Commit(ctx, l.id, fence, fn)
	if version > 0 {
		l.do(func() {
			if losses == l.losses.Load() { // else versions began anew
				l.adopt(s, version)
			}
		})
	}
	return s, err
}

// hold takes note of a lease that was granted or renewed.
func (l *live) hold(lease room.Lease) {
	for old := l.fence.Load(); old < lease.Epoch && !l.fence.CompareAndSwap(old, lease.Epoch); {
		old = l.fence.Load()
	}
	l.do(func() { l.held(lease) })
}

// held writes anew who is connected when the lease had run out meanwhile:
// another node may have had it, and thought them gone.
func (l *live) held(lease room.Lease) {
	if lease.Epoch <= l.lease.Epoch {
		return
	}
	l.lease = lease
	connected := map[room.SeatID]string{}
	for seat, c := range l.conns {
		connected[seat] = c.id
	}
	l.server.spawn(func() {
		ctx, cancel := l.server.bounded()
		defer cancel()
		_, err := l.update(ctx, func(s *room.Session) error {
			for seat, conn := range connected {
				_ = s.Connect(seat, conn, l.server.now()) // refused: that seat is gone
			}
			return nil
		})
		if errors.Is(err, room.ErrNotFound) {
			l.do(l.vanished)
		}
	})
}

// renew keeps the lease. A store that is away does not end the session; that
// another node has taken it does.
func (l *live) renew() {
	l.doubt()
	begun := l.renewedAt
	l.aside(&l.renewing, func(ctx context.Context) error {
		lease, err := l.acquire(ctx)
		if err == nil {
			l.hold(lease)
		}
		l.do(func() { l.renewed(begun, err) })
		return err
	})
}

// renewed takes in the answer to what was begun then.
func (l *live) renewed(begun time.Time, err error) {
	if errors.Is(err, room.ErrHeld) {
		l.lose()
		return
	}
	if l.doubted() && !begun.Before(l.doubtedAt) { // else the answer is from before this process stood still
		l.doubtedAt = time.Time{}
		l.reconcile()
	}
	if err != nil {
		return
	}
	if l.gone {
		l.vanished()
	}
	l.catchUp()
}

// doubt notices that this process stood still for longer than its lease: then
// another node may have the session, and until the store has said that it has
// not, nobody's media pass here.
func (l *live) doubt() {
	now := time.Now()
	if !l.renewedAt.IsZero() && now.Sub(l.renewedAt) > leaseTTL {
		l.doubtedAt = now
		for _, p := range l.peers {
			p.media.Allow(false, false, false)
			p.may = room.Media{}
		}
	}
	l.renewedAt = now
}

func (l *live) doubted() bool { return !l.doubtedAt.IsZero() }

// lose ends the session here because another node has it.
func (l *live) lose() {
	if l.ctx.Err() == nil {
		l.server.counts.lost.Add(1)
	}
	l.stop(room.CodeRestarting)
}

// complaints bounds how often one trouble with the store is logged: it meets all
// sessions at once.
type complaints struct {
	mu   sync.Mutex
	last time.Time // guarded by mu
}

func (c *complaints) due() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.last) < 10*time.Second {
		return false
	}
	c.last = time.Now()
	return true
}

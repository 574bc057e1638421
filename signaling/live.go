package signaling

import (
	"context"
	"errors"
	"sync"
	"time"

	"anteroom/room"
	"anteroom/sfu"
)

const (
	// leaseTTL and leaseRenew bound how long another node waits for a session
	// whose node died.
	leaseTTL   = 4 * time.Second
	leaseRenew = 1250 * time.Millisecond
	// idleFor is how long a live session without connections is kept: longer
	// than the pause, so that a host who is lost is noticed by it.
	idleFor = 45 * time.Second
)

// live is the running side of one session on this node.
type live struct {
	server  *Server
	id      room.SessionID
	started chan struct{} // closed when err, fence and ctx are set
	err     error         // why it could not start
	lease   room.Lease    // as first acquired
	fence   room.Fence
	ctx     context.Context // ends with the live session
	cancel  context.CancelFunc
	inbox   *inbox
	joining sync.Mutex // held from marking a seat as connected to entering

	// Owned by run.
	watcher *room.Watcher
	session *room.Session // newest snapshot
	rev     uint64
	conns   map[room.SeatID]*conn
	peers   map[room.SeatID]*peer
	media   *sfu.Room
	idle    time.Time // since when nobody is connected

	ticking, renewing bool // such work is under way aside
}

func newLive(s *Server, id room.SessionID) *live {
	return &live{
		server: s, id: id, started: make(chan struct{}), inbox: newInbox(),
		conns: map[room.SeatID]*conn{}, peers: map[room.SeatID]*peer{}, media: s.media.Room(string(id)),
		idle: s.now(), // until somebody enters
	}
}

// start claims the session for this node and runs it. Everybody else waits for
// started.
func (l *live) start(ctx context.Context) {
	defer close(l.started)
	l.ctx, l.cancel = context.WithCancel(l.server.ctx)
	l.err = l.claim(ctx)
	if l.err == nil && !l.server.spawn(l.run) {
		l.err = room.Refused(room.CodeRestarting)
	}
	if l.err != nil {
		l.cancel()
		l.server.forget(l)
	}
}

// claim takes the lease, forgets the connections of whoever had it before, and
// begins to watch.
func (l *live) claim(ctx context.Context) error {
	store := l.server.sessions.Store()
	lease, err := store.Acquire(ctx, string(l.id), l.server.node, leaseTTL)
	if errors.Is(err, room.ErrHeld) {
		return heldError{lease}
	}
	if err != nil {
		return err
	}
	l.server.counts.taken.Add(1)
	l.lease, l.fence = lease, room.Fence(lease.Epoch)
	l.session, err = l.update(ctx, func(s *room.Session) error { s.TakeOver(l.server.now()); return nil })
	if err == nil {
		l.watcher, err = l.server.sessions.Watch(l.ctx, l.id)
	}
	if err != nil {
		_ = store.Release(ctx, lease)
	}
	return err
}

// update changes the session under this node's lease.
func (l *live) update(ctx context.Context, fn func(*room.Session) error) (*room.Session, error) {
	s, err := l.server.sessions.Update(ctx, l.id, l.fence, fn)
	if errors.Is(err, room.ErrFenced) {
		l.do(func() { l.stop(room.CodeRestarting) })
	}
	return s, err
}

// do runs fn on the session's goroutine, some time; false if that has ended.
func (l *live) do(fn func()) bool { return l.inbox.put(fn) }

// run owns the session until it ends here.
func (l *live) run() {
	defer l.close()
	renew := time.NewTicker(leaseRenew)
	defer renew.Stop()
	due := time.NewTimer(0)
	defer due.Stop()
	for {
		select {
		case <-l.ctx.Done():
			return
		case <-l.inbox.wake:
			l.inbox.drain()
		case c, ok := <-l.watcher.Changes():
			if !ok {
				return
			}
			l.change(c)
		case <-renew.C:
			l.renew()
			l.tick()
		case <-due.C:
			l.tick()
		}
		due.Reset(l.untilDue())
	}
}

// change takes in a newly committed session: media first, so that nobody hears
// on while a slow connection is told; then everybody's view.
func (l *live) change(c room.Change) {
	session, rev, err := l.watcher.Open(c)
	switch {
	case errors.Is(err, room.ErrNotFound):
		l.stop(room.CodeEnded)
		return
	case err != nil:
		l.server.log.Error("a record does not open; is the deployment secret right?")
		l.stop(room.CodeUnavailable)
		return
	case rev <= l.rev:
		return
	}
	l.session, l.rev = session, rev
	l.reconcile()
	for _, c := range l.conns {
		l.show(c)
	}
}

// show sends a connection its view, or the reason why there is none any more. A
// seat that is so new that this node has yet to hear of it gets its view then.
func (l *live) show(c *conn) {
	if _, known := l.session.Seat(c.seat); !known {
		return
	}
	view, err := l.session.ViewFor(c.seat, l.server.now())
	if err != nil {
		delete(l.conns, c.seat)
		c.out.bye(byeFor(room.CodeOf(err)))
		return
	}
	view.Rev = l.rev
	m := viewMessage{Type: "view", View: view}
	if p := l.peers[c.seat]; p != nil {
		m.PC = p.pc
	}
	c.out.sendView(m)
}

// tick does what falls due by time.
func (l *live) tick() {
	now := l.server.now()
	switch {
	case !l.idle.IsZero() && now.Sub(l.idle) >= idleFor && len(l.peers) == 0:
		l.cancel()
	case !l.session.Due().After(now):
		l.aside(&l.ticking, func(ctx context.Context) error {
			_, err := l.update(ctx, func(s *room.Session) error { s.Tick(l.server.now()); return nil })
			return err
		})
	}
}

// aside runs work with the store on a goroutine of its own, one at a time for
// each flag: a slow store must not hold up the session.
func (l *live) aside(busy *bool, work func(context.Context) error) {
	if *busy {
		return
	}
	*busy = l.server.spawn(func() {
		ctx, cancel := l.server.bounded()
		defer cancel()
		if err := work(ctx); err != nil && !errors.Is(err, room.ErrNotFound) && l.ctx.Err() == nil {
			l.server.log.Warn("a session's housekeeping failed", "cause", cause(err))
		}
		l.do(func() { *busy = false })
	})
}

// untilDue is when to look again for what falls due. Beside that, the session is
// looked at with each renewal of the lease, so that a clock that was set does
// not matter for long.
func (l *live) untilDue() time.Duration {
	return max(l.session.Due().Sub(l.server.now()), 100*time.Millisecond)
}

// renew keeps the lease. A store that is away does not end the session; that
// another node has taken it does.
func (l *live) renew() {
	l.aside(&l.renewing, func(ctx context.Context) error {
		lease, err := l.server.sessions.Store().Acquire(ctx, string(l.id), l.server.node, leaseTTL)
		if errors.Is(err, room.ErrHeld) || err == nil && lease.Epoch != l.lease.Epoch {
			l.do(func() { l.stop(room.CodeRestarting) })
		}
		return err
	})
}

// stop ends the session on this node and tells everybody why.
func (l *live) stop(code room.Code) {
	for seat, c := range l.conns {
		delete(l.conns, seat)
		c.out.bye(byeFor(code))
	}
	l.cancel()
}

// close lets go of all that the live session holds. Whoever got in at the last
// moment is told to connect again.
func (l *live) close() {
	l.inbox.close()
	l.stop(room.CodeRestarting)
	l.server.forget(l)
	l.closePeers()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), leaseRenew)
	defer cancel()
	_ = l.server.sessions.Store().Release(ctx, l.lease)
}

package signaling

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"anteroom/room"
	"anteroom/sfu"
)

// idleFor is how long a live session without connections is kept: longer
// than the pause, so that a host who is lost is noticed by it.
const idleFor = 45 * time.Second

// live is the running side of one session on this node.
type live struct {
	server  *Server
	id      room.SessionID
	started chan struct{}   // closed when err, fence and ctx are set
	err     error           // why it could not start
	fence   atomic.Uint64   // epoch of the lease
	losses  atomic.Uint64   // how often the record was gone
	away    atomic.Bool     // the store did not answer: see away.go
	ctx     context.Context // ends with the live session
	cancel  context.CancelFunc
	ended   chan struct{} // closed when all is let go of
	inbox   *inbox
	joining sync.Mutex // held from marking a seat as connected to entering

	// Owned by run.
	watcher *room.Watcher
	session *room.Session // newest snapshot, with what is pending
	version uint64        // of the record that the snapshot is from
	rev     uint64        // of the view
	conns   map[room.SeatID]*conn
	peers   map[room.SeatID]*peer
	media   *sfu.Room
	idle    time.Time                 // since when nobody is connected
	told    map[room.SeatID]EventType // to programs of the practice; nil before the first
	toldEnd bool

	lease      room.Lease
	renewedAt  time.Time    // when renewing was last begun, by the monotonic clock
	doubtedAt  time.Time    // when it was noticed that this process had stood still for longer than its lease; zero if that is settled
	pending    []changeFunc // made while the store was away
	generation string       // of the store: the name of its mark
	gone       bool         // the record is

	ticking, renewing, committing, restoring bool // such work is under way aside
}

func newLive(s *Server, id room.SessionID) *live {
	return &live{
		server: s, id: id, started: make(chan struct{}), ended: make(chan struct{}), inbox: newInbox(&s.counts.tasks),
		conns: map[room.SeatID]*conn{}, peers: map[room.SeatID]*peer{}, media: s.media.Room(string(id)),
		idle: s.now(), // until somebody enters
	}
}

// start claims the session for this node and runs it. Everybody else waits for
// started.
func (l *live) start(ctx context.Context, why reason) {
	defer close(l.started)
	l.ctx, l.cancel = context.WithCancel(l.server.ctx)
	l.err = l.claim(ctx, why)
	if l.err == nil && !l.server.spawn(l.run) {
		l.err = room.Refused(room.CodeRestarting)
	}
	if l.err != nil {
		l.cancel()
		l.server.forget(l)
	}
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
			l.inbox.drain() // what was written before this, see write
			l.change(c)
		case <-renew.C:
			l.renew()
			l.renewTURN()
			l.tick()
		case <-due.C:
			l.tick()
		}
		due.Reset(l.untilDue())
	}
}

// change takes in what the watch tells.
func (l *live) change(c room.Change) {
	session, version, err := l.watcher.Open(c)
	switch {
	case errors.Is(err, room.ErrNotFound):
		l.vanished()
		return
	case err != nil:
		l.server.log.Error("a record does not open; is the deployment secret right?")
		l.stop(room.CodeUnavailable)
		return
	}
	l.adopt(session, version)
}

// adopt takes in a newly committed session: media first, so that nobody hears
// on while a slow connection is told; then everybody's view.
func (l *live) adopt(session *room.Session, version uint64) {
	if version <= l.version {
		return
	}
	l.version, l.gone = version, false
	for _, fn := range l.pending {
		attempt(session, fn)
	}
	l.take(session)
}

// take makes a session the newest snapshot.
func (l *live) take(session *room.Session) {
	l.session, l.rev = session, max(l.rev+1, l.version)
	l.reconcile()
	l.announce(session)
	if session.Over {
		l.dismiss(room.CodeEnded)
		return
	}
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
	l.giveTURN(c, m.Media)
	c.out.sendView(m)
}

// tick does what falls due by time.
func (l *live) tick() {
	now := l.server.now()
	switch {
	case !l.idle.IsZero() && now.Sub(l.idle) >= idleFor && len(l.peers) == 0 && len(l.pending) == 0 && !l.gone:
		l.cancel()
	case !l.session.Due().After(now) && !l.session.Over:
		l.aside(&l.ticking, func(ctx context.Context) error {
			return l.apply(ctx, func(s *room.Session) error { s.Tick(l.server.now()); return nil })
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
		if err := work(ctx); err != nil && !errors.Is(err, room.ErrNotFound) && l.ctx.Err() == nil && l.server.complaints.due() {
			l.server.log.Warn("housekeeping of sessions failed", "cause", cause(err))
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

// stop ends the session on this node and tells everybody why.
func (l *live) stop(code room.Code) {
	l.dismiss(code)
	l.cancel()
}

func (l *live) dismiss(code room.Code) {
	if code == room.CodeEnded && !l.toldEnd {
		l.toldEnd = true
		l.server.emit(SessionEnded, l.id, "", "", l.server.now())
	}
	for seat, c := range l.conns {
		delete(l.conns, seat)
		c.out.bye(byeFor(code))
	}
}

// close lets go of all that the live session holds. Whoever got in at the last
// moment is told to connect again.
func (l *live) close() {
	defer close(l.ended)
	l.inbox.close()
	l.stop(room.CodeRestarting)
	l.server.forget(l)
	l.closePeers()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), leaseRenew)
	defer cancel()
	if len(l.pending) > 0 && (l.server.cut.Load() || isAway(l.commit(ctx, 0, l.pending))) {
		l.server.spawn(func() { l.deliver(l.pending) })
	}
	_ = l.server.sessions.Store().Release(ctx, l.lease)
}

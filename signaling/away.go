package signaling

import (
	"context"
	"errors"
	"time"

	"anteroom/room"
)

// While the store is away, running sessions go on: what people who are connected
// do is applied to the snapshot here, and written when the store is back. A store
// that comes back empty is given the snapshot. Nobody new gets in meanwhile: that
// takes a record.

// changeFunc changes a session by the rules. It may run several times.
type changeFunc func(*room.Session) error

// maxPending bounds what is kept for a store that is away.
const maxPending = 1000

// isAway tells whether err says that the store could not be asked, rather than
// what it or the rules answered.
func isAway(err error) bool {
	var refusal *room.Error
	if err == nil || errors.As(err, &refusal) {
		return false
	}
	for _, answer := range []error{room.ErrNotFound, room.ErrConflict, room.ErrFenced, room.ErrHeld, room.ErrClosed, context.Canceled} {
		if errors.Is(err, answer) {
			return false
		}
	}
	return true
}

// command applies what somebody asked for.
func (l *live) command(ctx context.Context, seat room.SeatID, command change) error {
	by := room.BySeat(seat)
	fn := func(s *room.Session) error { return command.apply(s, by, l.server.now()) }
	switch command.(type) {
	case *admitAllCommand:
		return l.applyOr(ctx, fn, func(before, after *room.Session) changeFunc { return admitThose(before, after, by, l) })
	case *lockCommand:
		return l.applyOr(ctx, fn, func(_, after *room.Session) changeFunc {
			return func(s *room.Session) error { return s.LockAsOf(by, after) } // others may reach the store before we do
		})
	}
	return l.apply(ctx, fn)
}

// admitThose lets in, when it is written at last, those who were let in here,
// and not who has come to wait since.
func admitThose(before, after *room.Session, by room.Actor, l *live) changeFunc {
	var seats []room.SeatID
	for _, seat := range after.Seats {
		if old, found := before.Seat(seat.ID); found && seat.Phase == room.PhaseIn && old.Phase != room.PhaseIn {
			seats = append(seats, seat.ID)
		}
	}
	return func(s *room.Session) error {
		for _, seat := range seats {
			_ = s.Admit(by, seat, l.server.now()) // refused: that seat is gone
		}
		return nil
	}
}

// apply changes the session for somebody who is connected.
func (l *live) apply(ctx context.Context, fn changeFunc) error { return l.applyOr(ctx, fn, nil) }

// applyOr does so; what it came to here can be written down in other words.
func (l *live) applyOr(ctx context.Context, fn changeFunc, later func(before, after *room.Session) changeFunc) error {
	if !l.away.Load() {
		_, err := l.update(ctx, fn)
		lost := errors.Is(err, room.ErrNotFound) && l.server.cfg.Shared
		if !isAway(err) && !lost {
			return err
		}
		if lost {
			l.do(l.vanished)
		}
	}
	result := make(chan error, 1)
	if !l.do(func() { result <- l.applyHere(fn, later) }) {
		return room.Refused(room.CodeRestarting)
	}
	return <-result
}

// applyHere changes the snapshot alone.
func (l *live) applyHere(fn changeFunc, later func(before, after *room.Session) changeFunc) error {
	if len(l.pending) >= maxPending || l.ctx.Err() != nil {
		return room.Refused(room.CodeUnavailable)
	}
	next, err := l.session.Clone()
	if err == nil {
		err = fn(next)
	}
	if err != nil {
		return err
	}
	if later != nil {
		fn = later(l.session, next)
	}
	l.pending = append(l.pending, fn)
	l.away.Store(true)
	l.take(next)
	return nil
}

// attempt applies a change wholly or not at all.
func attempt(s *room.Session, fn changeFunc) {
	if next, err := s.Clone(); err == nil && fn(next) == nil {
		*s = *next
	}
}

// catchUp writes what is pending.
func (l *live) catchUp() {
	if len(l.pending) == 0 || l.gone {
		return
	}
	batch := l.pending
	l.aside(&l.committing, func(ctx context.Context) error {
		err := l.commit(ctx, room.Fence(l.fence.Load()), batch)
		l.do(func() { l.caughtUp(len(batch), err) })
		return err
	})
}

func (l *live) caughtUp(n int, err error) {
	switch {
	case err == nil:
		l.pending = l.pending[n:]
		l.away.Store(len(l.pending) > 0)
	case errors.Is(err, room.ErrNotFound):
		l.vanished()
	}
}

// commit writes changes, as far as the rules still allow them. Without a fence it
// does so for a node that has lost the session: what a host was told is done,
// that somebody is removed above all, must be so wherever it goes on.
func (l *live) commit(ctx context.Context, fence room.Fence, batch []changeFunc) error {
	return l.commitBy(ctx, l.server.sessions, fence, batch)
}

// commitBy does so by a certain way to the store.
func (l *live) commitBy(ctx context.Context, way *room.Sessions, fence room.Fence, batch []changeFunc) error {
	_, err := way.Update(ctx, l.id, fence, func(s *room.Session) error {
		for _, fn := range batch {
			attempt(s, fn)
		}
		return nil
	})
	return err
}

// deliver does so for a session that is no longer here, as soon as this node or
// another reaches the store.
func (l *live) deliver(batch []changeFunc) {
	again := time.NewTicker(leaseRenew)
	defer again.Stop()
	for !l.delivered(batch) {
		select {
		case <-again.C:
		case <-l.server.ctx.Done():
			return
		}
	}
}

func (l *live) delivered(batch []changeFunc) bool {
	for _, way := range l.server.waysToStore() {
		ctx, cancel := l.server.bounded()
		err := l.commitBy(ctx, way, 0, batch)
		cancel()
		if !isAway(err) {
			return true
		}
	}
	return false
}

// vanished decides what it means that the record is gone: the session has ended,
// or the store has lost everything and is told again.
func (l *live) vanished() {
	if !l.server.cfg.Shared || l.session.Over {
		l.stop(room.CodeEnded)
		return
	}
	l.gone, l.version = true, 0
	l.losses.Add(1)
	snapshot, err := l.session.Clone()
	if err != nil {
		return
	}
	known, n := l.generation, len(l.pending)
	l.aside(&l.restoring, func(ctx context.Context) error {
		now, err := l.restore(ctx, snapshot, known)
		switch {
		case err == nil:
			l.do(func() { l.restored(now, n) })
		case errors.Is(err, room.ErrNotFound):
			l.do(func() { l.stop(room.CodeEnded) })
		case errors.Is(err, room.ErrHeld), errors.Is(err, room.ErrFenced):
			l.do(l.lose)
		}
		return err
	})
}

// restore writes the snapshot into a store that has lost everything since a
// generation. A record that is there again is from an attempt of ours before.
// ErrNotFound: the store has lost nothing, and the session has ended.
func (l *live) restore(ctx context.Context, snapshot *room.Session, known string) (string, error) {
	mark, err := l.server.marker.look(ctx)
	now := mark.Name
	if err == nil && now == known {
		_, _, err = l.server.sessions.Get(ctx, l.id)
	}
	if err != nil || now == known {
		return now, err
	}
	lease, err := l.acquire(ctx)
	if err != nil {
		return now, err
	}
	l.hold(lease)
	err = l.server.sessions.Restore(ctx, snapshot, room.Fence(lease.Epoch))
	if errors.Is(err, room.ErrConflict) {
		err = nil
	}
	return now, err
}

func (l *live) restored(generation string, n int) {
	if l.generation != generation {
		l.caughtUp(n, nil)
	}
	l.generation, l.gone = generation, false
}

// read is the newest session for somebody who is connected: from the store, so
// that whoever was removed a moment ago is so here, or as it is known here while
// the store is away.
func (l *live) read(ctx context.Context) (*room.Session, error) {
	if !l.away.Load() {
		session, _, err := l.server.sessions.Get(ctx, l.id)
		if !isAway(err) {
			return session, err
		}
	}
	result := make(chan *room.Session, 1)
	if !l.do(func() { copied, _ := l.session.Clone(); result <- copied }) {
		return nil, room.Refused(room.CodeRestarting)
	}
	if session := <-result; session != nil {
		return session, nil
	}
	return nil, room.Refused(room.CodeUnavailable)
}

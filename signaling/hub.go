package signaling

import (
	"context"
	"errors"
	"time"

	"anteroom/room"
)

// liveSession returns the running side of a session on this node, starting it
// if need be: why says what its lease would be taken for. It is CodeUnavailable
// while another node holds the session.
func (s *Server) liveSession(ctx context.Context, id room.SessionID, why reason) (*live, error) {
	l, first := s.findLive(id)
	if l == nil {
		return nil, room.Refused(room.CodeRestarting)
	}
	if first {
		l.start(ctx, why)
	}
	select {
	case <-l.started:
		return l, l.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *Server) findLive(id room.SessionID) (l *live, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, false
	}
	if l := s.live[id]; l != nil {
		return l, false
	}
	l = newLive(s, id)
	s.live[id] = l
	return l, true
}

// runs tells whether a session is live on this node, whose store may come back
// empty.
func (s *Server) runs(id room.SessionID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cfg.Shared && s.live[id] != nil
}

// forget takes a live session off the map when it has ended.
func (s *Server) forget(l *live) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live[l.id] == l {
		delete(s.live, l.id)
	}
}

// sweepEvery is how often sessions that nobody is connected to are looked at, by one
// of the nodes: those whose time is over are erased, and programs are told. (A store
// expires them by itself too, room.Late later, and tells nobody.) A node that sweeps
// no more is replaced in time for that.
const (
	sweepEvery = time.Minute
	sweepLease = "sweep"
)

func (s *Server) sweep() {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-tick.C:
			s.sweepOnce()
		}
	}
}

func (s *Server) sweepOnce() {
	ctx, cancel := context.WithTimeout(s.ctx, sweepEvery)
	defer cancel()
	_, err := s.sessions.Store().Acquire(ctx, sweepLease, s.node, 2*sweepEvery)
	if errors.Is(err, room.ErrHeld) {
		return // another does
	}
	var owners []string
	if err == nil {
		owners, err = s.people.owners(ctx)
	}
	for _, owner := range owners {
		err = errors.Join(err, s.sweepOwner(ctx, owner))
	}
	if err != nil {
		s.log.Warn("could not look for sessions that are over", "cause", cause(err))
	}
}

func (s *Server) sweepOwner(ctx context.Context, owner string) error {
	found, err := s.sessions.List(ctx, owner)
	for _, one := range found {
		if due := one.Due(); !s.now().Before(due) {
			_ = s.end(ctx, one.ID, func(session *room.Session) error { session.Tick(s.now()); return nil }) // or next time
		}
	}
	return err
}

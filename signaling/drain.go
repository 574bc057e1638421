package signaling

import (
	"context"
	"time"

	"anteroom/room"
	"anteroom/signaling/placement"
)

// Drain gets ready for Close: from now on the node is not ready, and takes no
// new sessions. Where there are other nodes it lets go of its sessions one after
// the other, and their people connect again, which leads them to another node,
// even by way of this one. Where there are none it waits for its people to leave.
// It returns when that is done or ctx ends.
func (s *Server) Drain(ctx context.Context) {
	s.draining.Store(true)
	if s.cfg.InternalURL != "" {
		s.beat()
	}
	tick := time.NewTicker(drainLook)
	defer tick.Stop()
	for {
		if len(placement.GoingOn(s.others())) > 0 {
			s.handOver(ctx)
		}
		if s.load() <= 0 && s.serving() == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// drainLook is how often a node that is to stop looks whether it may.
const drainLook = 100 * time.Millisecond

func (s *Server) serving() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.live)
}

// handOver lets go of all sessions, but for those with something that the store
// has yet to hear of.
func (s *Server) handOver(ctx context.Context) {
	s.mu.Lock()
	all := make([]*live, 0, len(s.live))
	for _, l := range s.live {
		all = append(all, l)
	}
	s.mu.Unlock()
	for _, l := range all {
		if l.away.Load() || !l.do(func() { l.stop(room.CodeRestarting) }) {
			continue
		}
		select {
		case <-l.ended:
		case <-ctx.Done():
			return
		}
	}
}

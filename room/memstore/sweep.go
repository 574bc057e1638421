package memstore

import (
	"sync"
	"time"
)

// sweepLoop erases what has expired, at once and then at each interval. Nothing
// depends on its punctuality but the erasure itself and the watchers' Gone.
func (s *Store) sweepLoop(every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		s.sweep()
		select {
		case <-tick.C:
		case <-s.life.Done():
			return
		}
	}
}

// sweep hands all erasures to the journal together, so that they share its
// commits, and waits for them.
func (s *Store) sweep() {
	var pending sync.WaitGroup
	for _, c := range s.claimExpired() {
		pending.Add(1)
		// A failed erasure is tried again by the next sweep.
		s.start(c, nil, func(error) { pending.Done() })
	}
	pending.Wait()
}

// claimExpired takes the writer token of every cell with an expired record. A
// cell that is being written is left for the next time. It drops idle cells on
// its way.
func (s *Store) claimExpired() []*cell {
	s.mu.Lock()
	defer s.mu.Unlock()
	var expired []*cell
	now := s.now()
	for _, c := range s.cells {
		s.forgetIdle(c)
		if c.record == nil || c.live(now) != nil {
			continue
		}
		select {
		case c.writer <- struct{}{}:
			c.users++
			expired = append(expired, c)
		default:
		}
	}
	return expired
}

package signaling

import (
	"context"
	"errors"
	"net/http"
	"syscall"
	"time"
)

// A store that does not answer is either away for everybody, and then running
// sessions go on (away.go); or this node alone is cut off from it, and then their
// leases run out and other nodes may take them: somebody could be removed there
// and go on here. So a node that hears nothing from the store asks the others
// whether they do. It lets go of its sessions if one does, and also if there are
// others and none of them answers: then it is cut off from those as well.

const (
	// contactEvery is how often the store is asked for a sign of life, contactWithin
	// how long it may take, contactLost after how long without one others are asked.
	// Together they end before a lease has long run out.
	contactEvery  = time.Second / 2
	contactWithin = time.Second
	contactLost   = leaseTTL - contactWithin
	storePath     = "/internal/store"
)

// contactLoop lets go of all sessions when this node is cut off.
func (s *Server) contactLoop() {
	tick := time.NewTicker(contactEvery)
	defer tick.Stop()
	for last := time.Now(); ; {
		select {
		case <-tick.C:
		case <-s.ctx.Done():
			return
		}
		if s.contact(contactWithin) {
			last = time.Now()
			s.cut.Store(false)
		} else if time.Since(last) > contactLost && s.cutOff() && !s.contact(contactWithin) {
			s.letGo()
		}
	}
}

// contact tells whether the store answers.
func (s *Server) contact(within time.Duration) bool {
	ctx, cancel := context.WithTimeout(s.ctx, within)
	defer cancel()
	return s.sessions.Store().Ping(ctx) == nil
}

// letGo sends everybody to other nodes. What hosts did meanwhile goes there too:
// through.go.
func (s *Server) letGo() {
	s.cut.Store(true)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.live) > 0 {
		s.log.Warn("this machine alone does not reach the store; its sessions go to others")
	}
	for _, l := range s.live {
		l.do(l.lose)
	}
}

// testimony is what another node says of the store.
type testimony int

const (
	testimonyNone  testimony = iota // it does not answer
	testimonyDead                   // its machine says that it is gone
	testimonyAway                   // the store is away for it too
	testimonyThere                  // it reaches the store
)

// cutOff tells whether it is this node, rather than the store, that is away.
func (s *Server) cutOff() bool {
	others := s.others()
	heard := make(chan testimony, len(others))
	for _, n := range others {
		if !s.spawn(func() { heard <- s.ask(n.URL) }) {
			return false
		}
	}
	count := map[testimony]int{}
	for range others {
		count[<-heard]++
	}
	return count[testimonyThere] > 0 || count[testimonyNone] > 0 && count[testimonyAway] == 0
}

// ask has another node say whether it reaches the store.
func (s *Server) ask(url string) testimony {
	ctx, cancel := context.WithTimeout(s.ctx, contactWithin)
	defer cancel()
	for _, key := range s.peering.keys {
		switch status, _, err := askNode(ctx, http.MethodGet, url+storePath, nil, key); {
		case errors.Is(err, syscall.ECONNREFUSED):
			return testimonyDead
		case status == http.StatusNoContent:
			return testimonyThere
		case err == nil:
			return testimonyAway
		}
	}
	return testimonyNone
}

// handleStore tells another node whether this one reaches the store.
func (s *Server) handleStore(w http.ResponseWriter, _ *http.Request) {
	s.counts.asked.Add(1)
	if s.contact(contactWithin / 2) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.WriteHeader(http.StatusServiceUnavailable)
}

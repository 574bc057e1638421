package signaling

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"anteroom/room"
)

// counters are the service's figures, without identities.
type counters struct {
	joined    atomic.Uint64
	connected atomic.Int64
	relayed   atomic.Int64  // of connected, those whose session is on another node
	lost      atomic.Uint64 // leases that another node had taken
	asked     atomic.Uint64 // times that another node wanted to know about the store
	tasks     atomic.Int64  // that wait for a session's goroutine
	clients   boxes         // of those who are connected here
	nodes     boxes         // of those who are connected elsewhere, towards there
	mu        sync.Mutex
	codes     map[room.Code]uint64 // guarded by mu
	taken     map[reason]uint64    // guarded by mu: leases taken
}

func (c *counters) refused(code room.Code) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.codes == nil {
		c.codes = map[room.Code]uint64{}
	}
	c.codes[code]++
}

// boxes are the figures of connections with that pulse.
func (c *counters) boxes(p pulse) *boxes {
	if p == nodePulse() {
		return &c.nodes
	}
	return &c.clients
}

func (c *counters) took(why reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.taken == nil {
		c.taken = map[reason]uint64{}
	}
	c.taken[why]++
}

// Figures are the service's counters since its start and its present size.
type Figures struct {
	Sessions, Connections int
	Relayed               int // of Connections, those whose session is on another node
	Others                int // nodes beside this one, as last heard of
	// LeasesTaken are the sessions that this node began to serve, by the reason
	// why it could: all of them are there from the start.
	LeasesTaken map[string]uint64
	LeasesLost  uint64 // sessions that another node took away
	Joined      uint64
	Refused     map[room.Code]uint64
	// What waits at this moment: messages to clients, to other nodes for theirs, and
	// tasks for the goroutines of sessions.
	ToClients, ToNodes, Tasks int
	SlowReaders               uint64 // clients cut off because too much waited for them
}

// Figures returns the present figures, for metrics.
func (s *Server) Figures() Figures {
	f := Figures{Joined: s.counts.joined.Load(), Refused: map[room.Code]uint64{}, LeasesTaken: map[string]uint64{}}
	s.counts.mu.Lock()
	for code, n := range s.counts.codes {
		f.Refused[code] = n
	}
	for _, why := range reasons() {
		f.LeasesTaken[string(why)] = s.counts.taken[why]
	}
	s.counts.mu.Unlock()
	f.Others = len(s.others())
	f.ToClients, f.ToNodes = int(s.counts.clients.waiting.Load()), int(s.counts.nodes.waiting.Load())
	f.Tasks, f.SlowReaders = int(s.counts.tasks.Load()), s.counts.clients.full.Load()
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Sessions = len(s.live)
	f.Connections = int(s.counts.connected.Load())
	f.Relayed = int(s.counts.relayed.Load())
	f.LeasesLost = s.counts.lost.Load()
	return f
}

// healthBody is the answer of the health checks.
type healthBody struct {
	Status string `json:"status"`
}

func (s *Server) healthz(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, healthBody{"alive"})
}

// readyTimeout bounds the whole check, readyFor is how long its result holds:
// asking often must not cost anything.
const (
	readyTimeout = 3 * time.Second
	readyFor     = 2 * time.Second
)

// readiness remembers the last check.
type readiness struct {
	mu  sync.Mutex
	at  time.Time // guarded by mu
	err error     // guarded by mu
}

// readyz tells whether a session could be held: the store answers, and a real
// ICE and DTLS connection to the media port can be made.
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	err := s.ready.check(s)
	if s.draining.Load() {
		err = room.Refused(room.CodeUnavailable)
	}
	if err != nil {
		s.refuse(w, err)
		return
	}
	reply(w, http.StatusOK, healthBody{"ready"})
}

func (r *readiness) check(s *Server) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.at) < readyFor {
		return r.err
	}
	ctx, cancel := context.WithTimeout(s.ctx, readyTimeout)
	defer cancel()
	r.err = s.sessions.Store().Ping(ctx)
	if r.err == nil {
		r.err = s.media.Check(ctx)
	}
	r.at = time.Now()
	return r.err
}

package signaling

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"anteroom/room"
	"anteroom/signaling/placement"
)

// Nodes that reach each other say so in the store, each in a record of its own
// that runs out soon: where it is, how much it carries, whether it is about to
// stop. A record names machines, never people or sessions.

const (
	beatEvery = 2 * time.Second
	beatFor   = 7 * time.Second
	nodeOwner = "nodes" // of these records, in the store's index
)

// nodes is what this node knows of the others.
type nodes struct {
	key string // of this node's own record

	beating sync.Mutex        // one beat at a time
	version uint64            // guarded by beating: of the own record
	twins   map[string]uint64 // guarded by beating: records with our address, and their versions
	twin    atomic.Bool       // one of them is kept alive: somebody shares our address

	mu     sync.Mutex
	others []placement.Node // guarded by mu
}

// beatLoop keeps the own record alive and reads the others'.
func (s *Server) beatLoop() {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		s.beat()
		select {
		case <-tick.C:
		case <-s.ctx.Done():
			return
		}
	}
}

func (s *Server) beat() {
	ctx, cancel := s.bounded()
	defer cancel()
	s.nodes.beating.Lock()
	defer s.nodes.beating.Unlock()
	err := s.sayNode(ctx)
	if errors.Is(err, room.ErrConflict) || errors.Is(err, room.ErrNotFound) {
		s.nodes.version = 0
		err = s.sayNode(ctx)
	}
	var others []placement.Node
	if err == nil {
		others, err = s.hearNodes(ctx)
	}
	if err == nil && s.cfg.Shared {
		_, err = s.marker.look(ctx)
	}
	s.nodes.mu.Lock()
	if err == nil {
		s.nodes.others = others
	}
	s.nodes.mu.Unlock()
	if err != nil && s.ctx.Err() == nil && s.complaints.due() {
		s.log.Warn("could not tell the other machines of this one", "cause", cause(err))
	}
}

func (s *Server) sayNode(ctx context.Context) error {
	data := encode(placement.Node{URL: s.cfg.InternalURL, Load: s.load(), Draining: s.draining.Load()})
	rec := room.Record{Data: data, Owner: nodeOwner, Expires: time.Now().Add(beatFor)}
	version, err := s.sessions.Store().Swap(ctx, s.nodes.key, s.nodes.version, rec, 0)
	if err == nil {
		s.nodes.version = version
	}
	return err
}

func (s *Server) hearNodes(ctx context.Context) ([]placement.Node, error) {
	store := s.sessions.Store()
	keys, err := store.List(ctx, nodeOwner)
	var others []placement.Node
	for _, key := range keys {
		if key == s.nodes.key || err != nil {
			continue
		}
		rec, failed := store.Get(ctx, key)
		var n placement.Node
		if failed == nil && json.Unmarshal(rec.Data, &n) == nil && n.URL == s.cfg.InternalURL {
			s.meetTwin(key, rec.Version)
		} else if failed == nil && n.URL != "" {
			others = append(others, n)
		}
	}
	return others, err
}

// meetTwin takes note of a record with our address. It may be of the process that
// was here before; if it is told anew, another process has our address too.
func (s *Server) meetTwin(key string, version uint64) {
	if before, known := s.nodes.twins[key]; known && before < version && !s.nodes.twin.Swap(true) {
		s.log.Error("another machine has the same internal_url; give each an address of its own")
	}
	if s.nodes.twins == nil {
		s.nodes.twins = map[string]uint64{}
	}
	s.nodes.twins[key] = version
}

// load is how many connections the sessions of this node have, here and by way
// of others.
func (s *Server) load() int {
	return int(s.counts.connected.Load() - s.counts.relayed.Load())
}

// elsewhere is the node that should take a session which nobody has, "" for this
// one.
func (s *Server) elsewhere(id room.SessionID) string {
	s.mu.Lock()
	here := s.live[id] != nil
	s.mu.Unlock()
	if here {
		return ""
	}
	this := placement.Node{Load: s.load(), Draining: s.draining.Load()}
	best, _ := placement.Elsewhere(this, s.others(), rand.IntN)
	return best.URL
}

// others are the other nodes, as last heard of. Nobody changes the list.
func (s *Server) others() []placement.Node {
	s.nodes.mu.Lock()
	defer s.nodes.mu.Unlock()
	return s.nodes.others
}

package signaling

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"anteroom/room"
)

// Nodes that reach each other say so in the store, each in a record of its own
// that runs out soon: where it is, how much it carries, whether it is about to
// stop. A record names machines, never people or sessions.

const (
	beatEvery = 2 * time.Second
	beatFor   = 7 * time.Second
	nodeOwner = "nodes" // of these records, in the store's index
)

// nodeRecord is what a node says of itself.
type nodeRecord struct {
	URL      string `json:"url"`
	Load     int    `json:"load"` // connections to sessions that it serves
	Draining bool   `json:"draining"`
}

// nodes is what this node knows of the others.
type nodes struct {
	key string // of this node's own record

	beating sync.Mutex // one beat at a time
	version uint64     // guarded by beating: of the own record

	mu     sync.Mutex
	others []nodeRecord // guarded by mu
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
	var others []nodeRecord
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
	data := encode(nodeRecord{URL: s.cfg.InternalURL, Load: s.load(), Draining: s.draining.Load()})
	rec := room.Record{Data: data, Owner: nodeOwner, Expires: time.Now().Add(beatFor)}
	version, err := s.sessions.Store().Swap(ctx, s.nodes.key, s.nodes.version, rec, 0)
	if err == nil {
		s.nodes.version = version
	}
	return err
}

func (s *Server) hearNodes(ctx context.Context) ([]nodeRecord, error) {
	store := s.sessions.Store()
	keys, err := store.List(ctx, nodeOwner)
	var others []nodeRecord
	for _, key := range keys {
		if key == s.nodes.key || err != nil {
			continue
		}
		rec, failed := store.Get(ctx, key)
		var n nodeRecord
		if failed == nil && json.Unmarshal(rec.Data, &n) == nil && n.URL != "" {
			others = append(others, n)
		}
	}
	return others, err
}

// load is how many connections the sessions of this node have, here and by way
// of others.
func (s *Server) load() int {
	return int(s.counts.connected.Load() - s.counts.relayed.Load())
}

// Placement: the node that gets the first connection of a session takes it,
// unless it is about to stop, or carries half as much again as another and
// uneven more. What runs is never moved for the sake of balance.
const uneven = 20

// elsewhere is the node that should take a session which nobody has, "" for this
// one.
func (s *Server) elsewhere(id room.SessionID) string {
	s.mu.Lock()
	here := s.live[id] != nil
	s.mu.Unlock()
	best, found := s.lighterOfTwo()
	if here || !found {
		return ""
	}
	if s.draining.Load() || s.load() > best.Load+best.Load/2+uneven {
		return best.URL
	}
	return ""
}

// lighterOfTwo picks two of the nodes that go on at random, and of these the
// one that carries less. What is known of them is up to beatEvery old: if all
// went to the lightest of all, all would go to the same one between two beats.
func (s *Server) lighterOfTwo() (best nodeRecord, found bool) {
	all := s.goingOn()
	if len(all) == 0 {
		return nodeRecord{}, false
	}
	best = all[rand.IntN(len(all))]
	if other := all[rand.IntN(len(all))]; other.Load < best.Load {
		best = other
	}
	return best, true
}

// goingOn are the other nodes that are not about to stop.
func (s *Server) goingOn() []nodeRecord {
	s.nodes.mu.Lock()
	defer s.nodes.mu.Unlock()
	var all []nodeRecord
	for _, n := range s.nodes.others {
		if !n.Draining {
			all = append(all, n)
		}
	}
	return all
}

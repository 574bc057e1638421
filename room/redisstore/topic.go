package redisstore

import (
	"context"
	"math/rand/v2"
	"time"

	"anteroom/room"
	"anteroom/room/memstore/latest"
)

// expiryMin keeps a gateway whose clock is ahead of Redis' from asking all the
// time whether a record has expired.
const expiryMin = 250 * time.Millisecond

// topic is a watched key: one goroutine that reads it for all its watches. The
// hub's mu guards boxes; the rest is the goroutine's own.
type topic struct {
	store *Store
	key   string
	poked chan struct{} // capacity 1
	ctx   context.Context
	end   context.CancelFunc

	boxes map[*latest.Box]*progress

	last state // what the boxes were told
}

// progress says how far a new watch has come.
type progress struct {
	joined bool // before the read under way began: its result is news to the box
	served bool // the box has a state
}

// Watch delivers the current state and then the newest after every change; see
// room.Store.
func (s *Store) Watch(ctx context.Context, key string) (<-chan room.Change, error) {
	if !room.ValidKey(key) {
		return nil, errKey
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	box, out := latest.NewBox(), make(chan room.Change)
	t, err := s.hub.join(key, box)
	if err != nil {
		return nil, err
	}
	err = s.spawn(func() {
		box.Forward(ctx, s.life.Done(), out)
		s.hub.part(t, box)
	})
	if err != nil {
		s.hub.part(t, box)
		return nil, err
	}
	return out, nil
}

func (h *hub) join(key string, box *latest.Box) (*topic, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.topics[key]
	if t == nil {
		t = &topic{
			store: h.store, key: key, poked: make(chan struct{}, 1),
			boxes: map[*latest.Box]*progress{},
		}
		t.ctx, t.end = context.WithCancel(h.store.life)
		if err := h.store.spawn(t.loop); err != nil {
			t.end()
			return nil, err
		}
		h.topics[key] = t
		h.want(key, true)
	}
	t.boxes[box] = &progress{}
	t.poke()
	return t, nil
}

func (h *hub) part(t *topic, box *latest.Box) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(t.boxes, box)
	if len(t.boxes) == 0 {
		t.end()
		delete(h.topics, t.key)
		h.want(t.key, false)
	}
}

// poke asks for a read that begins after now.
func (t *topic) poke() {
	select {
	case t.poked <- struct{}{}:
	default:
	}
}

func (t *topic) loop() {
	for {
		pause := time.NewTimer(t.untilPoll())
		select {
		case <-t.poked:
			t.refresh()
		case <-pause.C:
			if t.changed() {
				t.refresh()
			}
		case <-t.ctx.Done():
			pause.Stop()
			return
		}
		pause.Stop()
	}
}

// untilPoll spreads the polls of many gateways and keys, and is not late for
// the record's expiry.
func (t *topic) untilPoll() time.Duration {
	h := t.store.hub
	poll := h.pollMin + rand.N(h.pollMax-h.pollMin)
	if t.last.identity == (identity{}) {
		return poll
	}
	return min(poll, max(expiryMin, time.Until(t.last.record.Expires)))
}

func (t *topic) changed() bool {
	now, err := call(t.ctx, t.store, func(ctx context.Context) (identity, error) {
		return t.store.identify(ctx, t.key)
	})
	return err == nil && now != t.last.identity || t.unserved()
}

// refresh reads the record and tells the boxes. If Redis cannot be read, the
// next poll or the next subscription tries again.
func (t *topic) refresh() {
	t.admit()
	now, err := call(t.ctx, t.store, func(ctx context.Context) (state, error) {
		return t.store.read(ctx, t.key)
	})
	if err == nil {
		t.tell(now)
	}
}

func (t *topic) admit() {
	t.store.hub.mu.Lock()
	defer t.store.hub.mu.Unlock()
	for _, p := range t.boxes {
		p.joined = true
	}
}

func (t *topic) unserved() bool {
	t.store.hub.mu.Lock()
	defer t.store.hub.mu.Unlock()
	for _, p := range t.boxes {
		if !p.served {
			return true
		}
	}
	return false
}

// tell puts a new state into all boxes, and the state as it is into those that
// have none yet. A box that came while the read was under way waits for the
// next: this result may be older than what its owner knows.
func (t *topic) tell(now state) {
	t.store.hub.mu.Lock()
	defer t.store.hub.mu.Unlock()
	news := now.identity != t.last.identity
	t.last = now
	change := room.Change{Record: now.record, Gone: now.identity == identity{}}
	for box, p := range t.boxes {
		if p.joined && (news || !p.served) {
			box.Put(change)
			p.served = true
		}
	}
}

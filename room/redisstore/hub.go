package redisstore

import (
	"context"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// hub passes hints from Redis to the topics. It owns the subscription. Talking
// to Redis may block, so that is left to a goroutine, which brings what is
// subscribed in line with what is watched.
type hub struct {
	store  *Store
	pubsub *redis.PubSub

	// A watched key is read at least once in a random time between the two.
	pollMin, pollMax time.Duration

	mu      sync.Mutex
	topics  map[string]*topic
	changes map[string]bool // channel → whether it is to be subscribed
	wake    chan struct{}   // has a token while changes is not empty
}

func newHub(s *Store) *hub {
	h := &hub{
		store:   s,
		pubsub:  s.client.Subscribe(s.life),
		pollMin: 2 * time.Second, pollMax: 5 * time.Second,
		topics: map[string]*topic{}, changes: map[string]bool{},
		wake: make(chan struct{}, 1),
	}
	hints := h.pubsub.ChannelWithSubscriptions()
	s.tasks.Go(func() { h.passHints(hints) })
	s.tasks.Go(h.subscribeLoop)
	return h
}

func (h *hub) close() error { return h.pubsub.Close() }

// passHints takes a confirmed subscription for a hint too: what changed before
// it was not heard of. That is so at first and after every reconnection.
func (h *hub) passHints(hints <-chan any) {
	for hint := range hints {
		switch m := hint.(type) {
		case *redis.Message:
			h.hint(m.Channel)
		case *redis.Subscription:
			h.hint(m.Channel)
		}
	}
}

func (h *hub) hint(channel string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.topics[channelKey(channel)]; t != nil {
		t.poke()
	}
}

// want notes that the channel of key is to be subscribed or not. mu is held.
func (h *hub) want(key string, subscribe bool) {
	h.changes[channel(key)] = subscribe
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

func (h *hub) subscribeLoop() {
	for {
		select {
		case <-h.wake:
			h.subscribe(h.takeChanges())
		case <-h.store.life.Done():
			return
		}
	}
}

func (h *hub) takeChanges() map[string]bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	changes := h.changes
	h.changes = map[string]bool{}
	return changes
}

// subscribe ignores errors: go-redis remembers the channels and subscribes to
// them when it is connected again; until then the topics poll.
func (h *hub) subscribe(changes map[string]bool) {
	var on, off []string
	for channel, subscribe := range changes {
		if subscribe {
			on = append(on, channel)
		} else {
			off = append(off, channel)
		}
	}
	ctx, cancel := context.WithTimeout(h.store.life, callLimit)
	defer cancel()
	if len(off) > 0 {
		_ = h.pubsub.Unsubscribe(ctx, off...)
	}
	if len(on) > 0 {
		_ = h.pubsub.Subscribe(ctx, on...)
	}
}

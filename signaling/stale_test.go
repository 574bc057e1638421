package signaling

import (
	"context"
	"sync"
	"testing"

	"anteroom/room"
	"anteroom/room/memstore"
	"anteroom/signaling/client"
)

// lateStore is a store whose watchers can be kept waiting: as long as a test
// holds it, nobody learns of changes.
type lateStore struct {
	room.Store
	gate sync.RWMutex
}

func (s *lateStore) Watch(ctx context.Context, key string) (<-chan room.Change, error) {
	in, err := s.Store.Watch(ctx, key)
	out := make(chan room.Change)
	go func() {
		defer close(out)
		for c := range in {
			if !s.pass(ctx, out, c) {
				return
			}
		}
	}()
	return out, err
}

// pass delivers a change when the gate is open.
func (s *lateStore) pass(ctx context.Context, out chan<- room.Change, c room.Change) bool {
	s.gate.RLock()
	defer s.gate.RUnlock()
	select {
	case out <- c:
		return true
	case <-ctx.Done():
		return false
	}
}

func newLateWorld(t *testing.T) (*world, *lateStore) {
	store := &lateStore{Store: memstore.New(memstore.Options{})}
	t.Cleanup(func() { _ = store.Close() })
	return newNode(t, store), store
}

// connections counts who is connected, on the session's own goroutine.
func (m *meeting) connections() int {
	m.server.mu.Lock()
	l := m.server.live[room.SessionID(m.session.ID)]
	m.server.mu.Unlock()
	count := make(chan int, 1)
	if l == nil || !l.do(func() { count <- len(l.conns) }) {
		return 0
	}
	return <-count
}

// TestConnectBeforeTheNews: a seat that was just taken may connect before this
// node has heard of it.
func TestConnectBeforeTheNews(t *testing.T) {
	w, store := newLateWorld(t)
	m := w.of("S.")
	host := m.enter("Host")
	store.gate.Lock()
	seat := m.join("S.")
	result := make(chan error, 1)
	ctx := within(t)
	go func() {
		c, err := seat.Connect(ctx)
		if err == nil {
			c.Close()
		}
		result <- err
	}()
	for m.connections() < 2 && len(result) == 0 && ctx.Err() == nil {
		_, _ = m.read() // something that takes a moment
	}
	store.gate.Unlock()
	if err := <-result; err != nil {
		t.Fatalf("a seat that was just taken: %v", err)
	}
	m.see(host, func(v client.View) bool { return v.State("S.") == "waiting" })
}

// TestChatAfterRemoval: once a removal is confirmed, the removed person gets no
// message any more, whether or not this node has heard of the removal.
func TestChatAfterRemoval(t *testing.T) {
	w, store := newLateWorld(t)
	m := w.of("S.", "M.")
	host := m.enter("Host")
	guest, other := m.admitted(host, "S."), m.admitted(host, "M.")
	m.see(host, func(v client.View) bool { return len(v.People) == 3 })
	store.gate.Lock()
	ok(t, host.Remove(within(t), guest.seat.ID))
	ok(t, host.Say(within(t), "between us", false))
	if got, err := other.NextChat(within(t)); err != nil || got.Text != "between us" {
		t.Errorf("%+v, %v", got, err)
	}
	store.gate.Unlock()
	if got, err := guest.NextChat(within(t)); client.CodeOf(err) != client.CodeRemoved {
		t.Fatalf("the removed person got %q, %v", got.Text, err)
	}
}

package signaling

import (
	"context"
	"sync"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/room/memstore"
)

func newMemory(t *testing.T) room.Store { return sharedAt(t, time.Now) }

func sharedAt(t *testing.T, now func() time.Time) room.Store {
	t.Helper()
	store := memstore.New(memstore.Options{Now: now})
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// emptied is a store that can lose all it has, as a server of its own can.
type emptied struct {
	mu     sync.Mutex
	memory room.Store    // guarded by mu
	lost   chan struct{} // guarded by mu; closed when memory is replaced
}

func (s *emptied) lose(fresh room.Store) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.memory = fresh
	if s.lost != nil {
		close(s.lost)
		s.lost = nil
	}
}

func (s *emptied) inner() room.Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.memory
}

func (s *emptied) losing() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost == nil {
		s.lost = make(chan struct{})
	}
	return s.lost
}

func (s *emptied) Get(ctx context.Context, key string) (room.Record, error) {
	return s.inner().Get(ctx, key)
}

func (s *emptied) Swap(ctx context.Context, key string, old uint64, rec room.Record, fence uint64) (uint64, error) {
	return s.inner().Swap(ctx, key, old, rec, fence)
}

func (s *emptied) Delete(ctx context.Context, key string, old uint64) error {
	return s.inner().Delete(ctx, key, old)
}

func (s *emptied) List(ctx context.Context, owner string) ([]string, error) {
	return s.inner().List(ctx, owner)
}

func (s *emptied) Acquire(ctx context.Context, key, node string, ttl time.Duration) (room.Lease, error) {
	return s.inner().Acquire(ctx, key, node, ttl)
}

func (s *emptied) Release(ctx context.Context, lease room.Lease) error {
	return s.inner().Release(ctx, lease)
}

func (s *emptied) Ping(ctx context.Context) error { return s.inner().Ping(ctx) }

func (s *emptied) Close() error { return nil }

// Watch goes on across the loss.
func (s *emptied) Watch(ctx context.Context, key string) (<-chan room.Change, error) {
	out := make(chan room.Change)
	go func() {
		defer close(out)
		for ctx.Err() == nil {
			lost := s.losing()
			once, cancel := context.WithCancel(ctx)
			changes, err := s.inner().Watch(once, key)
			for open := err == nil; open; {
				open = forward(ctx, changes, lost, out)
			}
			cancel()
		}
	}()
	return out, nil
}

func forward(ctx context.Context, changes <-chan room.Change, lost <-chan struct{}, out chan<- room.Change) bool {
	select {
	case c, ok := <-changes:
		if !ok {
			return false
		}
		select {
		case out <- c:
			return true
		case <-ctx.Done():
			return false
		}
	case <-lost:
		return false
	case <-ctx.Done():
		return false
	}
}

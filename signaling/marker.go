package signaling

import (
	"context"
	"errors"
	"sync"
	"time"

	"anteroom/room"
)

// markerFor is how long a marker is kept; it is renewed long before.
const markerFor = 48 * time.Hour

// marker is a record of this node's own by which it notices that a store has
// lost what it held. A session whose record is gone has ended, unless the marker
// is gone too.
type marker struct {
	store room.Store
	key   string

	mu         sync.Mutex
	generation uint64    // guarded by mu: how often the store was found empty, the beginning included
	written    time.Time // guarded by mu: when last
}

func newMarker(store room.Store) *marker {
	return &marker{store: store, key: "marker-" + newID()}
}

// look returns how often the store was found to have lost everything. The
// answer is the same before and after a session ended as usual.
func (m *marker) look(ctx context.Context) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rec, err := m.store.Get(ctx, m.key)
	switch {
	case errors.Is(err, room.ErrNotFound):
		return m.writeLocked(ctx, 0)
	case err != nil:
		return 0, err
	case time.Since(m.written) > markerFor/4:
		return m.writeLocked(ctx, rec.Version)
	}
	return m.generation, nil
}

func (m *marker) writeLocked(ctx context.Context, old uint64) (uint64, error) {
	rec := room.Record{Data: []byte("marker"), Owner: "markers", Expires: time.Now().Add(markerFor)}
	if _, err := m.store.Swap(ctx, m.key, old, rec, 0); err != nil {
		return 0, err
	}
	if old == 0 {
		m.generation++
	}
	m.written = time.Now()
	return m.generation, nil
}

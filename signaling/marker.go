package signaling

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"anteroom/room"
)

const (
	markerKey = "marker"
	// markerFor is how long the marker is kept; it is renewed long before.
	markerFor = 48 * time.Hour
	// restoredWithin is how long after a loss every node has certainly written
	// anew what runs there.
	restoredWithin = 20 * time.Second
)

// marker is a record of the deployment by which its nodes notice that a store
// has lost what it held. A session whose record is gone has ended, unless the
// marker is gone too, or is another than before.
type marker struct {
	store room.Store

	mu    sync.Mutex
	known string // guarded by mu: the name last seen
}

// mark is what the marker says.
type mark struct {
	Name string    `json:"name"` // random, another after each loss
	Lost time.Time `json:"lost"` // when the loss before it was noticed; zero if there was none
}

// errMarker: other nodes write it all the time.
var errMarker = errors.New("signaling: the marker does not settle")

// look returns the mark, which is the same before and after a session ended as
// usual.
func (m *marker) look(ctx context.Context) (mark, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for range 5 {
		now, err := m.lookLocked(ctx)
		if !errors.Is(err, room.ErrConflict) {
			if err == nil {
				m.known = now.Name
			}
			return now, err
		}
	}
	return mark{}, errMarker
}

// lookLocked reads the mark, and writes it if it is not there, not yet known to
// follow a loss, or old.
func (m *marker) lookLocked(ctx context.Context) (mark, error) {
	rec, err := m.store.Get(ctx, markerKey)
	if err != nil && !errors.Is(err, room.ErrNotFound) {
		return mark{}, err
	}
	now, due := mark{Name: newID()}, true
	if err == nil {
		if err := json.Unmarshal(rec.Data, &now); err != nil {
			return mark{}, err
		}
		due = time.Until(rec.Expires) < markerFor/2
	}
	if m.known != "" && m.known != now.Name && now.Lost.IsZero() {
		now.Lost, due = time.Now(), true
	}
	if due {
		fresh := room.Record{Data: encode(now), Owner: "markers", Expires: time.Now().Add(markerFor)}
		_, err = m.store.Swap(ctx, markerKey, rec.Version, fresh, 0)
	}
	return now, err
}

// missing is what it means that a session is not in the store: it has ended, or
// a store that lost everything has yet to be told of it.
func (s *Server) missing() room.Code {
	if !s.cfg.Shared {
		return room.CodeEnded
	}
	ctx, cancel := s.bounded()
	defer cancel()
	now, err := s.marker.look(ctx)
	if err != nil || time.Since(now.Lost) < restoredWithin {
		return room.CodeUnavailable
	}
	return room.CodeEnded
}

package room

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"time"
)

// Sessions keeps sessions in a store, sealed. Its Update is the only way a
// session changes. Safe for concurrent use.
type Sessions struct {
	store Store
	keys  *Keys
	// gates let one goroutine of this process at a time update a session, so
	// that two hundred of them do not waste two hundred rounds on conflicts;
	// between processes the store's compare-and-set decides.
	gates [64]chan struct{}
	seed  maphash.Seed
}

// NewSessions keeps sessions in store, sealed with keys.
func NewSessions(store Store, keys *Keys) *Sessions {
	all := &Sessions{store: store, keys: keys, seed: maphash.MakeSeed()}
	for i := range all.gates {
		all.gates[i] = make(chan struct{}, 1)
	}
	return all
}

// Keys returns the keys that records are sealed with.
func (all *Sessions) Keys() *Keys { return all.keys }

// Store returns the store below, for leases and health.
func (all *Sessions) Store() Store { return all.store }

// Create stores a new session.
func (all *Sessions) Create(ctx context.Context, s *Session) error {
	rec, err := all.record(s)
	if err != nil {
		return err
	}
	_, err = all.store.Swap(ctx, string(s.ID), 0, rec, 0)
	return err
}

// Get reads a session and its version. ErrNotFound if there is none: it has
// ended, or never was.
func (all *Sessions) Get(ctx context.Context, id SessionID) (*Session, uint64, error) {
	if !ValidKey(string(id)) {
		return nil, 0, ErrNotFound
	}
	rec, err := all.store.Get(ctx, string(id))
	if err != nil {
		return nil, 0, err
	}
	s, err := all.keys.open(id, rec.Data)
	return s, rec.Version, err
}

// Fence is the epoch of a lease that a write depends on; 0 for a write that
// depends on none.
type Fence uint64

// Update changes a session atomically: fn works on a copy of the newest record,
// which is written only if nobody changed it meanwhile; otherwise fn runs again
// on the newer one, so it must have no side effects. The session is erased when
// fn leaves it Over. Update returns the session as written.
//
// An error of fn is returned and nothing is written, except for a refusal that
// itself must leave a trace (a notice, a counter): that is written first.
func (all *Sessions) Update(ctx context.Context, id SessionID, fence Fence, fn func(*Session) error) (*Session, error) {
	s, _, err := all.Commit(ctx, id, fence, fn)
	return s, err
}

// Commit is Update, and returns the version of the record too, as a Watcher
// tells it; 0 when nothing was written or the session was erased.
func (all *Sessions) Commit(ctx context.Context, id SessionID, fence Fence, fn func(*Session) error) (s *Session, version uint64, err error) {
	leave, err := all.enter(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	defer leave()
	for attempt := 0; ; attempt++ {
		s, version, refusal, err := all.try(ctx, id, fence, fn)
		if !errors.Is(err, ErrConflict) {
			if err == nil {
				err = refusal
			}
			return s, version, err
		}
		if err := pause(ctx, attempt); err != nil {
			return nil, 0, err
		}
	}
}

// try is one round of Update: refusal is what fn answered, err what the store did.
func (all *Sessions) try(ctx context.Context, id SessionID, fence Fence, fn func(*Session) error) (s *Session, version uint64, refusal, err error) {
	s, version, err = all.Get(ctx, id)
	if err != nil {
		return nil, 0, nil, err
	}
	if refusal = fn(s); refusal != nil && !leavesTrace(refusal) {
		return nil, 0, refusal, nil
	}
	version, err = all.write(ctx, s, version, fence)
	return s, version, refusal, err
}

func (all *Sessions) write(ctx context.Context, s *Session, version uint64, fence Fence) (uint64, error) {
	if s.Over {
		return 0, all.store.Delete(ctx, string(s.ID), version)
	}
	rec, err := all.record(s)
	if err != nil {
		return 0, err
	}
	return all.store.Swap(ctx, string(s.ID), version, rec, uint64(fence))
}

func (all *Sessions) record(s *Session) (Record, error) {
	sealed, err := all.keys.seal(s)
	if err != nil {
		return Record{}, err
	}
	return Record{Data: sealed, Owner: all.keys.sets[0].ownerIndex(s.Owner), Expires: s.ends().Add(Late)}, nil
}

// List reads all sessions of an owner.
func (all *Sessions) List(ctx context.Context, owner string) ([]*Session, error) {
	var found []*Session
	for _, set := range all.keys.sets {
		ids, err := all.store.List(ctx, set.ownerIndex(owner))
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			s, _, err := all.Get(ctx, SessionID(id))
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			found = append(found, s)
		}
	}
	return found, nil
}

// Watcher follows one session. It is used by one goroutine.
type Watcher struct {
	id      SessionID
	keys    *Keys
	changes <-chan Change
}

// Watch follows a session until ctx ends.
func (all *Sessions) Watch(ctx context.Context, id SessionID) (*Watcher, error) {
	changes, err := all.store.Watch(ctx, string(id))
	if err != nil {
		return nil, err
	}
	return &Watcher{id: id, keys: all.keys, changes: changes}, nil
}

// Changes is the channel of raw changes, to be given to Open. It is closed when
// the watch ends.
func (w *Watcher) Changes() <-chan Change { return w.changes }

// Open reads a change: the newest session and its version, or ErrNotFound when
// it is gone.
func (w *Watcher) Open(c Change) (*Session, uint64, error) {
	if c.Gone {
		return nil, 0, ErrNotFound
	}
	s, err := w.keys.open(w.id, c.Record.Data)
	return s, c.Record.Version, err
}

func (all *Sessions) enter(ctx context.Context, id SessionID) (func(), error) {
	gate := all.gates[maphash.String(all.seed, string(id))%uint64(len(all.gates))]
	select {
	case gate <- struct{}{}:
		return func() { <-gate }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func leavesTrace(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.keep
}

// maxAttempts bounds Update: far more rounds than nodes that could compete.
const maxAttempts = 50

// pause waits a short, growing, random time after a conflict.
func pause(ctx context.Context, attempt int) error {
	if attempt >= maxAttempts {
		return fmt.Errorf("room: update lost %d races: %w", maxAttempts, ErrConflict)
	}
	wait := time.Duration(rand.Int64N(int64(min(attempt+1, 10)) * int64(time.Millisecond)))
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

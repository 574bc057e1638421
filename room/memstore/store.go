package memstore

import (
	"context"
	"errors"
	"sync"
	"time"

	"anteroom/room"
)

const (
	sweepEvery = time.Second
	// traceFor is how long a key without a record is remembered after its last
	// lease ran out, so that a writer that was fenced off still learns it.
	traceFor = time.Minute
)

var (
	errKey    = errors.New("memstore: key must be 1 to 128 bytes of [A-Za-z0-9_-]")
	errExpiry = errors.New("memstore: a record must have an expiry")
)

// Options adjust a Store; the zero value is what a program wants.
type Options struct {
	// Now is the clock for expiry of records and leases; nil is time.Now.
	Now func() time.Time
	// Sweep is the interval at which expired records are erased; 0 is 1 s.
	Sweep time.Duration
	// Journal makes changes durable; nil keeps everything in memory alone.
	// The store closes it.
	Journal Journal
	// Records are there from the start. The store takes them over.
	Records map[string]room.Record
	// Epoch is below every lease epoch that will be granted.
	Epoch uint64
}

// Store is a room.Store. All methods may be called from many goroutines.
type Store struct {
	now     func() time.Time
	journal Journal

	mu     sync.RWMutex
	cells  map[string]*cell
	owners map[string]map[string]struct{} // owner → keys of its records
	epoch  uint64
	closed bool

	life  context.Context // ends with Close
	end   context.CancelFunc
	tasks sync.WaitGroup // sweeper and forwarders
}

// New returns a store with o.Records in it and starts its sweeper.
func New(o Options) *Store {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sweep <= 0 {
		o.Sweep = sweepEvery
	}
	if o.Journal == nil {
		o.Journal = nowhere{}
	}
	s := &Store{
		now: o.Now, journal: o.Journal, epoch: o.Epoch,
		cells: map[string]*cell{}, owners: map[string]map[string]struct{}{},
	}
	s.life, s.end = context.WithCancel(context.Background())
	for key, rec := range o.Records {
		s.replace(s.cell(key), &rec)
	}
	s.tasks.Go(func() { s.sweepLoop(o.Sweep) })
	return s
}

// Ping reports ErrClosed after Close, nothing else.
func (s *Store) Ping(ctx context.Context) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.usable(ctx)
}

// Close ends all watches, waits for writes under way and for the store's
// goroutines. A second call does nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	s.end()
	s.tasks.Wait()
	return s.journal.Close()
}

// usable must be called with mu held.
func (s *Store) usable(ctx context.Context) error {
	if s.closed {
		return room.ErrClosed
	}
	return ctx.Err()
}

// wholeMillis drops what the contract's resolution does not keep.
func wholeMillis(t time.Time) time.Time { return time.UnixMilli(t.UnixMilli()) }

package room

import (
	"context"
	"errors"
	"time"
)

// Errors of a Store. Implementations return exactly these (wrapped or not), so
// that callers use errors.Is; any other error means the store could not be
// reached or its data could not be read, and the outcome of a write is unknown.
var (
	// ErrNotFound: there is no live record under that key.
	ErrNotFound = errors.New("room: no such record")
	// ErrConflict: the record changed since it was read (or exists already, on
	// a create); read again and retry.
	ErrConflict = errors.New("room: record changed meanwhile")
	// ErrFenced: a newer lease on this key exists than the one the write was
	// made under; the writer has lost its claim and must stop.
	ErrFenced = errors.New("room: lease was taken over")
	// ErrHeld: somebody else holds the lease.
	ErrHeld = errors.New("room: lease is held")
	// ErrClosed: the store was closed.
	ErrClosed = errors.New("room: store is closed")
)

// Record is what a Store keeps: opaque sealed bytes and the few plain facts a
// store needs to do its work. Nothing in it identifies anybody.
type Record struct {
	// Data is the sealed session. Stores copy it in and out; a caller may
	// change its own slice afterwards.
	Data []byte
	// Version is set by the store: 1 on creation, one more with each swap.
	Version uint64
	// Owner is an opaque index value for List.
	Owner string
	// Expires is when the store forgets the record; after it, the record is
	// not found, whether or not it has been swept. The resolution is 1 ms. It
	// must be set: no record is kept for ever.
	Expires time.Time
}

// Lease is a claim of one node on one key. Epochs rise with every change of
// holder and never repeat for a key while any trace of the key is kept; a
// renewal by the same holder keeps the epoch.
type Lease struct {
	Key    string
	Node   string
	Epoch  uint64
	Expire time.Time // by the store's clock
}

// Change is what Watch delivers: the newest committed record, or Gone.
type Change struct {
	Record Record
	Gone   bool // deleted or expired
}

// ValidKey tells whether a Store accepts the key: 1 to 128 bytes of
// [A-Za-z0-9_-].
func ValidKey(key string) bool {
	for i := range len(key) {
		c := key[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return len(key) >= 1 && len(key) <= 128
}

// Store keeps sealed session records. It is the only shared state of a
// deployment.
//
// All methods may be called from many goroutines. A method whose context ends
// returns the context's error and has either happened or not; for writes the
// caller must read again to know. Keys are those that ValidKey accepts.
//
// The conformance suite in storetest holds every implementation to this text.
type Store interface {
	// Get returns the live record, or ErrNotFound.
	Get(ctx context.Context, key string) (Record, error)

	// Swap writes rec if the record's version is still old (0: if there is
	// no live record) and returns the new version. It fails with ErrConflict
	// otherwise, and with ErrFenced when fence is not 0 and a lease with a
	// higher epoch was granted for the key. rec.Version is ignored. The check
	// and the write are one atomic step.
	//
	// A Swap that was carried out but whose reply was lost may be repeated by
	// the implementation only if the repeat cannot be mistaken for another
	// writer's change.
	Swap(ctx context.Context, key string, old uint64, rec Record, fence uint64) (uint64, error)

	// Delete erases the record if its version is still old. ErrConflict if
	// it changed, ErrNotFound if it is gone already. What is erased cannot be
	// read back, neither through the store nor from the files it keeps; each
	// implementation's notes say how and within which limits.
	Delete(ctx context.Context, key string, old uint64) error

	// List returns the keys of the live records with that owner, in no
	// particular order.
	List(ctx context.Context, owner string) ([]string, error)

	// Watch delivers the current state at once (Gone if there is none) and
	// then the newest state after every change, in order of version; states
	// in between may be skipped, the last one never is. After Gone the channel
	// stays open: the key may be created again. It is closed when ctx ends or
	// the store closes. A receiver that does not receive delays nobody else.
	Watch(ctx context.Context, key string) (<-chan Change, error)

	// Acquire claims the key's lease for node until ttl from now, or renews it
	// if node holds it already. ErrHeld (with the holder's lease) if somebody
	// else's has not run out. A lease needs no record to exist.
	Acquire(ctx context.Context, key, node string, ttl time.Duration) (Lease, error)

	// Release gives the lease up if it is still held under that epoch by that
	// node; otherwise it does nothing. Who calls it does not matter: a node that
	// knows that the holder is no more may do so in its place.
	Release(ctx context.Context, lease Lease) error

	// Ping tells whether the store can serve.
	Ping(ctx context.Context) error

	// Close ends all watches. Calls after it give ErrClosed.
	Close() error
}

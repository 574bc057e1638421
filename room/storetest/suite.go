package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"anteroom/room"
)

const (
	patience = 30 * time.Second      // for what must happen, on a busy machine too
	soon     = 80 * time.Millisecond // an expiry that a test waits for
)

// Harness is one store under test and what the suite may do around it. The
// function that makes it registers the clean-up with t.
type Harness struct {
	Store room.Store
	// Second opens another handle on the same data, as another gateway would;
	// nil if there can be only one.
	Second func(t testing.TB) room.Store
	// Reopen closes Store and opens its data again; nil if nothing outlives
	// Close.
	Reopen func(t testing.TB) room.Store
	// Dump returns all bytes that the store keeps outside of this process;
	// nil if there are none. Tests search it for what must not be there.
	Dump func(t testing.TB) []byte
}

// Run runs the whole suite; open is called once for each test.
func Run(t *testing.T, open func(t *testing.T) Harness) {
	groups := map[string]map[string]func(*testing.T, Harness){
		"swap": swapTests(), "race": raceTests(), "expiry": expiryTests(),
		"watch": watchTests(), "lease": leaseTests(), "close": closeTests(),
		"keep": keepTests(),
	}
	for group, tests := range groups {
		t.Run(group, func(t *testing.T) {
			for name, test := range tests {
				t.Run(name, func(t *testing.T) { test(t, open(t)) })
			}
		})
	}
}

// NewKey returns a key that no other test uses.
func NewKey() string { return "test-" + rand.Text() }

func record(data string) room.Record {
	return room.Record{Data: []byte(data), Owner: "owner", Expires: time.Now().Add(time.Hour)}
}

func testContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func mustSwap(t testing.TB, s room.Store, key string, old uint64, rec room.Record) uint64 {
	t.Helper()
	v, err := s.Swap(testContext(t), key, old, rec, 0)
	if err != nil {
		t.Fatalf("Swap of version %d: %v", old, err)
	}
	if v != old+1 {
		t.Fatalf("Swap of version %d made version %d", old, v)
	}
	return v
}

func mustDelete(t testing.TB, s room.Store, key string, old uint64) {
	t.Helper()
	if err := s.Delete(testContext(t), key, old); err != nil {
		t.Fatalf("Delete of version %d: %v", old, err)
	}
}

func mustGet(t testing.TB, s room.Store, key string) room.Record {
	t.Helper()
	rec, err := s.Get(testContext(t), key)
	if err != nil {
		t.Fatalf("Get: %v", err)
	}
	return rec
}

func mustAcquire(t testing.TB, s room.Store, key, node string, ttl time.Duration) room.Lease {
	t.Helper()
	lease, err := s.Acquire(testContext(t), key, node, ttl)
	if err != nil {
		t.Fatalf("Acquire for %s: %v", node, err)
	}
	return lease
}

func wantError(t testing.TB, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("%s: got error %v, want %v", what, got, want)
	}
}

// eventually waits until done reports true.
func eventually(t testing.TB, what string, done func() bool) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-limit.C:
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

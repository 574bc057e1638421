package storetest

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"anteroom/room"
)

const writers = 64

func raceTests() map[string]func(*testing.T, Harness) {
	return map[string]func(*testing.T, Harness){
		"a counter counts right": counterCounts,
		"one creator wins":       oneCreates,
		"one deleter wins":       oneDeletes,
		"one node gets a lease":  oneAcquires,
		"delete against swap":    deleteAgainstSwap,
	}
}

// handles returns the stores that racing goroutines use in turn.
func handles(t *testing.T, h Harness) []room.Store {
	if h.Second == nil {
		return []room.Store{h.Store}
	}
	return []room.Store{h.Store, h.Second(t)}
}

// race runs f in many goroutines at once and returns how many succeeded; want is
// the only error allowed.
func race(t *testing.T, h Harness, want error, f func(n int, s room.Store) error) int {
	var won atomic.Int64
	var group sync.WaitGroup
	stores := handles(t, h)
	start := make(chan struct{})
	for n := range writers {
		group.Go(func() {
			<-start
			switch err := f(n, stores[n%len(stores)]); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, want):
				t.Errorf("goroutine %d: %v", n, err)
			}
		})
	}
	close(start)
	group.Wait()
	return int(won.Load())
}

func counterCounts(t *testing.T, h Harness) {
	const each = 5
	key, ctx := NewKey(), testContext(t)
	mustSwap(t, h.Store, key, 0, record("0"))
	race(t, h, nil, func(_ int, s room.Store) error {
		for range each {
			if err := increment(ctx, s, key); err != nil {
				return err
			}
		}
		return nil
	})
	got := mustGet(t, h.Store, key)
	if string(got.Data) != strconv.Itoa(writers*each) || got.Version != writers*each+1 {
		t.Errorf("count %s, version %d after %d increments", got.Data, got.Version, writers*each)
	}
}

func increment(ctx context.Context, s room.Store, key string) error {
	for {
		rec, err := s.Get(ctx, key)
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(string(rec.Data))
		if err != nil {
			return err
		}
		rec.Data = []byte(strconv.Itoa(n + 1))
		if _, err = s.Swap(ctx, key, rec.Version, rec, 0); !errors.Is(err, room.ErrConflict) {
			return err
		}
	}
}

func oneCreates(t *testing.T, h Harness) {
	key, ctx := NewKey(), testContext(t)
	won := race(t, h, room.ErrConflict, func(n int, s room.Store) error {
		_, err := s.Swap(ctx, key, 0, record(strconv.Itoa(n)), 0)
		return err
	})
	if won != 1 {
		t.Errorf("%d of %d created the record", won, writers)
	}
	wantList(t, h.Store, "no such owner "+key)
}

func oneDeletes(t *testing.T, h Harness) {
	key, ctx := NewKey(), testContext(t)
	mustSwap(t, h.Store, key, 0, record("a"))
	won := race(t, h, room.ErrNotFound, func(_ int, s room.Store) error { return s.Delete(ctx, key, 1) })
	if won != 1 {
		t.Errorf("%d of %d deleted the record", won, writers)
	}
}

func oneAcquires(t *testing.T, h Harness) {
	key, ctx := NewKey(), testContext(t)
	won := race(t, h, room.ErrHeld, func(n int, s room.Store) error {
		_, err := s.Acquire(ctx, key, strconv.Itoa(n), patience)
		return err
	})
	if won != 1 {
		t.Errorf("%d of %d nodes got the lease", won, writers)
	}
}

// deleteAgainstSwap: of a swap and a delete of one version exactly one succeeds.
func deleteAgainstSwap(t *testing.T, h Harness) {
	ctx := testContext(t)
	keys := make([]string, writers/2)
	for i := range keys {
		keys[i] = NewKey()
		mustSwap(t, h.Store, keys[i], 0, record("a"))
	}
	won := race(t, h, room.ErrConflict, func(n int, s room.Store) error {
		if n%2 == 0 {
			_, err := s.Swap(ctx, keys[n/2], 1, record("b"), 0)
			return err
		}
		err := s.Delete(ctx, keys[n/2], 1)
		if errors.Is(err, room.ErrNotFound) {
			t.Error("nobody else deletes")
		}
		return err
	})
	if won != len(keys) {
		t.Errorf("%d writes of %d succeeded", won, len(keys))
	}
}

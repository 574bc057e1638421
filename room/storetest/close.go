package storetest

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"anteroom/room"
)

func closeTests() map[string]func(*testing.T, Harness) {
	return map[string]func(*testing.T, Harness){
		"calls after it":          closeRefuses,
		"ends watches":            closeEndsWatches,
		"under load":              closeUnderLoad,
		"cancelled in the middle": cancelMiddle,
	}
}

func closeRefuses(t *testing.T, h Harness) {
	key, ctx := NewKey(), testContext(t)
	if err := h.Store.Ping(ctx); err != nil {
		t.Errorf("Ping: %v", err)
	}
	for range 2 {
		if err := h.Store.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	_, err := h.Store.Get(ctx, key)
	wantError(t, "Get", err, room.ErrClosed)
	_, err = h.Store.Swap(ctx, key, 0, record("a"), 0)
	wantError(t, "Swap", err, room.ErrClosed)
	wantError(t, "Delete", h.Store.Delete(ctx, key, 1), room.ErrClosed)
	_, err = h.Store.List(ctx, "owner")
	wantError(t, "List", err, room.ErrClosed)
	_, err = h.Store.Watch(ctx, key)
	wantError(t, "Watch", err, room.ErrClosed)
	_, err = h.Store.Acquire(ctx, key, "a", time.Second)
	wantError(t, "Acquire", err, room.ErrClosed)
	wantError(t, "Release", h.Store.Release(ctx, room.Lease{Key: key, Node: "a", Epoch: 1}), room.ErrClosed)
	wantError(t, "Ping", h.Store.Ping(ctx), room.ErrClosed)
}

func closeEndsWatches(t *testing.T, h Harness) {
	key := NewKey()
	received, ignored := watch(t, h.Store, key), watch(t, h.Store, key)
	received.until(t, gone)
	if err := h.Store.Close(); err != nil {
		t.Fatal(err)
	}
	received.untilClosed(t)
	ignored.untilClosed(t)
}

// closeUnderLoad: every call ends, with a result or ErrClosed.
func closeUnderLoad(t *testing.T, h Harness) {
	var group sync.WaitGroup
	ctx, written := testContext(t), make(chan struct{}, writers)
	for n := range writers {
		group.Go(func() {
			key := NewKey()
			for v := uint64(0); ; v++ {
				_, err := h.Store.Swap(ctx, key, v, record(strconv.Itoa(n)), 0)
				if errors.Is(err, room.ErrClosed) {
					return
				}
				if err != nil {
					t.Errorf("Swap: %v", err)
					return
				}
				select {
				case written <- struct{}{}:
				default:
				}
			}
		})
	}
	for range writers {
		<-written
	}
	if err := h.Store.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	group.Wait()
}

// cancelMiddle: a cancelled write has happened or not, whole, and the key goes
// on working.
func cancelMiddle(t *testing.T, h Harness) {
	key := NewKey()
	mustSwap(t, h.Store, key, 0, record("1"))
	for range 50 {
		before := mustGet(t, h.Store, key)
		next := strconv.FormatUint(before.Version+1, 10)
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		_, err := h.Store.Swap(ctx, key, before.Version, record(next), 0)
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatalf("Swap: %v", err)
		}
		after := mustGet(t, h.Store, key)
		if err == nil && after.Version != before.Version+1 {
			t.Fatalf("an acknowledged write was lost")
		}
		if string(after.Data) != strconv.FormatUint(after.Version, 10) {
			t.Fatalf("version %d has the data of %s", after.Version, after.Data)
		}
		settle(t, h.Store, key)
	}
}

// settle writes until it is this test's own write that stands.
func settle(t testing.TB, s room.Store, key string) {
	t.Helper()
	eventually(t, "a write goes through", func() bool {
		rec := mustGet(t, s, key)
		_, err := s.Swap(testContext(t), key, rec.Version, record(strconv.FormatUint(rec.Version+1, 10)), 0)
		if err != nil && !errors.Is(err, room.ErrConflict) {
			t.Fatalf("Swap: %v", err)
		}
		return err == nil
	})
}

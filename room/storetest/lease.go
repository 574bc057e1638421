package storetest

import (
	"errors"
	"testing"
	"time"

	"anteroom/room"
)

func leaseTests() map[string]func(*testing.T, Harness) {
	return map[string]func(*testing.T, Harness){
		"acquire and renew":          leaseRenew,
		"held by another":            leaseHeld,
		"release":                    leaseRelease,
		"takeover":                   leaseTakeover,
		"release by another":         leaseInherit,
		"a stale release is nothing": leaseStaleRelease,
		"fencing":                    leaseFences,
		"fencing outlives the lease": leaseFencesAfterRelease,
		"epochs rise without record": leaseEpochs,
		"an unfenced write":          leaseUnfenced,
	}
}

func leaseRenew(t *testing.T, h Harness) {
	key := NewKey()
	first := mustAcquire(t, h.Store, key, "a", patience)
	if first.Key != key || first.Node != "a" || first.Epoch == 0 {
		t.Errorf("lease is %+v", first)
	}
	if left := time.Until(first.Expire); left > patience+time.Second || left < patience-5*time.Second {
		t.Errorf("a lease of %v runs out in %v", patience, left)
	}
	again := mustAcquire(t, h.Store, key, "a", 2*patience)
	if again.Epoch != first.Epoch {
		t.Errorf("a renewal changed the epoch from %d to %d", first.Epoch, again.Epoch)
	}
	if !again.Expire.After(first.Expire) {
		t.Errorf("a renewal did not extend the lease")
	}
}

func leaseHeld(t *testing.T, h Harness) {
	key := NewKey()
	held := mustAcquire(t, h.Store, key, "a", patience)
	got, err := h.Store.Acquire(testContext(t), key, "b", patience)
	wantError(t, "Acquire", err, room.ErrHeld)
	if got.Node != "a" || got.Epoch != held.Epoch || got.Key != key || !got.Expire.Equal(held.Expire) {
		t.Errorf("holder is told as %+v, want %+v", got, held)
	}
	mustAcquire(t, h.Store, NewKey(), "b", patience)
}

func leaseRelease(t *testing.T, h Harness) {
	key := NewKey()
	a := mustAcquire(t, h.Store, key, "a", patience)
	release(t, h.Store, a)
	b := mustAcquire(t, h.Store, key, "b", patience)
	if b.Epoch <= a.Epoch {
		t.Errorf("epoch %d follows %d", b.Epoch, a.Epoch)
	}
	release(t, h.Store, b)
	if again := mustAcquire(t, h.Store, key, "b", patience); again.Epoch <= b.Epoch {
		t.Errorf("epoch %d follows the released %d", again.Epoch, b.Epoch)
	}
}

func release(t testing.TB, s room.Store, l room.Lease) {
	t.Helper()
	if err := s.Release(testContext(t), l); err != nil {
		t.Fatalf("Release: %v", err)
	}
}

// takeover acquires for node as soon as the present lease has run out.
func takeover(t *testing.T, s room.Store, held room.Lease, node string) room.Lease {
	t.Helper()
	var got room.Lease
	eventually(t, "the lease runs out", func() bool {
		lease, err := s.Acquire(testContext(t), held.Key, node, patience)
		if err != nil && !errors.Is(err, room.ErrHeld) {
			t.Fatal(err)
		}
		got = lease
		return err == nil
	})
	if early := time.Until(held.Expire); early > 50*time.Millisecond {
		t.Errorf("the lease was taken over %v before its end", early)
	}
	return got
}

func leaseTakeover(t *testing.T, h Harness) {
	key, other := NewKey(), h.Store
	if h.Second != nil {
		other = h.Second(t)
	}
	a := mustAcquire(t, h.Store, key, "a", soon)
	b := takeover(t, other, a, "b")
	if b.Epoch <= a.Epoch || b.Node != "b" {
		t.Errorf("%+v took over from %+v", b, a)
	}
	_, err := h.Store.Acquire(testContext(t), key, "a", patience)
	wantError(t, "renewal after a takeover", err, room.ErrHeld)
}

// leaseInherit: a node gives up the lease of one that is no more, and takes it.
// Had the other only seemed to be so, it is fenced off.
func leaseInherit(t *testing.T, h Harness) {
	key, ctx, other := NewKey(), testContext(t), h.Store
	if h.Second != nil {
		other = h.Second(t)
	}
	mustAcquire(t, h.Store, key, "a", patience)
	mustSwap(t, h.Store, key, 0, record("a"))
	a, err := other.Acquire(ctx, key, "b", patience)
	wantError(t, "Acquire", err, room.ErrHeld)
	release(t, other, a)
	if _, err = h.Store.Swap(ctx, key, 1, record("a"), a.Epoch); err != nil {
		t.Errorf("Swap under a lease that was given up but nobody took: %v", err)
	}
	b := mustAcquire(t, other, key, "b", patience)
	if b.Epoch <= a.Epoch {
		t.Errorf("epoch %d follows %d", b.Epoch, a.Epoch)
	}
	_, err = h.Store.Swap(ctx, key, 2, record("a"), a.Epoch)
	wantError(t, "Swap after the lease was inherited", err, room.ErrFenced)
	_, err = h.Store.Acquire(ctx, key, "a", patience)
	wantError(t, "renewal after the lease was inherited", err, room.ErrHeld)
	release(t, h.Store, a)
	_, err = h.Store.Acquire(ctx, key, "c", patience)
	wantError(t, "Acquire after a stale release", err, room.ErrHeld)
}

func leaseStaleRelease(t *testing.T, h Harness) {
	key := NewKey()
	a := mustAcquire(t, h.Store, key, "a", soon)
	b := takeover(t, h.Store, a, "b")
	release(t, h.Store, a)
	forged := b
	forged.Node = "c"
	release(t, h.Store, forged)
	forged = b
	forged.Epoch++
	release(t, h.Store, forged)
	release(t, h.Store, room.Lease{Key: NewKey(), Node: "x", Epoch: 1})
	_, err := h.Store.Acquire(testContext(t), key, "c", patience)
	wantError(t, "Acquire", err, room.ErrHeld)
}

func leaseFences(t *testing.T, h Harness) {
	key, ctx := NewKey(), testContext(t)
	a := mustAcquire(t, h.Store, key, "a", soon)
	if _, err := h.Store.Swap(ctx, key, 0, record("a"), a.Epoch); err != nil {
		t.Fatalf("Swap under a lease: %v", err)
	}
	eventually(t, "the lease has run out", func() bool { return time.Now().After(a.Expire.Add(soon)) })
	if _, err := h.Store.Swap(ctx, key, 1, record("b"), a.Epoch); err != nil {
		t.Fatalf("Swap under a lease that ran out but nobody took: %v", err)
	}
	b := takeover(t, h.Store, a, "b")
	_, err := h.Store.Swap(ctx, key, 2, record("c"), a.Epoch)
	wantError(t, "Swap after a takeover", err, room.ErrFenced)
	_, err = h.Store.Swap(ctx, key, 1, record("c"), a.Epoch)
	wantError(t, "Swap of an old version after a takeover", err, room.ErrFenced)
	if _, err = h.Store.Swap(ctx, key, 2, record("d"), b.Epoch); err != nil {
		t.Fatalf("Swap of the new holder: %v", err)
	}
	if got := mustGet(t, h.Store, key); string(got.Data) != "d" {
		t.Errorf("got %q", got.Data)
	}
}

func leaseFencesAfterRelease(t *testing.T, h Harness) {
	key, ctx := NewKey(), testContext(t)
	a := mustAcquire(t, h.Store, key, "a", patience)
	mustSwap(t, h.Store, key, 0, record("a"))
	release(t, h.Store, a)
	b := mustAcquire(t, h.Store, key, "b", patience)
	release(t, h.Store, b)
	_, err := h.Store.Swap(ctx, key, 1, record("b"), a.Epoch)
	wantError(t, "Swap under the older lease", err, room.ErrFenced)
	mustDelete(t, h.Store, key, 1)
	_, err = h.Store.Swap(ctx, key, 0, record("c"), a.Epoch)
	wantError(t, "creation under the older lease", err, room.ErrFenced)
	if _, err = h.Store.Swap(ctx, key, 0, record("d"), b.Epoch); err != nil {
		t.Errorf("creation under the newest lease: %v", err)
	}
}

func leaseEpochs(t *testing.T, h Harness) {
	key := NewKey()
	var epoch uint64
	for _, node := range []string{"a", "b", "b", "a", "c"} {
		l := mustAcquire(t, h.Store, key, node, patience)
		if l.Epoch <= epoch {
			t.Fatalf("epoch %d follows %d", l.Epoch, epoch)
		}
		epoch = l.Epoch
		release(t, h.Store, l)
	}
}

// leaseUnfenced: a write without a fence does not care for leases.
func leaseUnfenced(t *testing.T, h Harness) {
	key := NewKey()
	mustAcquire(t, h.Store, key, "a", patience)
	mustSwap(t, h.Store, key, 0, record("a"))
	mustSwap(t, h.Store, key, 1, record("b"))
	mustDelete(t, h.Store, key, 2)
}

package storetest

import (
	"bytes"
	"testing"
	"time"

	"anteroom/room"
)

func keepTests() map[string]func(*testing.T, Harness) {
	return map[string]func(*testing.T, Harness){
		"records outlive reopening": reopenKeeps,
		"epochs rise on reopening":  reopenEpochs,
		"expiry goes on":            reopenExpires,
		"nothing of a deleted one":  dumpForgets,
	}
}

// reopened is the store after a restart, or the same one if it keeps nothing;
// what must hold across a restart must hold without one too.
func reopened(t *testing.T, h Harness) room.Store {
	if h.Reopen == nil {
		return h.Store
	}
	return h.Reopen(t)
}

func reopenKeeps(t *testing.T, h Harness) {
	owner, kept, deleted, remade := NewKey(), NewKey(), NewKey(), NewKey()
	for _, key := range []string{kept, deleted, remade} {
		mustSwap(t, h.Store, key, 0, ownedBy(owner))
		mustSwap(t, h.Store, key, 1, ownedBy(owner))
	}
	mustDelete(t, h.Store, deleted, 2)
	mustDelete(t, h.Store, remade, 2)
	mustSwap(t, h.Store, remade, 0, ownedBy(owner))
	want := mustGet(t, h.Store, kept)

	s := reopened(t, h)
	got := mustGet(t, s, kept)
	if !bytes.Equal(got.Data, want.Data) || got.Version != 2 || got.Owner != owner || !got.Expires.Equal(want.Expires) {
		t.Errorf("reopened: %+v, want %+v", got, want)
	}
	wantList(t, s, owner, kept, remade)
	_, err := s.Get(testContext(t), deleted)
	wantError(t, "Get of the deleted one", err, room.ErrNotFound)
	if got := mustGet(t, s, remade); got.Version != 1 {
		t.Errorf("the remade record has version %d", got.Version)
	}
	mustSwap(t, s, kept, 2, ownedBy(owner))
}

func reopenEpochs(t *testing.T, h Harness) {
	key := NewKey()
	mustSwap(t, h.Store, key, 0, record("a"))
	before := mustAcquire(t, h.Store, key, "a", soon)
	s := reopened(t, h)
	after := takeover(t, s, room.Lease{Key: key}, "b")
	if after.Epoch <= before.Epoch {
		t.Errorf("epoch %d follows %d", after.Epoch, before.Epoch)
	}
	_, err := s.Swap(testContext(t), key, 1, record("b"), before.Epoch)
	wantError(t, "Swap under the lease from before", err, room.ErrFenced)
}

func reopenExpires(t *testing.T, h Harness) {
	key := NewKey()
	mustSwap(t, h.Store, key, 0, briefly("a"))
	s := reopened(t, h)
	awaitGone(t, s, key)
	mustSwap(t, s, key, 0, record("b"))
}

// dumpForgets searches the raw storage; see the stores' own tests for what an
// attacker with more than that can find.
func dumpForgets(t *testing.T, h Harness) {
	canary := []byte("canary " + NewKey() + NewKey())
	key := NewKey()
	rec := room.Record{Data: canary, Owner: NewKey(), Expires: time.Now().Add(time.Hour)}
	mustSwap(t, h.Store, key, 0, rec)
	mustSwap(t, h.Store, key, 1, rec)
	mustDelete(t, h.Store, key, 2)
	if h.Dump == nil {
		return
	}
	for _, secret := range [][]byte{canary, []byte(rec.Owner)} {
		if bytes.Contains(h.Dump(t), secret) {
			t.Errorf("%q is still there after Delete", secret)
		}
	}
}

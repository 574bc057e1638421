package storetest

import (
	"slices"
	"testing"
	"time"

	"anteroom/room"
)

func ownedBy(owner string) room.Record {
	rec := record("data")
	rec.Owner = owner
	return rec
}

func wantList(t testing.TB, s room.Store, owner string, want ...string) {
	t.Helper()
	got, err := s.List(testContext(t), owner)
	if err != nil {
		t.Fatalf("List: %v", err)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("List gave %q, want %q", got, want)
	}
}

func lists(t *testing.T, h Harness) {
	anna, ben := NewKey()+" {ä}", NewKey()
	a, b, c := NewKey(), NewKey(), NewKey()
	wantList(t, h.Store, anna)
	mustSwap(t, h.Store, a, 0, ownedBy(anna))
	mustSwap(t, h.Store, b, 0, ownedBy(anna))
	mustSwap(t, h.Store, c, 0, ownedBy(ben))
	wantList(t, h.Store, anna, a, b)
	wantList(t, h.Store, ben, c)
	mustSwap(t, h.Store, a, 1, ownedBy(anna))
	if _, err := h.Store.Swap(testContext(t), a, 0, ownedBy(ben), 0); err == nil {
		t.Fatal("second create succeeded")
	}
	wantList(t, h.Store, anna, a, b)
	wantList(t, h.Store, ben, c)
	mustDelete(t, h.Store, a, 2)
	wantList(t, h.Store, anna, b)
	mustSwap(t, h.Store, a, 0, ownedBy(anna))
	wantList(t, h.Store, anna, a, b)
}

func listsNewOwner(t *testing.T, h Harness) {
	anna, ben, key := NewKey(), NewKey(), NewKey()
	mustSwap(t, h.Store, key, 0, ownedBy(anna))
	mustSwap(t, h.Store, key, 1, ownedBy(ben))
	wantList(t, h.Store, anna)
	wantList(t, h.Store, ben, key)
	mustSwap(t, h.Store, key, 2, ownedBy(anna))
	wantList(t, h.Store, ben)
	wantList(t, h.Store, anna, key)
}

func listsLiveOnly(t *testing.T, h Harness) {
	owner, brief, long := NewKey(), NewKey(), NewKey()
	rec := ownedBy(owner)
	rec.Expires = time.Now().Add(soon)
	mustSwap(t, h.Store, brief, 0, rec)
	mustSwap(t, h.Store, long, 0, ownedBy(owner))
	eventually(t, "the brief one is gone from the list", func() bool {
		keys, err := h.Store.List(testContext(t), owner)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Equal(keys, []string{long})
	})
	// A longer expiry keeps it listed.
	putOff(t, h.Store, brief, owner)
	wantList(t, h.Store, owner, brief, long)
}

package storetest

import (
	"errors"
	"testing"
	"time"

	"anteroom/room"
)

func expiryTests() map[string]func(*testing.T, Harness) {
	return map[string]func(*testing.T, Harness){
		"a record expires":           recordExpires,
		"not before its time":        notEarly,
		"create after expiry":        createAfterExpiry,
		"expiry can be put off":      expiryPutOff,
		"expired when written":       expiredAtOnce,
		"an expired one is unlisted": listsLiveOnly,
		"watch tells of expiry":      watchExpiry,
		"delete of an expired one":   deleteExpired,
		"kept for ever":              keptForever,
	}
}

func briefly(data string) room.Record {
	rec := record(data)
	rec.Expires = time.Now().Add(soon)
	return rec
}

func awaitGone(t *testing.T, s room.Store, key string) {
	t.Helper()
	eventually(t, "the record expires", func() bool {
		_, err := s.Get(testContext(t), key)
		if err != nil && !errors.Is(err, room.ErrNotFound) {
			t.Fatal(err)
		}
		return err != nil
	})
}

func recordExpires(t *testing.T, h Harness) {
	key := NewKey()
	mustSwap(t, h.Store, key, 0, briefly("a"))
	awaitGone(t, h.Store, key)
}

func notEarly(t *testing.T, h Harness) {
	key, rec := NewKey(), briefly("a")
	mustSwap(t, h.Store, key, 0, rec)
	eventually(t, "the record expires", func() bool {
		_, err := h.Store.Get(testContext(t), key)
		if err == nil {
			return false
		}
		wantError(t, "Get", err, room.ErrNotFound)
		wantExpired(t, rec)
		return true
	})
}

func createAfterExpiry(t *testing.T, h Harness) {
	key := NewKey()
	mustSwap(t, h.Store, key, 0, briefly("a"))
	awaitGone(t, h.Store, key)
	_, err := h.Store.Swap(testContext(t), key, 1, record("b"), 0)
	wantError(t, "swap of the expired one", err, room.ErrConflict)
	mustSwap(t, h.Store, key, 0, record("c"))
	if got := mustGet(t, h.Store, key); string(got.Data) != "c" {
		t.Errorf("got %q", got.Data)
	}
}

func expiryPutOff(t *testing.T, h Harness) {
	key := NewKey()
	putOff(t, h.Store, key, "owner")
	mustGet(t, h.Store, key)
}

// putOff writes a record that expires soon, then that it does not, and returns when
// the first expiry has passed. Where a busy machine needs longer than that for the
// second write, it begins anew with more time.
func putOff(t *testing.T, s room.Store, key, owner string) {
	t.Helper()
	rec := ownedBy(owner)
	for wait := soon; ; wait *= 2 {
		rec.Expires = time.Now().Add(wait)
		mustSwap(t, s, key, 0, rec)
		_, err := s.Swap(testContext(t), key, 1, ownedBy(owner), 0)
		if err == nil {
			break
		}
		wantError(t, "Swap", err, room.ErrConflict)
		wantExpired(t, rec)
		awaitGone(t, s, key)
	}
	eventually(t, "the first expiry has passed", func() bool { return time.Now().After(rec.Expires.Add(soon)) })
}

// wantExpired holds that a record which is gone had to go.
func wantExpired(t testing.TB, rec room.Record) {
	t.Helper()
	if early := time.Until(rec.Expires); early > time.Millisecond {
		t.Fatalf("it expired %v early", early)
	}
}

func expiredAtOnce(t *testing.T, h Harness) {
	key, rec := NewKey(), record("a")
	mustSwap(t, h.Store, key, 0, rec)
	rec.Expires = time.Now().Add(-time.Hour)
	mustSwap(t, h.Store, key, 1, rec)
	_, err := h.Store.Get(testContext(t), key)
	wantError(t, "Get", err, room.ErrNotFound)
	rec.Expires = time.Unix(-1, 0)
	mustSwap(t, h.Store, key, 0, rec)
	_, err = h.Store.Get(testContext(t), key)
	wantError(t, "Get", err, room.ErrNotFound)
}

func deleteExpired(t *testing.T, h Harness) {
	key := NewKey()
	mustSwap(t, h.Store, key, 0, briefly("a"))
	awaitGone(t, h.Store, key)
	wantError(t, "Delete", h.Store.Delete(testContext(t), key, 1), room.ErrNotFound)
}

// watchExpiry: a watch tells of the record and then that it is gone. On a machine
// that is too busy it may not see the record in its time, and gets more.
func watchExpiry(t *testing.T, h Harness) {
	key, rec := NewKey(), record("a")
	w := watch(t, h.Store, key)
	w.until(t, gone)
	for wait, seen := soon, false; !seen; wait *= 2 {
		rec.Expires = time.Now().Add(wait)
		mustSwap(t, h.Store, key, 0, rec)
		w.until(t, func(c room.Change) bool {
			seen = isVersion(1)(c)
			return seen || time.Now().After(rec.Expires)
		})
	}
	w.until(t, gone)
	wantExpired(t, rec)
}

// keptForever: accounts are kept until somebody deletes them, across restarts,
// beside records of the same owner that expire.
func keptForever(t *testing.T, h Harness) {
	owner, key := NewKey(), NewKey()
	rec := ownedBy(owner)
	rec.Expires = room.Forever()
	brief := ownedBy(owner)
	brief.Expires = time.Now().Add(soon)
	mustSwap(t, h.Store, key, 0, rec)
	other := NewKey()
	mustSwap(t, h.Store, other, 0, brief)
	awaitGone(t, h.Store, other)
	s := reopened(t, h)
	if got := mustGet(t, s, key); !got.Expires.Equal(rec.Expires) {
		t.Errorf("it is kept until %v", got.Expires)
	}
	wantList(t, s, owner, key)
	mustDelete(t, s, key, 1)
	wantList(t, s, owner)
}

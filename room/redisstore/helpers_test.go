package redisstore_test

import (
	"testing"
	"time"

	"anteroom/room"
)

const patience = 30 * time.Second

// record always has the same expiry: a change of it would make a Swap take more
// round trips.
func record(data string) room.Record {
	return room.Record{Data: []byte(data), Owner: "owner", Expires: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}
}

func swap(t testing.TB, s room.Store, key string, old uint64, data string) {
	t.Helper()
	v, err := s.Swap(t.Context(), key, old, record(data), 0)
	if err != nil || v != old+1 {
		t.Errorf("Swap of version %d made %d: %v", old, v, err)
	}
}

func remove(t testing.TB, s room.Store, key string, old uint64) {
	t.Helper()
	if err := s.Delete(t.Context(), key, old); err != nil {
		t.Errorf("Delete: %v", err)
	}
}

func wantRecord(t testing.TB, s room.Store, key string, version uint64, data string) {
	t.Helper()
	rec, err := s.Get(t.Context(), key)
	if err != nil || rec.Version != version || string(rec.Data) != data {
		t.Fatalf("got %q, version %d (%v), want %q, version %d", rec.Data, rec.Version, err, data, version)
	}
}

func watch(t testing.TB, s room.Store, key string) <-chan room.Change {
	t.Helper()
	changes, err := s.Watch(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

// until receives until a change is as wanted.
func until(t testing.TB, changes <-chan room.Change, wanted func(room.Change) bool) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		select {
		case c, open := <-changes:
			if !open {
				t.Fatal("the watch was closed")
			}
			if wanted(c) {
				return
			}
		case <-limit.C:
			t.Fatalf("no such change within %v", patience)
		}
	}
}

func gone(c room.Change) bool { return c.Gone }

func isVersion(v uint64) func(room.Change) bool {
	return func(c room.Change) bool { return !c.Gone && c.Record.Version == v }
}

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

package room_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"anteroom/room"
	"anteroom/room/boltstore"
	"anteroom/room/memstore"
	"anteroom/room/redisstore"
	"anteroom/room/redisstore/redistest"
)

// onStore is one implementation of room.Store that the rules are tested on.
type onStore struct {
	name string
	open func(t testing.TB) room.Store
	// rounds is how often the random stories run on it, a hundred at a time;
	// racing is the same with the race detector or -short.
	rounds, racing int
	// writers is how many change one session at the same time.
	writers int
}

func stores() []onStore {
	return []onStore{
		{"memory", openMemory, 100, 2, 16},
		{"bolt", openBolt, 2, 1, 8},
		{"redis", openRedis, 4, 1, 8},
	}
}

func (o onStore) times() int {
	if raced || testing.Short() {
		return o.racing
	}
	return o.rounds
}

// onEach runs a test on each store.
func onEach(t *testing.T, test func(t *testing.T, o onStore, store room.Store)) {
	for _, o := range stores() {
		t.Run(o.name, func(t *testing.T) { test(t, o, o.open(t)) })
	}
}

func closing(t testing.TB, store room.Store) room.Store {
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return store
}

func openMemory(t testing.TB) room.Store {
	return closing(t, memstore.New(memstore.Options{}))
}

func openBolt(t testing.TB) room.Store {
	t.Helper()
	store, err := boltstore.Open(filepath.Join(t.TempDir(), "sessions.db"))
	if err != nil {
		t.Fatal(err)
	}
	return closing(t, store)
}

func openRedis(t testing.TB) room.Store {
	t.Helper()
	store, err := redisstore.Open(t.Context(), redistest.Start(t).URL)
	if err != nil {
		t.Fatal(fmt.Errorf("redis: %w", err))
	}
	return closing(t, store)
}

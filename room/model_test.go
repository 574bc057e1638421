package room_test

import (
	"testing"

	"anteroom/room"
	"anteroom/room/memstore"

	"pgregory.net/rapid"
)

// TestPromisesHoldInEveryInterleaving runs random stories of redeem, admit,
// decline, hold, remove, lock, unlock, re-issue, leave, resume, end, host lost
// and back, time and clock jumps, and after each step compares the session with
// the model and checks P1 to P4 and P7.
func TestPromisesHoldInEveryInterleaving(t *testing.T) {
	store := memstore.New(memstore.Options{})
	t.Cleanup(func() { _ = store.Close() })
	all, browsers := room.NewSessions(store, keysOf(t, "k")), newBrowsers(t, 9)
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t, all, browsers)
		t.Repeat(m.moves())
	})
}

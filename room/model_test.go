package room_test

import (
	"sync/atomic"
	"testing"

	"anteroom/room"

	"pgregory.net/rapid"
)

// TestPromisesHoldInEveryInterleaving runs random stories of redeem, admit,
// decline, hold, remove, lock, unlock, re-issue, leave, resume, end, host lost
// and back, time and clock jumps, and after each step compares the session with
// the model and checks P1 to P4 and P7.
//
// On all stores together it is more than 10,000 stories of 30 steps each on
// average; -rapid.checks multiplies them. To tell a story again, use the seed
// that a failure prints.
func TestPromisesHoldInEveryInterleaving(t *testing.T) {
	browsers := newBrowsers(t, 9)
	for _, o := range stores() {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			tellStories(t, o, browsers)
		})
	}
}

func tellStories(t *testing.T, o onStore, browsers []browser) {
	all := room.NewSessions(o.open(t), keysOf(t, "k"))
	var stories, steps atomic.Int64
	for range o.times() {
		rapid.Check(t, func(t *rapid.T) {
			m := newMachine(t, all, browsers)
			stories.Add(1)
			t.Repeat(m.moves())
			steps.Add(m.steps)
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d stories, %d steps", stories.Load(), steps.Load())
}

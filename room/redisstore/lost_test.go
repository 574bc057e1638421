package redisstore_test

import (
	"errors"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/room/redisstore"
	"anteroom/room/redisstore/redistest"
)

// behind returns a store behind a proxy and another one beside it, with the
// scripts known to Redis, and the names of the two that matter.
func behind(t *testing.T) (near *redisstore.Store, far room.Store, p *proxy) {
	t.Helper()
	server := redistest.Start(t)
	p = newProxy(t, server)
	near, far = open(t, p.URL), open(t, server.URL)
	swap(t, far, "warm", 0, "a")
	remove(t, far, "warm", 1)
	return near, far, p
}

func nothing() {}

func wantHappened(t *testing.T, l *loss) {
	t.Helper()
	if !l.happened.Load() {
		t.Fatal("no reply was lost: the test proves nothing")
	}
}

// A write whose reply was lost is repeated and recognised: it counts once and
// its caller learns that it succeeded, whatever others have done since.
func TestLostReplySwap(t *testing.T) {
	near, far, p := behind(t)
	lost := p.loseReply(redisstore.SwapSHA(), nothing)
	swap(t, near, "k", 0, "a")
	wantHappened(t, lost)
	wantRecord(t, far, "k", 1, "a")

	lost = p.loseReply(redisstore.SwapSHA(), nothing)
	swap(t, near, "k", 1, "b")
	wantHappened(t, lost)
	wantRecord(t, far, "k", 2, "b")

	lost = p.loseReply(redisstore.SwapSHA(), func() {
		swap(t, far, "k", 3, "other")
		swap(t, far, "k", 4, "other")
	})
	swap(t, near, "k", 2, "c")
	wantHappened(t, lost)
	wantRecord(t, far, "k", 5, "other")
}

// A creation whose record was deleted before the repeat does not bring it back.
func TestLostReplyCreateThenDeleted(t *testing.T) {
	near, far, p := behind(t)
	lost := p.loseReply(redisstore.SwapSHA(), func() { remove(t, far, "k", 1) })
	swap(t, near, "k", 0, "a")
	wantHappened(t, lost)
	if _, err := far.Get(t.Context(), "k"); !errors.Is(err, room.ErrNotFound) {
		t.Errorf("the deleted record: %v", err)
	}
}

// A refusal whose reply was lost stays a refusal.
func TestLostReplyConflict(t *testing.T) {
	near, far, p := behind(t)
	swap(t, far, "k", 0, "a")
	lost := p.loseReply(redisstore.SwapSHA(), nothing)
	_, err := near.Swap(t.Context(), "k", 0, record("b"), 0)
	wantHappened(t, lost)
	if !errors.Is(err, room.ErrConflict) {
		t.Errorf("Swap: %v", err)
	}
	wantRecord(t, far, "k", 1, "a")
}

func TestLostReplyDelete(t *testing.T) {
	near, far, p := behind(t)
	swap(t, far, "k", 0, "a")
	lost := p.loseReply(redisstore.DeleteSHA(), nothing)
	remove(t, near, "k", 1)
	wantHappened(t, lost)

	// The record that was made in the meantime is not the one to delete.
	swap(t, far, "k", 0, "b")
	lost = p.loseReply(redisstore.DeleteSHA(), func() { swap(t, far, "k", 0, "c") })
	remove(t, near, "k", 1)
	wantHappened(t, lost)
	wantRecord(t, far, "k", 1, "c")
}

func TestLostReplyAcquire(t *testing.T) {
	near, far, p := behind(t)
	if _, err := far.Acquire(t.Context(), "warm", "n", time.Second); err != nil {
		t.Fatal(err)
	}
	lost := p.loseReply(redisstore.AcquireSHA(), nothing)
	first, err := near.Acquire(t.Context(), "k", "a", patience)
	wantHappened(t, lost)
	if err != nil {
		t.Fatal(err)
	}
	again, err := far.Acquire(t.Context(), "k", "a", patience)
	if err != nil || again.Epoch != first.Epoch {
		t.Errorf("%+v became %+v, %v", first, again, err)
	}
}

// A change whose hint was lost is found all the same.
func TestLostHint(t *testing.T) {
	near, far, p := behind(t)
	near.SetPoll(50*time.Millisecond, 100*time.Millisecond)
	changes := watch(t, near, "k")
	until(t, changes, gone)
	p.setDeaf(true)
	swap(t, far, "k", 0, "a")
	until(t, changes, isVersion(1))
	remove(t, far, "k", 1)
	swap(t, far, "k", 0, "b")
	until(t, changes, func(c room.Change) bool { return string(c.Record.Data) == "b" })
	remove(t, far, "k", 1)
	until(t, changes, gone)
}

// With hints, nobody waits for the poll.
func TestHintIsQuick(t *testing.T) {
	near, far, _ := behind(t)
	near.SetPoll(time.Hour, 2*time.Hour)
	changes := watch(t, near, "k")
	until(t, changes, gone)
	for v := range uint64(20) {
		swap(t, far, "k", v, "a")
		until(t, changes, isVersion(v+1))
	}
}

// What changed while the connection was gone is read when it is back, without
// waiting for the poll.
func TestMissedWhileDisconnected(t *testing.T) {
	near, far, p := behind(t)
	near.SetPoll(time.Hour, 2*time.Hour)
	changes := watch(t, near, "k")
	until(t, changes, gone)
	swap(t, far, "k", 0, "a")
	until(t, changes, isVersion(1))
	p.setCut(true)
	swap(t, far, "k", 1, "b")
	p.setCut(false)
	until(t, changes, isVersion(2))
}

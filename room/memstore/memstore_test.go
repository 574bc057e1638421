package memstore_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"anteroom/room"
	"anteroom/room/memstore"
	"anteroom/room/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t testing.TB, o memstore.Options) *memstore.Store {
	s := memstore.New(o)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		return storetest.Harness{Store: open(t, memstore.Options{Sweep: 10 * time.Millisecond})}
	})
}

// An expired record is not found before the sweeper has come, and its watchers
// learn of it when it has.
func TestExpiredBeforeSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memstore.New(memstore.Options{Sweep: time.Hour})
		defer s.Close()
		rec := room.Record{Expires: time.Now().Add(time.Minute)}
		if _, err := s.Swap(t.Context(), "k", 0, rec, 0); err != nil {
			t.Fatal(err)
		}
		changes, err := s.Watch(t.Context(), "k")
		if err != nil {
			t.Fatal(err)
		}
		<-changes
		<-time.After(time.Minute - time.Millisecond)
		if _, err := s.Get(t.Context(), "k"); err != nil {
			t.Errorf("1 ms before: %v", err)
		}
		<-time.After(time.Millisecond)
		if _, err := s.Get(t.Context(), "k"); !errors.Is(err, room.ErrNotFound) {
			t.Errorf("at its expiry: %v", err)
		}
		if c := <-changes; !c.Gone || time.Until(rec.Expires) != -59*time.Minute {
			t.Errorf("change %+v, %v after the expiry", c, -time.Until(rec.Expires))
		}
	})
}

func TestOwnClock(t *testing.T) {
	now := time.Unix(1000, 0)
	s := open(t, memstore.Options{Sweep: time.Hour, Now: func() time.Time { return now }})
	if _, err := s.Swap(t.Context(), "k", 0, room.Record{Expires: now.Add(1)}, 0); err != nil {
		t.Fatal(err)
	}
	a, err := s.Acquire(t.Context(), "k", "a", time.Second)
	if err != nil || !a.Expire.Equal(now.Add(time.Second)) {
		t.Fatalf("%+v, %v", a, err)
	}
	now = now.Add(time.Second)
	if _, err := s.Get(t.Context(), "k"); !errors.Is(err, room.ErrNotFound) {
		t.Errorf("Get: %v", err)
	}
	if b, err := s.Acquire(t.Context(), "k", "b", time.Second); err != nil || b.Epoch <= a.Epoch {
		t.Errorf("%+v, %v", b, err)
	}
}

// stuck is a journal that finishes nothing before it is told to.
type stuck struct{ entries chan func(error) }

func (j stuck) Append(_ memstore.Entry, done func(error)) { j.entries <- done }
func (j stuck) Close() error                              { return nil }

func TestJournal(t *testing.T) {
	journal := stuck{make(chan func(error), 1)}
	s := open(t, memstore.Options{Journal: journal, Sweep: time.Hour})
	rec := room.Record{Expires: time.Now().Add(time.Hour)}
	ctx, cancel := context.WithCancel(t.Context())

	// A write is not visible before it is durable, and a caller can give up.
	result := make(chan error)
	go func() {
		_, err := s.Swap(ctx, "k", 0, rec, 0)
		result <- err
	}()
	done := <-journal.entries
	if _, err := s.Get(t.Context(), "k"); !errors.Is(err, room.ErrNotFound) {
		t.Errorf("Get of what is not durable: %v", err)
	}
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("Swap: %v", err)
	}

	// Neither another write nor a lease comes in between.
	waiting, stop := context.WithTimeout(t.Context(), time.Millisecond)
	defer stop()
	if _, err := s.Acquire(waiting, "k", "a", time.Hour); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Acquire during a write: %v", err)
	}
	done(nil)
	if got, err := s.Get(t.Context(), "k"); err != nil || got.Version != 1 {
		t.Errorf("%+v, %v", got, err)
	}

	// A write that fails changes nothing.
	failed := errors.New("disk full")
	go func() { (<-journal.entries)(failed) }()
	if _, err := s.Swap(t.Context(), "k", 1, rec, 0); !errors.Is(err, failed) {
		t.Errorf("Swap: %v", err)
	}
	if got, err := s.Get(t.Context(), "k"); err != nil || got.Version != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func BenchmarkSwap(b *testing.B) {
	storetest.Bench(b, open(b, memstore.Options{}))
}

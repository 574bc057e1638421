package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/room/redisstore/redistest"
)

// A server that does not answer holds nobody up longer than their context, nor
// longer than 2 s; afterwards all is as before.
func TestPausedServer(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, server.URL)
	swap(t, s, "k", 0, "a")
	server.Pause(t)

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := s.Get(ctx, "k"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Get with a deadline: %v", err)
	}
	within(t, start, time.Second)

	ctx, cancel = context.WithCancel(t.Context())
	start = time.Now()
	go cancel()
	if _, err := s.Swap(ctx, "k", 1, record("b"), 0); !errors.Is(err, context.Canceled) {
		t.Errorf("Swap, cancelled: %v", err)
	}
	within(t, start, time.Second)

	start = time.Now()
	if _, err := s.Get(t.Context(), "k"); err == nil || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, room.ErrNotFound) {
		t.Errorf("Get without a deadline: %v", err)
	}
	within(t, start, 3*time.Second)

	server.Resume(t)
	rec, err := s.Get(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Swap(t.Context(), "k", rec.Version, record("c"), 0); err != nil && !errors.Is(err, room.ErrConflict) {
		t.Errorf("Swap after: %v", err)
	}
}

func within(t *testing.T, start time.Time, limit time.Duration) {
	t.Helper()
	if took := time.Since(start); took > limit {
		t.Errorf("it took %v", took)
	}
}

func TestCloseWhilePaused(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, server.URL)
	changes := watch(t, s, "k")
	until(t, changes, gone)
	server.Pause(t)
	defer server.Resume(t)
	result := make(chan error)
	go func() {
		_, err := s.Get(t.Context(), "k")
		result <- err
	}()
	start := time.Now()
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	within(t, start, 3*time.Second)
	if err := <-result; !errors.Is(err, room.ErrClosed) {
		t.Errorf("Get during Close: %v", err)
	}
}

// A server that was away and lost all: watches go on by themselves, and begin
// even while it is away.
func TestRestartedServer(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, server.URL)
	swap(t, s, "k", 0, "a")
	before, err := s.Acquire(t.Context(), "k", "n", patience)
	if err != nil {
		t.Fatal(err)
	}
	old := watch(t, s, "k")
	until(t, old, isVersion(1))
	server.Kill(t)
	if _, err := s.Get(t.Context(), "k"); err == nil || errors.Is(err, room.ErrNotFound) {
		t.Errorf("Get without a server: %v", err)
	}
	late := watch(t, s, "other")
	server.Restart(t)
	until(t, old, gone)
	until(t, late, gone)
	eventually(t, "the store works again", func() bool {
		_, err := s.Swap(t.Context(), "k", 0, record("b"), 0)
		return err == nil
	})
	until(t, old, isVersion(1))
	after, err := s.Acquire(t.Context(), "k", "n", patience)
	if err != nil || after.Epoch <= before.Epoch {
		t.Errorf("epoch %d follows %d, %v", after.Epoch, before.Epoch, err)
	}
}

// Everything in Redis has an expiry, the owner's index too, and a deletion
// leaves nothing but a note of tokens.
func TestNothingStays(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, server.URL)
	for i := range 5 {
		key := fmt.Sprint("k", i)
		swap(t, s, key, 0, "canary-data")
		swap(t, s, key, 1, "canary-data")
		lease, err := s.Acquire(t.Context(), key, "n", time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Release(t.Context(), lease); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Swap(t.Context(), "k0", 0, record("refused"), 0); !errors.Is(err, room.ErrConflict) {
		t.Fatal(err)
	}
	names := keysOf(t, server)
	if len(names) != 11 {
		t.Errorf("5 records, 5 leases and an index are %d keys: %q", len(names), names)
	}
	for _, name := range names {
		if ttl := server.Do(t, "PTTL", name); strings.HasPrefix(ttl, "-") {
			t.Errorf("%s never expires", name)
		}
	}
	if !strings.Contains(string(server.Dump(t)), "canary-data") {
		t.Error("control: the data cannot be found while it is there")
	}
	for i := range 5 {
		remove(t, s, fmt.Sprint("k", i), 2)
	}
	for _, name := range keysOf(t, server) {
		if strings.HasPrefix(name, "anteroom:o:") || strings.HasSuffix(name, ":r") {
			t.Errorf("%s is left", name)
		}
	}
	if strings.Contains(string(server.Dump(t)), "canary-data") {
		t.Error("the data are still there")
	}
}

func keysOf(t *testing.T, server *redistest.Server) []string {
	t.Helper()
	return strings.Fields(strings.Trim(server.Do(t, "KEYS", "*"), "[]"))
}

// An index that is only ever added to drops what has expired.
func TestIndexShrinks(t *testing.T) {
	server := redistest.Start(t)
	s := open(t, server.URL)
	rec := record("a")
	rec.Expires = time.Now().Add(50 * time.Millisecond)
	for i := range 20 {
		if _, err := s.Swap(t.Context(), fmt.Sprint("brief", i), 0, rec, 0); err != nil {
			t.Fatal(err)
		}
	}
	swap(t, s, "long", 0, "a")
	index := ""
	for _, name := range keysOf(t, server) {
		if strings.HasPrefix(name, "anteroom:o:") {
			index = name
		}
	}
	eventually(t, "expired entries go", func() bool {
		_, err := s.Swap(t.Context(), "another", 0, record("a"), 0)
		if err != nil && !errors.Is(err, room.ErrConflict) {
			t.Fatal(err)
		}
		return server.Do(t, "ZCARD", index) == "2"
	})
}

package storetest

import (
	"context"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"anteroom/room"
)

func watchTests() map[string]func(*testing.T, Harness) {
	return map[string]func(*testing.T, Harness){
		"first the current state":        watchCurrent,
		"first what was just written":    watchReadsOwnWrites,
		"gone, and made again":           watchGone,
		"in order, and the last":         watchOrder,
		"a slow receiver":                watchSlow,
		"many watches of one key":        watchMany,
		"ends with its context":          watchEnds,
		"tells of another handle":        watchSecond,
		"only its own key":               watchOwnKey,
		"watches come and go":            watchComeAndGo,
		"a new record at the same count": watchSameVersion,
	}
}

type watcher struct{ changes <-chan room.Change }

func watch(t testing.TB, s room.Store, key string) watcher {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	changes, err := s.Watch(ctx, key)
	if err != nil {
		t.Fatalf("Watch: %v", err)
	}
	return watcher{changes}
}

func (w watcher) next(t testing.TB) room.Change {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	select {
	case c, ok := <-w.changes:
		if !ok {
			t.Fatal("the watch was closed")
		}
		return c
	case <-limit.C:
		t.Fatalf("no change within %v", patience)
		return room.Change{}
	}
}

// until receives until a change is as wanted.
func (w watcher) until(t testing.TB, wanted func(room.Change) bool) room.Change {
	t.Helper()
	for {
		if c := w.next(t); wanted(c) {
			return c
		}
	}
}

func (w watcher) untilClosed(t testing.TB) {
	t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		select {
		case _, ok := <-w.changes:
			if !ok {
				return
			}
		case <-limit.C:
			t.Fatalf("the watch was not closed within %v", patience)
		}
	}
}

func gone(c room.Change) bool { return c.Gone }

func isVersion(v uint64) func(room.Change) bool {
	return func(c room.Change) bool { return !c.Gone && c.Record.Version == v }
}

func hasData(data string) func(room.Change) bool {
	return func(c room.Change) bool { return !c.Gone && string(c.Record.Data) == data }
}

func watchCurrent(t *testing.T, h Harness) {
	key := NewKey()
	if c := watch(t, h.Store, key).next(t); !c.Gone {
		t.Errorf("first change of nothing is %+v", c)
	}
	rec := record("a")
	mustSwap(t, h.Store, key, 0, rec)
	c := watch(t, h.Store, key).next(t)
	if c.Gone || string(c.Record.Data) != "a" || c.Record.Version != 1 || c.Record.Owner != rec.Owner {
		t.Errorf("first change is %+v", c)
	}
	if c.Record.Expires.UnixMilli() != rec.Expires.UnixMilli() {
		t.Errorf("it expires %v, want %v", c.Record.Expires, rec.Expires)
	}
}

// watchReadsOwnWrites: a watch never begins with a state older than a write that
// had returned, even if the key was watched before.
func watchReadsOwnWrites(t *testing.T, h Harness) {
	key := NewKey()
	watch(t, h.Store, key)
	for v := range uint64(30) {
		mustSwap(t, h.Store, key, v, record("a"))
		if c := watch(t, h.Store, key).next(t); c.Gone || c.Record.Version < v+1 {
			t.Fatalf("after version %d a new watch begins with %+v", v+1, c)
		}
	}
}

func watchGone(t *testing.T, h Harness) {
	key := NewKey()
	w := watch(t, h.Store, key)
	w.until(t, gone)
	for range 3 {
		mustSwap(t, h.Store, key, 0, record("a"))
		w.until(t, isVersion(1))
		mustDelete(t, h.Store, key, 1)
		w.until(t, gone)
	}
}

func watchSameVersion(t *testing.T, h Harness) {
	key := NewKey()
	mustSwap(t, h.Store, key, 0, record("0"))
	w := watch(t, h.Store, key)
	w.until(t, hasData("0"))
	for i := range 10 {
		data := strconv.Itoa(i + 1)
		mustDelete(t, h.Store, key, 1)
		mustSwap(t, h.Store, key, 0, record(data))
		w.until(t, hasData(data))
	}
}

func watchOrder(t *testing.T, h Harness) {
	const last = 200
	key := NewKey()
	w := watch(t, h.Store, key)
	var writing sync.WaitGroup
	defer writing.Wait()
	writing.Go(func() {
		for v := range uint64(last) {
			if _, err := h.Store.Swap(testContext(t), key, v, record(strconv.FormatUint(v+1, 10)), 0); err != nil {
				t.Errorf("Swap: %v", err)
				return
			}
		}
	})
	var version uint64
	w.until(t, func(c room.Change) bool {
		if c.Gone && version > 0 || !c.Gone && c.Record.Version <= version {
			t.Errorf("after version %d came %d (gone: %v)", version, c.Record.Version, c.Gone)
		}
		version = c.Record.Version
		if !c.Gone && string(c.Record.Data) != strconv.FormatUint(version, 10) {
			t.Errorf("version %d has the data of %s", version, c.Record.Data)
		}
		return version == last
	})
}

// watchSlow: who does not receive holds up nobody, and then gets the newest.
func watchSlow(t *testing.T, h Harness) {
	const last = 100
	key := NewKey()
	slow, quick := watch(t, h.Store, key), watch(t, h.Store, key)
	for v := range uint64(last) {
		mustSwap(t, h.Store, key, v, record("a"))
	}
	quick.until(t, isVersion(last))
	received := 0
	slow.until(t, func(c room.Change) bool { received++; return isVersion(last)(c) })
	if received > 3 {
		t.Errorf("the slow one received %d states; they are not coalesced", received)
	}
}

func watchMany(t *testing.T, h Harness) {
	key := NewKey()
	var all []watcher
	for range 32 {
		all = append(all, watch(t, h.Store, key))
	}
	mustSwap(t, h.Store, key, 0, record("a"))
	mustSwap(t, h.Store, key, 1, record("b"))
	for _, w := range all {
		w.until(t, isVersion(2))
	}
	mustDelete(t, h.Store, key, 2)
	for _, w := range all {
		w.until(t, gone)
	}
}

func watchEnds(t *testing.T, h Harness) {
	key := NewKey()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	changes, err := h.Store.Watch(ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	other := watch(t, h.Store, key)
	cancel()
	watcher{changes}.untilClosed(t)
	mustSwap(t, h.Store, key, 0, record("a"))
	other.until(t, isVersion(1))
}

func watchSecond(t *testing.T, h Harness) {
	key, other := NewKey(), h.Store
	if h.Second != nil {
		other = h.Second(t)
	}
	w := watch(t, h.Store, key)
	mustSwap(t, other, key, 0, record("a"))
	w.until(t, isVersion(1))
	mustSwap(t, other, key, 1, record("b"))
	w.until(t, isVersion(2))
	mustDelete(t, other, key, 2)
	w.until(t, gone)
}

func watchOwnKey(t *testing.T, h Harness) {
	mine, other := NewKey(), NewKey()
	w := watch(t, h.Store, mine)
	w.until(t, gone)
	mustSwap(t, h.Store, other, 0, record("other"))
	mustSwap(t, h.Store, mine, 0, record("mine"))
	if c := w.next(t); string(c.Record.Data) != "mine" {
		t.Errorf("got %q", c.Record.Data)
	}
}

// watchComeAndGo leaves no goroutine behind for watches that have ended.
func watchComeAndGo(t *testing.T, h Harness) {
	key := NewKey()
	mustSwap(t, h.Store, key, 0, record("a"))
	before := runtime.NumGoroutine()
	for range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		changes, err := h.Store.Watch(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		w := watcher{changes}
		w.until(t, isVersion(1))
		cancel()
		w.untilClosed(t)
	}
	eventually(t, "goroutines end", func() bool { return runtime.NumGoroutine() <= before+2 })
}

package storetest

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"anteroom/room"
)

func swapTests() map[string]func(*testing.T, Harness) {
	return map[string]func(*testing.T, Harness){
		"create and read back":      createAndRead,
		"versions count up":         versionsCount,
		"conflicts":                 conflicts,
		"delete":                    deletes,
		"create after delete":       createAfterDelete,
		"data is copied":            dataIsCopied,
		"any bytes":                 anyBytes,
		"keys":                      keys,
		"a record needs an expiry":  needsExpiry,
		"list":                      lists,
		"list after owner change":   listsNewOwner,
		"a dead context":            deadContext,
		"a second handle sees all":  secondHandle,
		"keys do not share records": keysAreApart,
	}
}

func createAndRead(t *testing.T, h Harness) {
	key, rec := NewKey(), record("sealed")
	_, err := h.Store.Get(testContext(t), key)
	wantError(t, "Get before", err, room.ErrNotFound)
	mustSwap(t, h.Store, key, 0, rec)
	got := mustGet(t, h.Store, key)
	if string(got.Data) != "sealed" || got.Owner != rec.Owner || got.Version != 1 {
		t.Errorf("read back %+v", got)
	}
	if got.Expires.UnixMilli() != rec.Expires.UnixMilli() {
		t.Errorf("expires %v, want %v", got.Expires, rec.Expires)
	}
}

func versionsCount(t *testing.T, h Harness) {
	key := NewKey()
	for v := range uint64(40) {
		rec := record(strings.Repeat("x", int(v)))
		rec.Version = 99 // is ignored
		mustSwap(t, h.Store, key, v, rec)
	}
	if got := mustGet(t, h.Store, key); got.Version != 40 || len(got.Data) != 39 {
		t.Errorf("version %d with %d bytes", got.Version, len(got.Data))
	}
}

func conflicts(t *testing.T, h Harness) {
	key, ctx := NewKey(), testContext(t)
	_, err := h.Store.Swap(ctx, key, 1, record("a"), 0)
	wantError(t, "swap of what is not there", err, room.ErrConflict)
	mustSwap(t, h.Store, key, 0, record("a"))
	_, err = h.Store.Swap(ctx, key, 0, record("b"), 0)
	wantError(t, "second create", err, room.ErrConflict)
	mustSwap(t, h.Store, key, 1, record("c"))
	_, err = h.Store.Swap(ctx, key, 1, record("d"), 0)
	wantError(t, "swap of an old version", err, room.ErrConflict)
	_, err = h.Store.Swap(ctx, key, 3, record("e"), 0)
	wantError(t, "swap of a future version", err, room.ErrConflict)
	wantError(t, "delete of an old version", h.Store.Delete(ctx, key, 1), room.ErrConflict)
	if got := mustGet(t, h.Store, key); string(got.Data) != "c" || got.Version != 2 {
		t.Errorf("refused writes left %q, version %d", got.Data, got.Version)
	}
}

func deletes(t *testing.T, h Harness) {
	key, ctx := NewKey(), testContext(t)
	wantError(t, "delete of nothing", h.Store.Delete(ctx, key, 1), room.ErrNotFound)
	mustSwap(t, h.Store, key, 0, record("a"))
	mustDelete(t, h.Store, key, 1)
	_, err := h.Store.Get(ctx, key)
	wantError(t, "Get after", err, room.ErrNotFound)
	wantError(t, "second delete", h.Store.Delete(ctx, key, 1), room.ErrNotFound)
	_, err = h.Store.Swap(ctx, key, 1, record("b"), 0)
	wantError(t, "swap after", err, room.ErrConflict)
}

func createAfterDelete(t *testing.T, h Harness) {
	key := NewKey()
	mustSwap(t, h.Store, key, 0, record("a"))
	mustSwap(t, h.Store, key, 1, record("b"))
	mustDelete(t, h.Store, key, 2)
	mustSwap(t, h.Store, key, 0, record("c"))
	_, err := h.Store.Swap(testContext(t), key, 2, record("d"), 0)
	wantError(t, "swap of the former record's version", err, room.ErrConflict)
	if got := mustGet(t, h.Store, key); string(got.Data) != "c" || got.Version != 1 {
		t.Errorf("got %q, version %d", got.Data, got.Version)
	}
}

func dataIsCopied(t *testing.T, h Harness) {
	key, rec := NewKey(), record("abc")
	mustSwap(t, h.Store, key, 0, rec)
	rec.Data[0] = 'X'
	first := mustGet(t, h.Store, key)
	first.Data[1] = 'Y'
	w := watch(t, h.Store, key)
	seen := w.next(t)
	seen.Record.Data[2] = 'Z'
	if got := mustGet(t, h.Store, key); string(got.Data) != "abc" {
		t.Errorf("the store's copy became %q", got.Data)
	}
}

func anyBytes(t *testing.T, h Harness) {
	key, all := NewKey(), make([]byte, 64<<10)
	for i := range all {
		all[i] = byte(i)
	}
	rec := room.Record{Data: all, Owner: string(all[:256]), Expires: time.Now().Add(time.Hour)}
	mustSwap(t, h.Store, key, 0, rec)
	got := mustGet(t, h.Store, key)
	if !bytes.Equal(got.Data, all) || got.Owner != rec.Owner {
		t.Error("bytes were changed")
	}
	mustSwap(t, h.Store, key, 1, room.Record{Expires: rec.Expires})
	if got := mustGet(t, h.Store, key); len(got.Data) != 0 || got.Owner != "" {
		t.Error("an empty record is not empty")
	}
}

func keys(t *testing.T, h Harness) {
	long := NewKey() + strings.Repeat("_-aZ09", 100)
	mustSwap(t, h.Store, long[:128], 0, record("a"))
	for _, bad := range []string{"", long[:129], "a b", "a{b}", "a}", "ä", "a\x00", "a:b", "a/b"} {
		if _, err := h.Store.Swap(testContext(t), bad, 0, record("a"), 0); err == nil {
			t.Errorf("Swap took the key %q", bad)
		}
		if _, err := h.Store.Acquire(testContext(t), bad, "n", time.Second); err == nil {
			t.Errorf("Acquire took the key %q", bad)
		}
		if _, err := h.Store.Watch(testContext(t), bad); err == nil {
			t.Errorf("Watch took the key %q", bad)
		}
	}
}

func needsExpiry(t *testing.T, h Harness) {
	if _, err := h.Store.Swap(testContext(t), NewKey(), 0, room.Record{Data: []byte("a")}, 0); err == nil {
		t.Error("a record without an expiry was taken")
	}
}

func deadContext(t *testing.T, h Harness) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	key := NewKey()
	_, err := h.Store.Get(ctx, key)
	wantError(t, "Get", err, context.Canceled)
	_, err = h.Store.Swap(ctx, key, 0, record("a"), 0)
	wantError(t, "Swap", err, context.Canceled)
	wantError(t, "Delete", h.Store.Delete(ctx, key, 1), context.Canceled)
	_, err = h.Store.List(ctx, "owner")
	wantError(t, "List", err, context.Canceled)
	_, err = h.Store.Watch(ctx, key)
	wantError(t, "Watch", err, context.Canceled)
	_, err = h.Store.Acquire(ctx, key, "n", time.Second)
	wantError(t, "Acquire", err, context.Canceled)
	wantError(t, "Release", h.Store.Release(ctx, room.Lease{Key: key}), context.Canceled)
	wantError(t, "Ping", h.Store.Ping(ctx), context.Canceled)
	_, err = h.Store.Get(testContext(t), key)
	wantError(t, "Get after", err, room.ErrNotFound)
}

func secondHandle(t *testing.T, h Harness) {
	key, other := NewKey(), h.Store
	if h.Second != nil {
		other = h.Second(t)
	}
	mustSwap(t, h.Store, key, 0, record("a"))
	mustSwap(t, other, key, 1, record("b"))
	_, err := h.Store.Swap(testContext(t), key, 1, record("c"), 0)
	wantError(t, "swap of what the other changed", err, room.ErrConflict)
	mustDelete(t, h.Store, key, 2)
	_, err = other.Get(testContext(t), key)
	wantError(t, "Get of what the other deleted", err, room.ErrNotFound)
}

func keysAreApart(t *testing.T, h Harness) {
	a, b := NewKey(), NewKey()
	mustSwap(t, h.Store, a, 0, record("a"))
	mustSwap(t, h.Store, b, 0, record("b"))
	mustDelete(t, h.Store, a, 1)
	if got := mustGet(t, h.Store, b); string(got.Data) != "b" {
		t.Errorf("got %q", got.Data)
	}
}

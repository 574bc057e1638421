package room_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/room/memstore"
)

// note is a record of a test's own.
type note struct {
	Name, Words string
	Count       int
	Ends        time.Time
}

func (n note) Until() time.Time { return n.Ends }

func noted(name string) note { return note{Name: name, Words: "canary-words", Ends: room.Forever()} }

// watched is a store that remembers everything it was given.
type watched struct {
	room.Store
	mu  sync.Mutex
	saw bytes.Buffer // guarded by mu
}

func (w *watched) Swap(ctx context.Context, key string, old uint64, rec room.Record, fence uint64) (uint64, error) {
	w.mu.Lock()
	w.saw.WriteString(key + rec.Owner + string(rec.Data))
	w.mu.Unlock()
	return w.Store.Swap(ctx, key, old, rec, fence)
}

func vaultOn(t *testing.T, store room.Store, secrets ...string) *room.Vault[note] {
	t.Helper()
	return room.NewVault[note](room.NewSessions(store, keysOf(t, secrets...)), "note")
}

func noteStore(t *testing.T) *watched {
	store := memstore.New(memstore.Options{})
	t.Cleanup(func() { _ = store.Close() })
	return &watched{Store: store}
}

func TestVault(t *testing.T) {
	ctx, store := t.Context(), noteStore(t)
	v := vaultOn(t, store, "k")
	if any, err := v.Any(ctx); any || err != nil {
		t.Errorf("an empty one: %v, %v", any, err)
	}
	if err := errors.Join(v.Create(ctx, "canary-name", noted("canary-name")), v.Create(ctx, "b", noted("b"))); err != nil {
		t.Fatal(err)
	}
	if err := v.Create(ctx, "b", noted("b")); !errors.Is(err, room.ErrConflict) {
		t.Errorf("twice one name: %v", err)
	}
	if got, err := v.Update(ctx, "b", func(n *note) error { n.Count++; return nil }); err != nil || got.Count != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	no := errors.New("no")
	if _, err := v.Update(ctx, "b", func(n *note) error { n.Count++; return no }); !errors.Is(err, no) {
		t.Errorf("an update that refuses: %v", err)
	}
	if got, err := v.Get(ctx, "b"); err != nil || got.Count != 1 || got.Words != "canary-words" {
		t.Errorf("%+v, %v", got, err)
	}
	wantNotes(t, v, "b", "canary-name")
	if got, err := v.Take(ctx, "b"); err != nil || got.Name != "b" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := v.Take(ctx, "b"); !errors.Is(err, room.ErrNotFound) {
		t.Errorf("taken twice: %v", err)
	}
	if _, err := v.Update(ctx, "b", func(*note) error { return nil }); !errors.Is(err, room.ErrNotFound) {
		t.Errorf("update of a deleted one: %v", err)
	}
	wantNotes(t, v, "canary-name")
	if any, err := v.Any(ctx); !any || err != nil {
		t.Errorf("%v, %v", any, err)
	}
	if saw := store.saw.String(); strings.Contains(saw, "canary") || !strings.Contains(saw, "note-") {
		t.Error("the store sees what a record says or is called")
	}
}

func wantNotes(t *testing.T, v *room.Vault[note], want ...string) {
	t.Helper()
	all, err := v.All(t.Context())
	var names []string
	for _, one := range all {
		names = append(names, one.Name)
	}
	slices.Sort(names)
	if err != nil || !slices.Equal(names, want) {
		t.Errorf("%v, not %v; %v", names, want, err)
	}
}

// One record opens under no other name, no other kind, no other secret.
func TestVaultIsSealed(t *testing.T) {
	ctx, store := t.Context(), noteStore(t)
	v := vaultOn(t, store, "k")
	if err := v.Create(ctx, "a", noted("a")); err != nil {
		t.Fatal(err)
	}
	if _, err := vaultOn(t, store, "o").Get(ctx, "a"); !errors.Is(err, room.ErrNotFound) {
		t.Errorf("under another secret: %v", err)
	}
	other := room.NewVault[note](room.NewSessions(store, keysOf(t, "k")), "other")
	if _, err := other.Get(ctx, "a"); !errors.Is(err, room.ErrNotFound) {
		t.Errorf("of another kind: %v", err)
	}
	moved := &moving{Store: store}
	if err := vaultOn(t, moved, "k").Create(ctx, "b", noted("b")); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Swap(ctx, moved.key+"x", 0, moved.rec, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := v.All(ctx); err == nil || errors.Is(err, room.ErrNotFound) {
		t.Errorf("a record under a key that is not its own: %v", err)
	}
}

// moving is a store that shows the last record it was given.
type moving struct {
	room.Store
	key string
	rec room.Record
}

func (m *moving) Swap(ctx context.Context, key string, old uint64, rec room.Record, fence uint64) (uint64, error) {
	m.key, m.rec = key, rec
	return m.Store.Swap(ctx, key, old, rec, fence)
}

// Of many who change or take one record at once, each change counts and one
// gets it.
func TestVaultRaces(t *testing.T) {
	ctx, v := t.Context(), vaultOn(t, noteStore(t), "k")
	if err := v.Create(ctx, "a", noted("a")); err != nil {
		t.Fatal(err)
	}
	const n = 8
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			if _, err := v.Update(ctx, "a", func(n *note) error { n.Count++; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	took := make(chan error, n)
	for range n {
		go func() {
			got, err := v.Take(ctx, "a")
			if err == nil && got.Count != n {
				t.Errorf("%d changes of %d", got.Count, n)
			}
			took <- err
		}()
	}
	won := 0
	for range n {
		if <-took == nil {
			won++
		}
	}
	if won != 1 {
		t.Errorf("%d took it", won)
	}
}

// During a rotation of the secret what was kept is found; after Renew it is
// without the old secret too.
func TestVaultOutlivesTheSecret(t *testing.T) {
	ctx, store := t.Context(), noteStore(t)
	if err := vaultOn(t, store, "o").Create(ctx, "a", noted("a")); err != nil {
		t.Fatal(err)
	}
	both := vaultOn(t, store, "n", "o")
	if err := both.Create(ctx, "a", noted("a")); !errors.Is(err, room.ErrConflict) {
		t.Errorf("the name is taken under the old secret: %v", err)
	}
	if _, err := both.Update(ctx, "a", func(n *note) error { n.Count = 7; return nil }); err != nil {
		t.Fatal(err)
	}
	name := func(n note) string { return n.Name }
	for range 2 {
		if err := both.Renew(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := vaultOn(t, store, "n").Get(ctx, "a"); err != nil || got.Count != 7 {
		t.Errorf("%+v, %v", got, err)
	}
	wantNotes(t, both, "a")
	wantNotes(t, vaultOn(t, store, "o"))
}

// deleting is a store in which something happens right before a record is erased.
type deleting struct {
	room.Store
	first func()
}

func (d *deleting) Delete(ctx context.Context, key string, old uint64) error {
	if first := d.first; first != nil {
		d.first = nil
		first()
	}
	return d.Store.Delete(ctx, key, old)
}

// A change is not lost that began before its record came under the new secret and
// ends while that goes on.
func TestVaultRenewLosesNoChange(t *testing.T) {
	ctx, store := t.Context(), &deleting{Store: noteStore(t)}
	if err := vaultOn(t, store, "o").Create(ctx, "a", noted("a")); err != nil {
		t.Fatal(err)
	}
	both := vaultOn(t, store, "n", "o")
	found, goOn, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	var once sync.Once
	go func() {
		_, err := both.Update(ctx, "a", func(n *note) error {
			once.Do(func() { close(found); <-goOn })
			n.Count++
			return nil
		})
		done <- err
	}()
	<-found
	store.first = func() {
		close(goOn)
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if err := both.Renew(ctx, func(n note) string { return n.Name }); err != nil {
		t.Fatal(err)
	}
	if got, err := both.Get(ctx, "a"); err != nil || got.Count != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	wantNotes(t, both, "a")
	wantNotes(t, vaultOn(t, store, "o"))
}

// What is taken while somebody brings it under the new secret stays taken.
func TestVaultTakenWhileMoved(t *testing.T) {
	ctx, store := t.Context(), noteStore(t)
	if err := vaultOn(t, store, "o").Create(ctx, "a", noted("a")); err != nil {
		t.Fatal(err)
	}
	both := vaultOn(t, store, "n", "o")
	var once sync.Once
	_, err := both.Update(ctx, "a", func(*note) (err error) {
		once.Do(func() { _, err = both.Take(ctx, "a") })
		return err
	})
	if !errors.Is(err, room.ErrNotFound) {
		t.Errorf("a change of what was taken: %v", err)
	}
	wantNotes(t, both)
	wantNotes(t, vaultOn(t, store, "n"))
}

// Nor does it come back when a machine had stopped in the middle of that.
func TestVaultTakenAfterHalfAMove(t *testing.T) {
	ctx, store := t.Context(), noteStore(t)
	for _, secret := range []string{"o", "n"} {
		if err := vaultOn(t, store, secret).Create(ctx, "a", noted("a")); err != nil {
			t.Fatal(err)
		}
	}
	both := vaultOn(t, store, "n", "o")
	if _, err := both.Take(ctx, "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := both.Get(ctx, "a"); !errors.Is(err, room.ErrNotFound) {
		t.Errorf("what was taken is still there: %v", err)
	}
}

// A store that does not answer is not taken for one that has the record.
func TestVaultWithoutItsStore(t *testing.T) {
	gone := memstore.New(memstore.Options{})
	_ = gone.Close()
	if err := vaultOn(t, gone, "k").Create(t.Context(), "a", noted("a")); !errors.Is(err, room.ErrClosed) || errors.Is(err, room.ErrConflict) {
		t.Errorf("Create: %v", err)
	}
}

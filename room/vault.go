package room

import (
	"context"
	"encoding/base64"
	"errors"
	"time"
)

// Lasting is a record that says how long it is kept.
type Lasting interface {
	// Until is when the store forgets the record.
	Until() time.Time
}

// Forever is the Until of what is kept until somebody deletes it.
func Forever() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }

// Vault keeps records of one kind beside the sessions, in the same store and
// sealed in the same way: accounts of hosts, their sign-ins, keys of programs. The
// store sees neither what a record says nor its name. Safe for concurrent use;
// Update is the only way a record changes.
type Vault[T Lasting] struct {
	store Store
	keys  *Keys
	kind  string
}

// NewVault keeps records of that kind, one to ten letters, where the sessions
// are kept.
func NewVault[T Lasting](all *Sessions, kind string) *Vault[T] {
	return &Vault[T]{store: all.store, keys: all.keys, kind: kind}
}

// Create stores a record under a new name, or fails with ErrConflict.
func (v *Vault[T]) Create(ctx context.Context, name string, record T) error {
	switch _, _, err := v.find(ctx, name); {
	case err == nil:
		return ErrConflict
	case !errors.Is(err, ErrNotFound):
		return err
	}
	return v.write(ctx, name, place{}, record)
}

// Get reads a record, or fails with ErrNotFound.
func (v *Vault[T]) Get(ctx context.Context, name string) (T, error) {
	record, _, err := v.find(ctx, name)
	return record, err
}

// Update changes a record atomically: fn works on a copy of the newest one and
// runs again if somebody else was faster, so it must have no side effects. An
// error of fn is returned and nothing is written.
func (v *Vault[T]) Update(ctx context.Context, name string, fn func(*T) error) (T, error) {
	for attempt := 0; ; attempt++ {
		record, at, err := v.find(ctx, name)
		if err == nil {
			err = fn(&record)
		}
		if err != nil {
			return record, err
		}
		if err = v.write(ctx, name, at, record); !errors.Is(err, ErrConflict) {
			return record, err
		}
		if err := pause(ctx, attempt); err != nil {
			return record, err
		}
	}
}

// Take reads a record and deletes it. Of several callers one gets it, the
// others ErrNotFound.
func (v *Vault[T]) Take(ctx context.Context, name string) (T, error) {
	for attempt := 0; ; attempt++ {
		record, at, err := v.find(ctx, name)
		if err == nil {
			err = v.store.Delete(ctx, at.key, at.version)
		}
		if err == nil {
			err = v.forget(ctx, name, at)
		}
		if !errors.Is(err, ErrConflict) {
			return record, err
		}
		if err := pause(ctx, attempt); err != nil {
			return record, err
		}
	}
}

// Any reports whether there is a record of this kind.
func (v *Vault[T]) Any(ctx context.Context) (bool, error) {
	for _, set := range v.keys.sets {
		keys, err := v.store.List(ctx, v.index(set))
		if err != nil || len(keys) > 0 {
			return err == nil, err
		}
	}
	return false, nil
}

// All reads every record of this kind, in no particular order.
func (v *Vault[T]) All(ctx context.Context) ([]T, error) {
	var all []T
	for _, set := range v.keys.sets {
		err := v.each(ctx, set, func(_ place, record T) error {
			all = append(all, record)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Renew seals and names all records by the newest secret. What is kept for long
// needs that once while the old secret is still known; name gives the name that a
// record was created under.
func (v *Vault[T]) Renew(ctx context.Context, name func(T) string) error {
	for _, set := range v.keys.sets[1:] {
		err := v.each(ctx, set, func(old place, record T) error {
			if _, err := v.Update(ctx, name(record), func(*T) error { return nil }); err != nil {
				return err
			}
			return v.erase(ctx, old) // left by one that stopped in between
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *Vault[T]) each(ctx context.Context, set keySet, fn func(at place, record T) error) error {
	keys, err := v.store.List(ctx, v.index(set))
	if err != nil {
		return err
	}
	for _, key := range keys {
		record, version, err := v.read(ctx, key)
		if err == nil {
			err = fn(place{key, version}, record)
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return nil
}

// place is where a record was found, and its version.
type place struct {
	key     string
	version uint64
}

// find looks for a record under every overlapping secret.
func (v *Vault[T]) find(ctx context.Context, name string) (record T, at place, err error) {
	for _, set := range v.keys.sets {
		at.key = v.key(set, name)
		if record, at.version, err = v.read(ctx, at.key); !errors.Is(err, ErrNotFound) {
			return record, at, err
		}
	}
	return record, place{}, ErrNotFound
}

func (v *Vault[T]) read(ctx context.Context, key string) (record T, version uint64, err error) {
	rec, err := v.store.Get(ctx, key)
	if err != nil {
		return record, 0, err
	}
	plain, err := v.keys.openAs(key, rec.Data)
	if err != nil {
		return record, 0, err
	}
	return record, rec.Version, decodeWhole(plain, &record)
}

// write seals a record and names it by the newest secret. One that was found under an
// older name is not changed there but erased: whoever writes it first moves it, and
// everybody else finds it where it is now.
func (v *Vault[T]) write(ctx context.Context, name string, found place, record T) error {
	set := v.keys.sets[0]
	key, old := v.key(set, name), found.version
	if found.key != key {
		old = 0
	}
	sealed, err := v.keys.sealAs(key, record)
	if err != nil {
		return err
	}
	version, err := v.store.Swap(ctx, key, old, Record{Data: sealed, Owner: v.index(set), Expires: record.Until()}, 0)
	if err != nil || found.key == key || found == (place{}) {
		return err
	}
	return v.leave(ctx, found, place{key, version})
}

// leave erases what has been moved. If it is gone, it was taken while it was being
// moved, and what was made of it goes as well; unless somebody has gone on from that,
// who then erased it (Renew).
func (v *Vault[T]) leave(ctx context.Context, old, moved place) error {
	if err := v.store.Delete(ctx, old.key, old.version); !errors.Is(err, ErrNotFound) {
		return unlessChanged(err)
	}
	switch err := v.store.Delete(ctx, moved.key, moved.version); {
	case err == nil:
		return ErrNotFound
	case errors.Is(err, ErrNotFound):
		return nil
	default:
		return unlessChanged(err)
	}
}

// forget erases what one that stopped in the middle of moving a record has left of
// it: it must not be found again when the record was taken.
func (v *Vault[T]) forget(ctx context.Context, name string, taken place) error {
	for _, set := range v.keys.sets {
		key := v.key(set, name)
		if key == taken.key {
			continue
		}
		rec, err := v.store.Get(ctx, key)
		if err == nil {
			err = v.erase(ctx, place{key, rec.Version})
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return nil
}

// erase erases what is left of a moved record. Somebody else may have done so.
func (v *Vault[T]) erase(ctx context.Context, at place) error {
	err := v.store.Delete(ctx, at.key, at.version)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return unlessChanged(err)
}

// unlessChanged: what a machine that knows the old secret alone has changed while it
// was moved is left for Renew.
func unlessChanged(err error) error {
	if errors.Is(err, ErrConflict) {
		return nil
	}
	return err
}

// key is the record's name to the store: it cannot be guessed from the name.
func (v *Vault[T]) key(set keySet, name string) string {
	return v.kind + "-" + base64.RawURLEncoding.EncodeToString(set.authenticate("vault", v.kind, name)[:24])
}

func (v *Vault[T]) index(set keySet) string { return set.ownerIndex("vault " + v.kind) }

package boltstore_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"anteroom/room"
	"anteroom/room/boltstore"
	"anteroom/room/storetest"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(crashFile); path != "" {
		os.Exit(crashChild(path))
	}
	goleak.VerifyTestMain(m)
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "anteroom.db") }

func open(t testing.TB, path string) *boltstore.Store {
	t.Helper()
	s, err := boltstore.OpenWith(path, boltstore.Options{Sweep: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, s) })
	return s
}

func shut(t testing.TB, s *boltstore.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		path := newPath(t)
		s := open(t, path)
		return storetest.Harness{
			Store: s,
			Reopen: func(t testing.TB) room.Store {
				shut(t, s)
				return open(t, path)
			},
			Dump: func(t testing.TB) []byte {
				return append(read(t, path), read(t, path+".keys")...)
			},
		}
	})
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func write(t testing.TB, path string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

func swap(t testing.TB, s room.Store, key string, old uint64, expires time.Time) {
	t.Helper()
	rec := room.Record{Data: []byte("sealed bytes of " + key), Owner: "owner", Expires: expires}
	if _, err := s.Swap(t.Context(), key, old, rec, 0); err != nil {
		t.Fatal(err)
	}
}

func inAnHour() time.Time { return time.Now().Add(time.Hour) }

// Whoever gets both files after a deletion, and even every page that the bbolt
// file ever had, cannot read the record any more; before it, they could.
func TestErasure(t *testing.T) {
	erase := map[string]func(*testing.T, *boltstore.Store){
		"deleted": func(t *testing.T, s *boltstore.Store) {
			if err := s.Delete(t.Context(), "k", 2); err != nil {
				t.Fatal(err)
			}
		},
		"expired": func(t *testing.T, s *boltstore.Store) {
			changes, err := s.Watch(t.Context(), "k")
			if err != nil {
				t.Fatal(err)
			}
			swap(t, s, "k", 2, time.Now())
			for c := range changes {
				if c.Gone {
					return
				}
			}
		},
		"made anew": func(t *testing.T, s *boltstore.Store) {
			if err := s.Delete(t.Context(), "k", 2); err != nil {
				t.Fatal(err)
			}
			swap(t, s, "other", 0, inAnHour())
		},
	}
	for name, f := range erase {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			s := open(t, path)
			swap(t, s, "k", 0, inAnHour())
			swap(t, s, "k", 1, inAnHour())
			pages, keys := read(t, path), read(t, path+".keys")
			if !readable(t, pages, keys) {
				t.Fatal("control: the record is not readable before it is erased")
			}
			f(t, s)
			if readable(t, pages, read(t, path+".keys")) {
				t.Error("the former pages can be read with the keys of now")
			}
			if readable(t, read(t, path), read(t, path+".keys")) {
				t.Error("the files of now hold the record")
			}
		})
	}
}

// A record that has expired is erased by the one that takes its place, even if
// the sweeper never came.
func TestErasureByReplacement(t *testing.T) {
	path, now := newPath(t), time.Now()
	s, err := boltstore.OpenWith(path, boltstore.Options{Sweep: time.Hour, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, s)
	swap(t, s, "k", 0, now.Add(time.Hour))
	pages := read(t, path)
	if !readable(t, pages, read(t, path+".keys")) {
		t.Fatal("control: the record is not readable before it is erased")
	}
	now = now.Add(time.Hour)
	swap(t, s, "k", 0, now.Add(time.Hour))
	if readable(t, pages, read(t, path+".keys")) {
		t.Error("the former pages can be read with the keys of now")
	}
	if !readable(t, read(t, path), read(t, path+".keys")) {
		t.Error("the new record cannot be read")
	}
}

// readable tells whether the record k can be had from a copy of the files. Files
// that do not fit together give nothing.
func readable(t *testing.T, pages, keys []byte) bool {
	path := newPath(t)
	write(t, path, pages)
	write(t, path+".keys", keys)
	s, err := boltstore.Open(path)
	if err != nil {
		return false
	}
	defer shut(t, s)
	rec, err := s.Get(t.Context(), "k")
	return err == nil && strings.HasPrefix(string(rec.Data), "sealed bytes")
}

// Nothing that a record holds is in the file in the clear, its key included.
func TestFileTellsNothing(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	swap(t, s, "the-name-of-a-session", 0, inAnHour())
	raw := string(read(t, path))
	for _, canary := range []string{"the-name-of-a-session", "sealed bytes", "owner"} {
		if strings.Contains(raw, canary) {
			t.Errorf("the file contains %q", canary)
		}
	}
	if !strings.Contains(raw, "openings") {
		t.Error("control: the file does not contain what it should")
	}
}

func TestFilesArePrivate(t *testing.T) {
	path := newPath(t)
	shut(t, open(t, path))
	for _, p := range []string{path, path + ".keys"} {
		if err := os.Chmod(p, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	open(t, path)
	for _, p := range []string{path, path + ".keys"} {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", p, info.Mode())
		}
	}
}

func TestInUse(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	wantInUse(t, path)
	shut(t, s)
	open(t, path)
}

func wantInUse(t *testing.T, path string) {
	t.Helper()
	start := time.Now()
	_, err := boltstore.Open(path)
	if err == nil || !strings.Contains(err.Error(), "in use by another process") {
		t.Errorf("second Open: %v", err)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("second Open took %v", took)
	}
}

// Files that are damaged or not each other's are refused, not half read.
func TestDamage(t *testing.T) {
	damage := map[string]func(t *testing.T, path string){
		"no key file":    func(t *testing.T, path string) { remove(t, path+".keys") },
		"empty key file": func(t *testing.T, path string) { write(t, path+".keys", nil) },
		"foreign key file": func(t *testing.T, path string) {
			write(t, path+".keys", []byte(strings.Repeat("another format ", 100)))
		},
		"changed key": func(t *testing.T, path string) {
			raw := read(t, path+".keys")
			raw[33] ^= 1
			write(t, path+".keys", raw)
		},
		"not bbolt": func(t *testing.T, path string) { write(t, path, []byte(strings.Repeat("x", 64<<10))) },
	}
	for name, f := range damage {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			s := open(t, path)
			swap(t, s, "k", 0, inAnHour())
			shut(t, s)
			f(t, path)
			s, err := boltstore.Open(path)
			if err == nil {
				shut(t, s)
				t.Fatal("it opened")
			}
			if !strings.Contains(err.Error(), path) {
				t.Errorf("the error does not name the file: %v", err)
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func TestNoDirectory(t *testing.T) {
	if _, err := boltstore.Open(filepath.Join(t.TempDir(), "no", "such.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Open: %v", err)
	}
}

// More records than the key file begins with, and slots that are used again.
func TestManyRecords(t *testing.T) {
	const count = 1500
	path := newPath(t)
	s := open(t, path)
	fill := func() {
		var all []func() error
		for i := range count {
			key := storetest.NewKey()
			rec := room.Record{Owner: "many", Expires: inAnHour(), Data: []byte{byte(i)}}
			all = append(all, func() error {
				_, err := s.Swap(t.Context(), key, 0, rec, 0)
				return err
			})
		}
		together(t, all)
	}
	fill()
	clear := func() {
		keys, err := s.List(t.Context(), "many")
		if err != nil || len(keys) != count {
			t.Fatalf("%d keys, %v", len(keys), err)
		}
		var all []func() error
		for _, key := range keys {
			all = append(all, func() error { return s.Delete(t.Context(), key, 1) })
		}
		together(t, all)
	}
	clear()
	size := len(read(t, path+".keys"))
	fill()
	if again := len(read(t, path+".keys")); again != size {
		t.Errorf("the key file grew from %d to %d bytes", size, again)
	}
	shut(t, s)
	s = open(t, path)
	clear()
	if raw := read(t, path+".keys"); strings.Trim(string(raw[32:]), "\x00") != "" {
		t.Error("keys of deleted records are in the key file")
	}
}

func together(t *testing.T, all []func() error) {
	t.Helper()
	errs := make(chan error, len(all))
	for _, f := range all {
		go func() { errs <- f() }()
	}
	for range all {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func BenchmarkSwap(b *testing.B) {
	storetest.Bench(b, open(b, newPath(b)))
}

package boltstore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"anteroom/room"
	"anteroom/room/memstore"
)

// parts opens the two files without a store on them.
func parts(t testing.TB, path string) (*bolt.DB, *keyFile) {
	t.Helper()
	db, err := openDB(path)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := openKeys(path + keysSuffix)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(db.Close(), keys.close()); err != nil && !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
	})
	return db, keys
}

func sample(version uint64) *room.Record {
	return &room.Record{Data: []byte("data"), Owner: "o", Version: version, Expires: time.Now().Add(time.Hour)}
}

// A crash may come between the syncs of the two files: a record was deleted and
// its row is still there, or one was to be created and only its key is there.
func TestLoadAfterCrash(t *testing.T) {
	db, keys := parts(t, filepath.Join(t.TempDir(), "db"))
	if _, err := load(db, keys); err != nil {
		t.Fatal(err)
	}
	j := newJournal(db, keys, map[string]slot{})
	for _, key := range []string{"kept", "erased"} {
		appendWait(t, j, key, sample(1))
	}
	kept, erased := j.slots["kept"].number, j.slots["erased"].number
	if err := keys.zero(erased); err != nil {
		t.Fatal(err)
	}
	orphan, err := keys.take()
	if err != nil {
		t.Fatal(err)
	}

	found, err := load(db, keys)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.records) != 1 || found.records["kept"].Owner != "o" || found.opening != 2 {
		t.Errorf("found %+v", found)
	}
	if !keys.holds(kept) || keys.holds(erased) || keys.holds(orphan) {
		t.Error("keys were not cleared up")
	}
	again, err := load(db, keys)
	if err != nil || len(again.slots) != 1 {
		t.Errorf("loaded again: %+v, %v", again, err)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}

func appendWait(t testing.TB, j *journal, key string, rec *room.Record) {
	t.Helper()
	if err := appendError(j, key, rec); err != nil {
		t.Fatal(err)
	}
}

func appendError(j *journal, key string, rec *room.Record) error {
	done := make(chan error)
	j.Append(memstore.Entry{Key: key, Record: rec}, func(err error) { done <- err })
	return <-done
}

// When the bbolt file cannot be written, a deletion still erases, and a creation
// that was refused does not come to life later.
func TestRowsFail(t *testing.T) {
	db, keys := parts(t, filepath.Join(t.TempDir(), "db"))
	if _, err := load(db, keys); err != nil {
		t.Fatal(err)
	}
	j := newJournal(db, keys, map[string]slot{})
	appendWait(t, j, "k", sample(1))
	appendWait(t, j, "other", sample(1))
	k := j.slots["k"].number
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := appendError(j, "k", nil); err != nil || keys.holds(k) {
		t.Errorf("deletion: %v, key still there: %v", err, keys.holds(k))
	}
	if err := appendError(j, "new", sample(1)); err == nil {
		t.Error("a creation succeeded")
	}
	if err := appendError(j, "other", sample(2)); err == nil {
		t.Error("an update succeeded")
	}
	held := 0
	for n := range keys.slots {
		if keys.holds(uint32(n)) {
			held++
		}
	}
	if held != 1 {
		t.Errorf("%d keys are there, want that of the one record", held)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}

// When the key file cannot be written, nothing is promised any more.
func TestKeysFail(t *testing.T) {
	db, keys := parts(t, filepath.Join(t.TempDir(), "db"))
	if _, err := load(db, keys); err != nil {
		t.Fatal(err)
	}
	j := newJournal(db, keys, map[string]slot{})
	appendWait(t, j, "k", sample(1))
	if err := keys.close(); err != nil {
		t.Fatal(err)
	}
	if err := appendError(j, "k", nil); err == nil {
		t.Error("a deletion succeeded")
	}
	if err := appendError(j, "k", sample(2)); err == nil {
		t.Error("an update succeeded after it")
	}
	if err := j.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Close: %v", err)
	}
}

func FuzzParseRow(f *testing.F) {
	s, err := newSlot(1, recordKey{1})
	if err != nil {
		f.Fatal(err)
	}
	row := s.seal("key", sample(3))
	plain, err := s.aead.Open(nil, nil, row, s.name())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Add(plain[:20])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, plain []byte) {
		key, rec, err := parseRow(plain)
		if err != nil {
			return
		}
		key2, rec2, err := s.open(s.seal(key, &rec))
		if err != nil || key2 != key || rec2.Version != rec.Version || rec2.Owner != rec.Owner ||
			string(rec2.Data) != string(rec.Data) || !rec2.Expires.Equal(rec.Expires) {
			t.Errorf("%q %+v became %q %+v, %v", key, rec, key2, rec2, err)
		}
	})
}

// BenchmarkCommit compares ways to commit one row with n writers at once.
func BenchmarkCommit(b *testing.B) {
	for _, n := range []int{1, 200} {
		b.Run(fmt.Sprintf("update/%d", n), func(b *testing.B) { benchBolt(b, n, (*bolt.DB).Update) })
		b.Run(fmt.Sprintf("batch/%d", n), func(b *testing.B) { benchBolt(b, n, (*bolt.DB).Batch) })
		b.Run(fmt.Sprintf("journal/%d", n), func(b *testing.B) { benchJournal(b, n) })
	}
}

func benchBolt(b *testing.B, writers int, commit func(*bolt.DB, func(*bolt.Tx) error) error) {
	db, keys := parts(b, filepath.Join(b.TempDir(), "db"))
	if _, err := load(db, keys); err != nil {
		b.Fatal(err)
	}
	s, err := newSlot(1, recordKey{1})
	if err != nil {
		b.Fatal(err)
	}
	benchWriters(b, writers, func(key string) error {
		row := s.seal(key, sample(1))
		return commit(db, func(tx *bolt.Tx) error { return tx.Bucket(rowsBucket()).Put([]byte(key), row) })
	})
}

func benchJournal(b *testing.B, writers int) {
	db, keys := parts(b, filepath.Join(b.TempDir(), "db"))
	if _, err := load(db, keys); err != nil {
		b.Fatal(err)
	}
	j := newJournal(db, keys, map[string]slot{})
	defer j.Close()
	for n := range writers {
		appendWait(b, j, fmt.Sprint(n), sample(1))
	}
	benchWriters(b, writers, func(key string) error { return appendError(j, key, sample(2)) })
}

func benchWriters(b *testing.B, writers int, write func(key string) error) {
	var group sync.WaitGroup
	b.ResetTimer()
	for n := range writers {
		group.Go(func() {
			for i := n; i < b.N; i += writers {
				if err := write(fmt.Sprint(n)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}

package boltstore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"anteroom/room/memstore"
)

const (
	lockWait   = 1500 * time.Millisecond
	fileMode   = 0o600
	keysSuffix = ".keys"
)

// Store is a room.Store whose records are in a file.
type Store struct {
	*memstore.Store
}

// Options adjust a Store; the zero value is what a program wants.
type Options struct {
	// Now is the clock for expiry; nil is time.Now.
	Now func() time.Time
	// Sweep is the interval at which expired records are erased; 0 is 1 s.
	Sweep time.Duration
}

// Open opens or creates the store in the file at path, and path with ".keys"
// appended. It fails within 2 s if another process (or another Store of this
// one) has it open.
func Open(path string) (*Store, error) { return OpenWith(path, Options{}) }

// OpenWith is Open with options.
func OpenWith(path string, o Options) (*Store, error) {
	db, err := openDB(path)
	if err != nil {
		return nil, err
	}
	keys, err := openKeys(path + keysSuffix)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return nil, errors.Join(err, keys.close(), db.Close())
	}
	found, err := load(db, keys)
	if err != nil {
		err = fmt.Errorf("boltstore: %s: %w", path, err)
		return nil, errors.Join(err, keys.close(), db.Close())
	}
	return &Store{memstore.New(memstore.Options{
		Now: o.Now, Sweep: o.Sweep,
		Journal: newJournal(db, keys, found.slots),
		Records: found.records,
		Epoch:   found.opening << 32,
	})}, nil
}

func openDB(path string) (*bolt.DB, error) {
	db, err := bolt.Open(path, fileMode, &bolt.Options{
		Timeout:      lockWait,
		FreelistType: bolt.FreelistMapType,
		// The list of free pages is rebuilt at Open; writing it with each
		// commit would only make commits slower.
		NoFreelistSync: true,
		NoStatistics:   true,
	})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("boltstore: %s is in use by another process", path)
	case err != nil:
		return nil, fmt.Errorf("boltstore: cannot open %s: %w", path, err)
	}
	// A file that was there before may have been readable for others.
	if err := os.Chmod(path, fileMode); err != nil {
		return nil, errors.Join(fmt.Errorf("boltstore: %w", err), db.Close())
	}
	return db, nil
}

// syncDir makes the entries of new files in dir durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("boltstore: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

package boltstore

import (
	"encoding/binary"

	bolt "go.etcd.io/bbolt"

	"anteroom/room"
)

// contents is what a file held when it was opened.
type contents struct {
	records map[string]room.Record
	slots   map[string]slot // of the same keys
	opening uint64          // how often the file has been opened, this time included
}

func rowsBucket() []byte   { return []byte("rows") }
func metaBucket() []byte   { return []byte("meta") }
func openingsName() []byte { return []byte("openings") }

// load reads the file, counts the opening and clears what a crash left: rows
// whose key was erased, and keys whose row was never written.
func load(db *bolt.DB, keys *keyFile) (contents, error) {
	found := contents{records: map[string]room.Record{}, slots: map[string]slot{}}
	err := db.Update(func(tx *bolt.Tx) error {
		rows, err := tx.CreateBucketIfNotExists(rowsBucket())
		if err != nil {
			return err
		}
		if found.opening, err = countOpening(tx); err != nil {
			return err
		}
		dead, err := found.readRows(rows, keys)
		if err != nil {
			return err
		}
		return removeRows(rows, dead)
	})
	if err != nil {
		return contents{}, err
	}
	return found, found.eraseOrphans(keys)
}

func countOpening(tx *bolt.Tx) (uint64, error) {
	meta, err := tx.CreateBucketIfNotExists(metaBucket())
	if err != nil {
		return 0, err
	}
	var count uint64
	if v := meta.Get(openingsName()); len(v) == 8 {
		count = binary.BigEndian.Uint64(v)
	}
	count++
	return count, meta.Put(openingsName(), binary.BigEndian.AppendUint64(nil, count))
}

// readRows decrypts all rows and returns the names of those without a key. A key
// file that was just begun has none of the keys; then the key file was lost, not
// the records erased.
func (c *contents) readRows(rows *bolt.Bucket, keys *keyFile) (dead [][]byte, err error) {
	err = rows.ForEach(func(name, row []byte) error {
		if len(name) != 4 || len(keys.slots) == 1 {
			return errRow
		}
		n := binary.BigEndian.Uint32(name)
		if !keys.holds(n) {
			dead = append(dead, name)
			return nil
		}
		s, err := newSlot(n, keys.slots[n])
		if err != nil {
			return err
		}
		key, rec, err := s.open(row)
		if err != nil {
			return err
		}
		c.records[key], c.slots[key] = rec, s
		return nil
	})
	return dead, err
}

func removeRows(rows *bolt.Bucket, names [][]byte) error {
	for _, name := range names {
		if err := rows.Delete(name); err != nil {
			return err
		}
	}
	return nil
}

// eraseOrphans zeroes keys without a row and collects the free slots.
func (c *contents) eraseOrphans(keys *keyFile) error {
	used := map[uint32]bool{0: true}
	for _, s := range c.slots {
		used[s.number] = true
	}
	for i := range keys.slots {
		n := uint32(i)
		if used[n] {
			continue
		}
		if keys.holds(n) {
			if err := keys.zero(n); err != nil {
				return err
			}
		}
		keys.release(n)
	}
	return keys.sync()
}

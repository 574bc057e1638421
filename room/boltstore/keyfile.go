package boltstore

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
)

const (
	keySize   = 32   // AES-256; divides a sector, so that no key is ever torn
	keyGrowth = 1024 // slots added at a time
	keysMagic = "anteroom record keys, version 1\n"
)

var errKeysFile = errors.New("is not a key file of this store")

// keyFile is an array of 32-byte slots. Slot 0 names the format; a slot of zeros
// holds no key. The committer goroutine alone uses it.
type keyFile struct {
	file  *os.File
	slots []recordKey // what the file holds, by number
	free  []uint32    // slots that hold no key and have no row
}

type recordKey [keySize]byte

func openKeys(path string) (*keyFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, fmt.Errorf("boltstore: %w", err)
	}
	k := &keyFile{file: f}
	if err := errors.Join(f.Chmod(fileMode), k.read()); err != nil {
		return nil, errors.Join(fmt.Errorf("boltstore: %s %w", path, err), f.Close())
	}
	return k, nil
}

// read loads the slots, and begins the file if it is empty.
func (k *keyFile) read() error {
	info, err := k.file.Stat()
	if err != nil {
		return err
	}
	raw := make([]byte, info.Size()/keySize*keySize)
	if _, err := k.file.ReadAt(raw, 0); err != nil {
		return err
	}
	if len(raw) == 0 {
		return k.begin()
	}
	for ; len(raw) > 0; raw = raw[keySize:] {
		k.slots = append(k.slots, recordKey(raw[:keySize]))
	}
	if string(k.slots[0][:]) != keysMagic {
		return errKeysFile
	}
	return nil
}

func (k *keyFile) begin() error {
	k.slots = []recordKey{recordKey([]byte(keysMagic))}
	if err := k.write(0); err != nil {
		return err
	}
	return k.file.Sync()
}

// take fills a free slot with a new key. It is not durable before sync.
func (k *keyFile) take() (uint32, error) {
	if len(k.free) == 0 {
		if err := k.grow(); err != nil {
			return 0, err
		}
	}
	n := k.free[len(k.free)-1]
	k.free = k.free[:len(k.free)-1]
	if _, err := rand.Read(k.slots[n][:]); err != nil {
		return 0, err
	}
	return n, k.write(n)
}

// zero overwrites a key. It is not durable before sync; the slot is not free
// before its row is gone (see release).
func (k *keyFile) zero(n uint32) error {
	k.slots[n] = recordKey{}
	return k.write(n)
}

// release makes a zeroed slot without a row available again.
func (k *keyFile) release(n uint32) { k.free = append(k.free, n) }

// holds tells whether slot n exists and has a key.
func (k *keyFile) holds(n uint32) bool {
	return n != 0 && int64(n) < int64(len(k.slots)) && k.slots[n] != recordKey{}
}

func (k *keyFile) grow() error {
	first := len(k.slots)
	if _, err := k.file.WriteAt(make([]byte, keyGrowth*keySize), int64(first)*keySize); err != nil {
		return err
	}
	k.slots = append(k.slots, make([]recordKey, keyGrowth)...)
	for n := len(k.slots) - 1; n >= first; n-- {
		k.release(uint32(n))
	}
	return nil
}

func (k *keyFile) write(n uint32) error {
	_, err := k.file.WriteAt(k.slots[n][:], int64(n)*keySize)
	return err
}

func (k *keyFile) sync() error { return k.file.Sync() }

func (k *keyFile) close() error { return k.file.Close() }

package boltstore

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"time"

	"anteroom/room"
)

var errRow = errors.New("a record cannot be decrypted: the file and its key file are damaged or do not belong together")

// slot is where a record's key is, and the cipher made of it.
type slot struct {
	number uint32
	aead   cipher.AEAD
}

func newSlot(number uint32, key recordKey) (slot, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return slot{}, err
	}
	// Random nonces, not versions: a version whose commit failed is used
	// again with other content.
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return slot{number, aead}, err
}

// name is the row's key in the bucket, and bound to the row as additional data.
func (s slot) name() []byte { return binary.BigEndian.AppendUint32(nil, s.number) }

// seal makes the row of a record: version, expiry (Unix ms), key, owner, data.
func (s slot) seal(key string, rec *room.Record) []byte {
	plain := make([]byte, 0, 24+len(key)+len(rec.Owner)+len(rec.Data))
	plain = binary.BigEndian.AppendUint64(plain, rec.Version)
	plain = binary.BigEndian.AppendUint64(plain, uint64(rec.Expires.UnixMilli()))
	plain = appendString(plain, key)
	plain = appendString(plain, rec.Owner)
	plain = append(plain, rec.Data...)
	return s.aead.Seal(nil, nil, plain, s.name())
}

func (s slot) open(row []byte) (string, room.Record, error) {
	plain, err := s.aead.Open(nil, nil, row, s.name())
	if err != nil {
		return "", room.Record{}, errRow
	}
	return parseRow(plain)
}

func parseRow(plain []byte) (key string, rec room.Record, err error) {
	if len(plain) < 16 {
		return "", rec, errRow
	}
	rec.Version = binary.BigEndian.Uint64(plain)
	rec.Expires = time.UnixMilli(int64(binary.BigEndian.Uint64(plain[8:])))
	key, plain, ok := cutString(plain[16:])
	if !ok {
		return "", rec, errRow
	}
	rec.Owner, rec.Data, ok = cutString(plain)
	if !ok {
		return "", rec, errRow
	}
	return key, rec, nil
}

func appendString(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
	return append(b, s...)
}

func cutString(b []byte) (s string, rest []byte, ok bool) {
	if len(b) < 4 {
		return "", nil, false
	}
	n := int64(binary.BigEndian.Uint32(b))
	if b = b[4:]; n > int64(len(b)) {
		return "", nil, false
	}
	return string(b[:n]), b[n:], true
}

package room

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// sealVersion starts every sealed record, so that its form can change.
const sealVersion = 1

// A sealed record is version (1 octet), kid (8), and AES-256-GCM with a random
// nonce in front; the key is derived for this one session.
const sealHeader = 1 + 8

var errSeal = errors.New("room: record does not open with this deployment secret")

// seal encrypts a record for the store, which sees nothing of it.
func (k *Keys) seal(s *Session) ([]byte, error) {
	return k.sealAs(string(s.ID), s)
}

// sealAs encrypts what is stored under a name.
func (k *Keys) sealAs(name string, value any) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("room: encode record: %w", err)
	}
	set := k.sets[0]
	aead, err := set.sealer(name)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, sealHeader+len(plain)+aead.Overhead())
	out = append(append(out, sealVersion), set.kid...)
	return aead.Seal(out, nil, plain, sealContext(name)), nil
}

// open decrypts what seal made, under any of the overlapping secrets.
func (k *Keys) open(id SessionID, sealed []byte) (*Session, error) {
	plain, err := k.openAs(string(id), sealed)
	if err != nil {
		return nil, err
	}
	return decodeRecord(id, plain)
}

// openAs is the reverse of sealAs, up to the decoding.
func (k *Keys) openAs(name string, sealed []byte) ([]byte, error) {
	if len(sealed) < sealHeader || sealed[0] != sealVersion {
		return nil, errSeal
	}
	set, ok := k.byKid(string(sealed[1:sealHeader]))
	if !ok {
		return nil, errSeal
	}
	aead, err := set.sealer(name)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nil, sealed[sealHeader:], sealContext(name))
	if err != nil {
		return nil, errSeal
	}
	return plain, nil
}

func decodeRecord(id SessionID, plain []byte) (*Session, error) {
	var s Session
	if err := decodeWhole(plain, &s); err != nil || s.ID != id || !s.whole() {
		return nil, errSeal
	}
	return &s, nil
}

// decodeWhole reads one JSON value of known members and nothing behind it.
func decodeWhole(plain []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(plain))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return errSeal
	}
	if _, err := dec.Token(); err != io.EOF {
		return errSeal
	}
	return nil
}

// whole reports whether every seat has its invite, which all rules rely on.
func (s *Session) whole() bool {
	for _, inv := range s.Invites {
		if inv == nil {
			return false
		}
	}
	for _, seat := range s.Seats {
		if seat == nil || s.inviteByID(seat.Invite) == nil {
			return false
		}
	}
	return true
}

func (set keySet) sealer(name string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, set.seal, nil, "anteroom record v1\n"+name, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func sealContext(name string) []byte { return []byte("anteroom record v1\n" + name) }

// ownerIndex is what a store may index sessions by: it does not name the owner.
// During a rotation sessions are found under every overlapping secret.
func (set keySet) ownerIndex(owner string) string {
	return base64.RawURLEncoding.EncodeToString(set.authenticate("owner", owner)[:16])
}

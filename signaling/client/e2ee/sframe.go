package e2ee

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// SFrame (RFC 9605) with the suite AES_128_GCM_SHA256_128 (0x0004).
const (
	sframeSuite = 0x0004
	tagSize     = 16
	maxHeader   = 17
)

// appendHeader encodes an SFrame header (RFC 9605 §4.3).
func appendHeader(to []byte, kid, ctr uint64) []byte {
	config, k := compact(kid)
	low, c := compact(ctr)
	return append(append(append(to, config<<4|low), k...), c...)
}

// compact is one half of the config octet and the octets that belong to it.
func compact(n uint64) (half byte, octets []byte) {
	if n < 8 {
		return byte(n), nil
	}
	size := (bits.Len64(n) + 7) / 8
	return 0x08 | byte(size-1), binary.BigEndian.AppendUint64(nil, n)[8-size:]
}

// parseHeader reads a header that fills b exactly. Only the shortest encoding
// is taken, so that a header has one form.
func parseHeader(b []byte) (kid, ctr uint64, ok bool) {
	if len(b) == 0 {
		return 0, 0, false
	}
	kid, rest, okK := expand(b[0]>>4, b[1:])
	ctr, rest, okC := expand(b[0]&0x0f, rest)
	return kid, ctr, okK && okC && len(rest) == 0
}

func expand(half byte, rest []byte) (n uint64, after []byte, ok bool) {
	if half < 8 {
		return uint64(half), rest, true
	}
	size := int(half&7) + 1
	if len(rest) < size {
		return 0, nil, false
	}
	for _, b := range rest[:size] {
		n = n<<8 | uint64(b)
	}
	minimal := n >= 8 && (size == 1 || n>>(8*(size-1)) != 0)
	return n, rest[size:], minimal
}

// sframeKey is the key material of one KID (RFC 9605 §4.4.2).
type sframeKey struct {
	aead cipher.AEAD
	salt []byte
}

func deriveSFrame(base []byte, kid uint64) (*sframeKey, error) {
	key, salt, err := sframeSecrets(base, kid)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &sframeKey{aead: aead, salt: salt}, err
}

func sframeSecrets(base []byte, kid uint64) (key, salt []byte, err error) {
	secret, err := hkdf.Extract(sha256.New, base, nil)
	if err != nil {
		return nil, nil, err
	}
	id := binary.BigEndian.AppendUint16(be64(kid), sframeSuite)
	if key, err = hkdf.Expand(sha256.New, secret, "SFrame 1.0 Secret key "+string(id), 16); err != nil {
		return nil, nil, err
	}
	salt, err = hkdf.Expand(sha256.New, secret, "SFrame 1.0 Secret salt "+string(id), 12)
	return key, salt, err
}

// seal encrypts plain behind to; aad is header ‖ metadata (RFC 9605 §4.4.3).
func (k *sframeKey) seal(to []byte, ctr uint64, plain, aad []byte) []byte {
	return k.aead.Seal(to, xorCounter(k.salt, ctr), plain, aad)
}

func (k *sframeKey) open(to []byte, ctr uint64, sealed, aad []byte) ([]byte, error) {
	return k.aead.Open(to, xorCounter(k.salt, ctr), sealed, aad)
}

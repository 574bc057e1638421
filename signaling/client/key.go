package client

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Key is the P-256 key of a seat: whoever has it is that seat. It prints as
// "[redacted]" and never changes.
type Key struct{ private *ecdsa.PrivateKey }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Key) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Key) LogValue() slog.Value { return slog.StringValue(redacted) }

// NewKey makes a key.
func NewKey() (*Key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return &Key{private}, nil
}

// Export returns the secret scalar (32 octets), with which ParseKey makes the
// same key again.
func (k *Key) Export() ([]byte, error) { return k.private.Bytes() }

// ParseKey makes a key from what Export gave.
func ParseKey(secret []byte) (*Key, error) {
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), secret)
	if err != nil {
		return nil, errors.New("client: not a P-256 key")
	}
	return &Key{private}, nil
}

// Public is the public key as the protocol writes it: an uncompressed point in
// base64url.
func (k *Key) Public() string {
	point, err := k.private.PublicKey.Bytes()
	if err != nil {
		return "" // never: the key was made on this curve
	}
	return base64.RawURLEncoding.EncodeToString(point)
}

// sign signs lines joined by line feeds: ECDSA with SHA-256, r‖s.
func (k *Key) sign(lines ...string) (string, error) {
	hash := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	r, s, err := ecdsa.Sign(rand.Reader, k.private, hash[:])
	if err != nil {
		return "", err
	}
	raw := make([]byte, 64)
	r.FillBytes(raw[:32])
	s.FillBytes(raw[32:])
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// signJoin proves the key for redeeming a link (PROTOCOL.md §4).
func (k *Key) signJoin(origin, jti, nonce string) (string, error) {
	return k.sign("anteroom-join-v1", "POST", origin+"/v1/join", jti, nonce, k.Public())
}

// signSocket proves the key for opening a websocket (PROTOCOL.md §5.1).
func (k *Key) signSocket(origin, session, nonce string) (string, error) {
	return k.sign("anteroom-ws-v1", origin, session, nonce, k.Public())
}

package e2ee

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
)

// Lengths of public keys (uncompressed points) and signatures (r‖s), in octets.
const (
	pointSize     = 65
	signatureSize = 64
)

// SeatID is a seat's name in octets. It follows from the seat's key, so that
// naming a seat names its key.
type SeatID [16]byte

// ParseSeatID reads the protocol's form of a seat's name.
func ParseSeatID(text string) (SeatID, bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != len(SeatID{}) {
		return SeatID{}, false
	}
	return SeatID(raw), true
}

// String is the protocol's form.
func (id SeatID) String() string { return base64.RawURLEncoding.EncodeToString(id[:]) }

// SeatOf derives the name of the seat that a public key holds (PROTOCOL.md §4).
func SeatOf(session string, key []byte) SeatID {
	sum := sha256.Sum256([]byte("anteroom seat\n" + session + "\n" + base64.RawURLEncoding.EncodeToString(key)))
	return SeatID(sum[:16])
}

// Role is what a seat is in the session.
type Role byte

// The roles, as they stand in transcripts.
const (
	Guest Role = 0
	Host  Role = 1
)

// sign makes an ECDSA P-256 SHA-256 signature in the form r‖s.
func sign(key *ecdsa.PrivateKey, message []byte) ([]byte, error) {
	hash := sha256.Sum256(message)
	r, s, err := ecdsa.Sign(rand.Reader, key, hash[:])
	if err != nil {
		return nil, err
	}
	out := make([]byte, signatureSize)
	r.FillBytes(out[:32])
	s.FillBytes(out[32:])
	return out, nil
}

func verify(key, message, signature []byte) bool {
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), key)
	if err != nil || len(signature) != signatureSize {
		return false
	}
	hash := sha256.Sum256(message)
	return ecdsa.Verify(public, hash[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
}

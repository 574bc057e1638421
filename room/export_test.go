package room

import "crypto/ed25519"

// What the tests of package room_test reach into.

// SigningKey is the private key of the newest secret, to forge tokens with.
func (k *Keys) SigningKey() (kid string, key ed25519.PrivateKey) {
	return k.sets[0].kid, k.sets[0].sign
}

// Seal and Open are what Sessions does to a record.
func (k *Keys) Seal(s *Session) ([]byte, error) { return k.seal(s) }

// Open is the reverse of Seal.
func (k *Keys) Open(id SessionID, sealed []byte) (*Session, error) { return k.open(id, sealed) }

// DecodeRecord is what Open does with what it decrypted.
func DecodeRecord(id SessionID, plain []byte) (*Session, error) { return decodeRecord(id, plain) }

// Sentences are the standard words of all codes.
func Sentences() map[Code]string { return sentences() }

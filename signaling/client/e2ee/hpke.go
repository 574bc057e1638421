package e2ee

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
)

// HPKE (RFC 9180) with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-128-GCM,
// in the modes auth and auth_psk, which the standard library does not have.
const (
	hpkeAuth    = 0x02
	hpkeAuthPSK = 0x03

	// The suite identifiers of RFC 9180 §4.1 and §5.1.
	kemSuite  = "KEM\x00\x10"
	hpkeSuite = "HPKE\x00\x10\x00\x01\x00\x01"
)

// hpkeContext seals or opens the messages of one direction (RFC 9180 §5.2). The
// sequence number travels with each message, since a relay may lose some.
type hpkeContext struct {
	enc  []byte
	aead cipher.AEAD
	base []byte
}

func labeledExtract(suite string, salt []byte, label string, ikm []byte) []byte {
	out, _ := hkdf.Extract(sha256.New, cat([]byte("HPKE-v1"+suite+label), ikm), salt)
	return out
}

func labeledExpand(suite string, prk []byte, label string, info []byte, size int) []byte {
	length := binary.BigEndian.AppendUint16(nil, uint16(size))
	out, _ := hkdf.Expand(sha256.New, prk, string(cat(length, []byte("HPKE-v1"+suite+label), info)), size)
	return out
}

// authEncap is AuthEncap with a given ephemeral key (RFC 9180 §4.1).
func authEncap(ephemeral *ecdh.PrivateKey, to *ecdh.PublicKey, from *ecdh.PrivateKey) (secret, enc []byte, err error) {
	enc = ephemeral.PublicKey().Bytes()
	secret, err = kemSecret(ephemeral, to, from, to, cat(enc, to.Bytes(), from.PublicKey().Bytes()))
	return secret, enc, err
}

// authDecap is AuthDecap.
func authDecap(enc []byte, to *ecdh.PrivateKey, from *ecdh.PublicKey) ([]byte, error) {
	ephemeral, err := ecdh.P256().NewPublicKey(enc)
	if err != nil {
		return nil, err
	}
	return kemSecret(to, ephemeral, to, from, cat(enc, to.PublicKey().Bytes(), from.Bytes()))
}

func kemSecret(a *ecdh.PrivateKey, b *ecdh.PublicKey, c *ecdh.PrivateKey, d *ecdh.PublicKey, context []byte) ([]byte, error) {
	first, err := a.ECDH(b)
	if err != nil {
		return nil, err
	}
	second, err := c.ECDH(d)
	if err != nil {
		return nil, err
	}
	prk := labeledExtract(kemSuite, nil, "eae_prk", cat(first, second))
	return labeledExpand(kemSuite, prk, "shared_secret", context, 32), nil
}

// keySchedule is KeySchedule (RFC 9180 §5.1). Psk is nil in mode auth.
func keySchedule(shared, info, psk, pskID, enc []byte) (*hpkeContext, error) {
	mode := []byte{hpkeAuth}
	if psk != nil {
		mode[0] = hpkeAuthPSK
	}
	context := cat(mode, labeledExtract(hpkeSuite, nil, "psk_id_hash", pskID), labeledExtract(hpkeSuite, nil, "info_hash", info))
	secret := labeledExtract(hpkeSuite, shared, "secret", psk)
	block, err := aes.NewCipher(labeledExpand(hpkeSuite, secret, "key", context, 16))
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &hpkeContext{enc: enc, aead: aead, base: labeledExpand(hpkeSuite, secret, "base_nonce", context, 12)}, nil
}

func (c *hpkeContext) nonce(seq uint64) []byte { return xorCounter(c.base, seq) }

// xorCounter is ComputeNonce of RFC 9180 §5.2 and the nonce of RFC 9605 §4.4.3.
func xorCounter(salt []byte, counter uint64) []byte {
	nonce := append([]byte(nil), salt...)
	for i := range 8 {
		nonce[len(nonce)-1-i] ^= byte(counter >> (8 * i))
	}
	return nonce
}

func (c *hpkeContext) seal(seq uint64, aad, plain []byte) []byte {
	return c.aead.Seal(nil, c.nonce(seq), plain, aad)
}

func (c *hpkeContext) open(seq uint64, aad, sealed []byte) ([]byte, error) {
	return c.aead.Open(nil, c.nonce(seq), sealed, aad)
}

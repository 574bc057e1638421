package client

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"testing"
)

// verify is the other side of sign, written from PROTOCOL.md §4 alone.
func verify(t *testing.T, public, text, signature string) bool {
	t.Helper()
	point := must[[]byte](t)(base64.RawURLEncoding.Strict().DecodeString(public))
	if len(point) != 65 || point[0] != 4 {
		t.Fatalf("the key is %d octets", len(point))
	}
	raw := must[[]byte](t)(base64.RawURLEncoding.Strict().DecodeString(signature))
	if len(raw) != 64 {
		t.Fatalf("the signature is %d octets", len(raw))
	}
	key := must[*ecdsa.PublicKey](t)(ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point))
	hash := sha256.Sum256([]byte(text))
	return ecdsa.Verify(key, hash[:], new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:]))
}

func TestSignatures(t *testing.T) {
	key := must[*Key](t)(NewKey())
	public := key.Public()
	join := "anteroom-join-v1\nPOST\nhttps://hello.example/v1/join\nj-1\nn-1\n" + public
	socket := "anteroom-ws-v1\nhttps://hello.example\ns-1\nn-2\n" + public
	// Many, so that a short r or s, which must be padded, is among them.
	for range 600 {
		if !verify(t, public, join, must[string](t)(key.signJoin("https://hello.example", "j-1", "n-1"))) {
			t.Fatal("a join signature does not verify")
		}
	}
	signature := must[string](t)(key.signSocket("https://hello.example", "s-1", "n-2"))
	if !verify(t, public, socket, signature) {
		t.Fatal("the socket signature does not verify")
	}
	if verify(t, public, join, signature) || verify(t, must[*Key](t)(NewKey()).Public(), socket, signature) {
		t.Fatal("the signature verifies for another text or key")
	}
}

func TestKeyExport(t *testing.T) {
	key := must[*Key](t)(NewKey())
	secret := must[[]byte](t)(key.Export())
	again := must[*Key](t)(ParseKey(secret))
	if again.Public() != key.Public() || len(secret) != 32 {
		t.Fatal("an exported key is not the same one")
	}
	for _, bad := range [][]byte{nil, secret[:31], append(bytes.Clone(secret), 0), make([]byte, 32), bytes.Repeat([]byte{255}, 32)} {
		if _, err := ParseKey(bad); err == nil {
			t.Errorf("%d octets are a key", len(bad))
		}
	}
}

package signaling

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"anteroom/signaling/client"
)

// signature signs lines as PROTOCOL.md §4 says, apart from the client's code.
func signature(t testing.TB, key *client.Key, lines ...string) string {
	t.Helper()
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), must[[]byte](t)(key.Export()))
	ok(t, err)
	hash := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	r, s, err := ecdsa.Sign(rand.Reader, private, hash[:])
	ok(t, err)
	raw := make([]byte, 64)
	r.FillBytes(raw[:32])
	s.FillBytes(raw[32:])
	return base64.RawURLEncoding.EncodeToString(raw)
}

// proof is a resume message.
func proof(t testing.TB, key *client.Key, origin, session, nonce string) string {
	sig := signature(t, key, "anteroom-ws-v1", origin, session, nonce, key.Public())
	return `{"type":"resume","session":"` + session + `","key":"` + key.Public() + `","signature":"` + sig + `"}`
}

package room_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"anteroom/room"

	"pgregory.net/rapid"
)

const origin = "https://hello.example"

// browser is somebody's page: it holds a key and signs with it as WebCrypto does.
type browser struct {
	private *ecdsa.PrivateKey
	key     room.SeatKey
}

func newBrowser(t rapid.TB) browser {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := private.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	key, err := room.ParseSeatKey(base64.RawURLEncoding.EncodeToString(raw))
	if err != nil {
		t.Fatal(err)
	}
	return browser{private, key}
}

func newBrowsers(t rapid.TB, n int) []browser {
	all := make([]browser, n)
	for i := range all {
		all[i] = newBrowser(t)
	}
	return all
}

// sign makes r‖s over the text.
func (b browser) sign(t rapid.TB, text string) string {
	t.Helper()
	hash := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, b.private, hash[:])
	if err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, 64)
	r.FillBytes(raw[:32])
	s.FillBytes(raw[32:])
	return base64.RawURLEncoding.EncodeToString(raw)
}

func secretOf(fill string) room.Secret { return room.Secret(strings.Repeat(fill, room.MinSecret)) }

// keysOf derives keys from one secret for each letter, newest first.
func keysOf(t rapid.TB, fills ...string) *room.Keys {
	t.Helper()
	var secrets []room.Secret
	for _, fill := range fills {
		secrets = append(secrets, secretOf(fill))
	}
	keys, err := room.NewKeys(origin, secrets...)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

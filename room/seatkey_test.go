package room_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"

	"anteroom/room"
)

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func decode(t testing.TB, text string) []byte {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// badKeys are things that are not a seat's key, and must never become one: two
// names for one key would be two seats.
func badKeys(t testing.TB) map[string]string {
	t.Helper()
	good := string(newBrowser(t).key)
	raw := decode(t, good)
	compressed := append([]byte{2 + raw[64]&1}, raw[1:33]...)
	off := bytes.Clone(raw)
	off[64] ^= 1
	over := new(big.Int).Add(elliptic.P256().Params().P, big.NewInt(1)).FillBytes(make([]byte, 32))
	last := good[len(good)-1:]
	return map[string]string{
		"empty": "", "compressed": encode(compressed), "hybrid": encode(append([]byte{6 + raw[64]&1}, raw[1:]...)),
		"off the curve": encode(off), "infinity": encode([]byte{0}), "zeroes": encode(make([]byte, 65)),
		"coordinates not reduced": encode(append(append([]byte{4}, over...), raw[33:]...)),
		"no format byte":          encode(raw[1:]), "one octet more": encode(append(bytes.Clone(raw), 0)), "short": encode(raw[:64]),
		"padded": good + "=", "standard alphabet": strings.Repeat("+/", 43) + "A", "spare bits": good[:len(good)-1] + string(last[0]+1),
		"line feed after": good + "\n", "line feed inside": good[:40] + "\n" + good[40:], "carriage return": "\r" + good, "space": " " + good,
	}
}

func TestP1AKeyHasOneName(t *testing.T) {
	if _, err := room.ParseSeatKey(string(newBrowser(t).key)); err != nil {
		t.Fatalf("a good key is refused: %v", err)
	}
	for name, text := range badKeys(t) {
		if key, err := room.ParseSeatKey(text); room.CodeOf(err) != room.CodeBadRequest || key != "" {
			t.Errorf("%s: %q", name, room.CodeOf(err))
		}
	}
}

// proofs are signatures that prove nothing about the text.
func proofs(t testing.TB, b browser, text string) map[string]string {
	t.Helper()
	good := b.sign(t, text)
	raw := decode(t, good)
	r, s := new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])
	der, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(raw)
	flipped[63] ^= 1
	order := elliptic.P256().Params().N.FillBytes(make([]byte, 32))
	return map[string]string{
		"empty": "", "DER": encode(der), "short": encode(raw[:63]), "long": encode(append(bytes.Clone(raw), 0)),
		"one bit": encode(flipped), "zeroes": encode(make([]byte, 64)), "of the order": encode(append(order, order...)),
		"swapped": encode(append(bytes.Clone(raw[32:]), raw[:32]...)), "another key": newBrowser(t).sign(t, text),
		"another text": b.sign(t, text+"\n"), "padded": good + "==", "line feed": good[:10] + "\n" + good[10:], "line end": good + "\r\n",
		"no base64": strings.Repeat("*", 86),
	}
}

func TestAProofIsForOneKeyAndOneText(t *testing.T) {
	b, text := newBrowser(t), room.JoinText(origin, "jti", "nonce", "key")
	if err := room.VerifyProof(b.key, text, b.sign(t, text)); err != nil {
		t.Fatalf("a good proof is refused: %v", err)
	}
	for name, proof := range proofs(t, b, text) {
		if code := room.CodeOf(room.VerifyProof(b.key, text, proof)); code != room.CodeSignatureInvalid {
			t.Errorf("%s: %q", name, code)
		}
	}
	for name, key := range badKeys(t) {
		if code := room.CodeOf(room.VerifyProof(room.SeatKey(key), text, b.sign(t, text))); code != room.CodeSignatureInvalid {
			t.Errorf("key %s: %q", name, code)
		}
	}
}

// A proof for joining does not open a websocket, nor the other way round, nor on
// another origin, link, session or nonce.
func TestTextsThatAreSignedAreAllDifferent(t *testing.T) {
	key := newBrowser(t).key
	seen := map[string]bool{}
	texts := []string{
		room.JoinText(origin, "j1", "n1", key), room.JoinText(origin, "j2", "n1", key), room.JoinText(origin, "j1", "n2", key),
		room.JoinText("https://other.example", "j1", "n1", key), room.JoinText(origin, "j1", "n1", newBrowser(t).key),
		room.SocketText(origin, "j1", "n1", key), room.SocketText(origin, "s2", "n1", key), room.SocketText(origin, "j1", "n2", key),
	}
	for _, text := range texts {
		seen[text] = true
	}
	if len(seen) != len(texts) {
		t.Fatalf("%d texts for %d purposes", len(seen), len(texts))
	}
	want := "anteroom-join-v1\nPOST\nhttps://hello.example/v1/join\nj1\nn1\n" + string(key)
	if texts[0] != want {
		t.Fatal("the text for joining is not that of PROTOCOL.md §4")
	}
}

func TestAKeyOfAnotherCurveIsRefused(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := private.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := room.ParseSeatKey(encode(raw)); room.CodeOf(err) != room.CodeBadRequest {
		t.Fatalf("a P-384 key: %q", room.CodeOf(err))
	}
}

package room

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// draw yields n random bytes as base64url.
type draw func(n int) string

// random draws from the system. crypto/rand never fails.
func random(n int) string { return base64.RawURLEncoding.EncodeToString(randomBytes(n)) }

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

// drawFrom draws the same again for the same seed, at most 32 bytes at a time.
// Whoever does not know the seed can tell none of it, not even from the rest
// (HMAC is a pseudorandom function).
func drawFrom(seed []byte) draw {
	count := 0
	return func(n int) string {
		count++
		mac := hmac.New(sha256.New, seed)
		fmt.Fprintf(mac, "anteroom draw v1\n%d", count)
		return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:n])
	}
}

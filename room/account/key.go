package account

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"anteroom/room"
)

// Scope is something that a key may be for.
type Scope string

// The scopes that a key can be given. ScopeAdmin is the root key's and the command
// line's alone: accounts and keys.
const (
	ScopeRead    Scope = "sessions:read"
	ScopeWrite   Scope = "sessions:write"
	ScopeMetrics Scope = "metrics"
	ScopeAdmin   Scope = "admin"
	// ScopeSelf is given to no key: a host who is signed in changes their own account.
	ScopeSelf Scope = "self"
)

// Scopes are those that a key can be given.
func Scopes() []Scope { return []Scope{ScopeRead, ScopeWrite, ScopeMetrics} }

// keyPrefix lets people and secret scanners see what it is.
const keyPrefix = "anteroom_"

// keyID is how many octets a key's ID has.
const keyID = 6

// Key is a key of a program, kept under its ID.
type Key struct {
	// ID names the key where it is listed and revoked; it is the start of the key.
	ID string
	// Hash is SHA-256 of the whole key, whose 256 random bits need no salt.
	Hash   []byte
	Label  string
	Scopes []Scope
	// Account and Name are the host whose sessions the key is for; empty: the
	// operator's.
	Account string
	Name    string
	Created time.Time
}

// NewKey makes a key and the text of it, which is shown once. host may be nil.
func NewKey(label string, scopes []Scope, host *Account, now time.Time) (text string, key Key, err error) {
	slices.Sort(scopes)
	scopes = slices.Compact(scopes)
	if len(scopes) == 0 {
		return "", Key{}, scopeError()
	}
	for _, one := range scopes {
		if !slices.Contains(Scopes(), one) {
			return "", Key{}, scopeError()
		}
	}
	shown, err := room.Line("label", label, maxName)
	if err != nil {
		return "", Key{}, err
	}
	key = Key{ID: randomText(keyID), Label: string(shown), Scopes: scopes, Created: now.UTC()}
	if host != nil {
		key.Account, key.Name = host.ID, host.Name
	}
	text = keyPrefix + key.ID + randomText(32)
	sum := sha256.Sum256([]byte(text))
	key.Hash = sum[:]
	return text, key, nil
}

// KeyID is the ID in the text of a key, "" if it is none.
func KeyID(text string) string {
	rest, ok := strings.CutPrefix(text, keyPrefix)
	n := base64.RawURLEncoding.EncodedLen(keyID)
	if !ok || len(rest) <= n {
		return ""
	}
	return rest[:n]
}

// Is reports, in constant time, whether text is this key.
func (k *Key) Is(text string) bool {
	sum := sha256.Sum256([]byte(text))
	return subtle.ConstantTimeCompare(sum[:], k.Hash) == 1
}

// Allows reports whether the key is for that.
func (k *Key) Allows(scope Scope) bool { return slices.Contains(k.Scopes, scope) }

// Until implements room.Lasting: a key is kept until it is revoked.
func (Key) Until() time.Time { return room.Forever() }

func scopeError() error {
	return &room.Error{Code: room.CodeBadRequest, Message: "A key needs at least one of the scopes sessions:read, sessions:write, metrics."}
}

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Key) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue implements slog.LogValuer.
func (Key) LogValue() slog.Value { return slog.StringValue(redacted) }

package account

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"anteroom/room"
)

// Account is one host who may sign in.
type Account struct {
	// ID is random, owns the host's sessions, and is never used again.
	ID string
	// Name is what the host signs in with, unique, as CleanName returns it.
	Name string
	// Shown is what an identity provider calls the host; empty for others.
	Shown string
	// Password is an argon2id hash, empty if there is none.
	Password string
	// TOTP is the secret shared with the authenticator app, Step the last time step
	// whose code was used.
	TOTP []byte
	Step int64
	// Recovery are hashes of the recovery codes that are left.
	Recovery []string
	Passkeys []Passkey
	Disabled bool
	// Epoch rises when all sign-ins are to end.
	Epoch int
	// Stays is the ID of the one sign-in that did not end with its epoch.
	Stays   string `json:",omitzero"`
	Created time.Time
}

// Passkey is a credential of WebAuthn.
type Passkey struct {
	ID []byte
	// Data is what the WebAuthn library keeps of it.
	Data json.RawMessage
	// Name is what its host calls it, Added when it was made; both may be missing.
	Name  string    `json:",omitzero"`
	Added time.Time `json:",omitzero"`
}

// New makes an account that nobody can sign in to yet.
func New(name string, now time.Time) (Account, error) {
	clean, err := CleanName(name)
	return Account{ID: randomText(16), Name: clean, Created: now.UTC()}, err
}

// Until implements room.Lasting: an account is kept until it is removed.
func (Account) Until() time.Time { return room.Forever() }

// State is "invited" before the host has set up a way to sign in, then "active",
// or "disabled".
func (a *Account) State() string {
	switch {
	case a.Disabled:
		return "disabled"
	case !a.hasWayIn() && a.Shown == "":
		return "invited"
	}
	return "active"
}

// hasWayIn reports whether something of the account's own signs in.
func (a *Account) hasWayIn() bool { return a.Password != "" || len(a.Passkeys) > 0 }

// Reset takes away every way to sign in and ends all sign-ins.
func (a *Account) Reset() {
	a.Password, a.TOTP, a.Step, a.Recovery, a.Passkeys = "", nil, 0, nil, nil
	a.EndSignIns()
}

// SetDisabled keeps the host out, which ends all sign-ins, or lets them in again.
func (a *Account) SetDisabled(on bool) {
	if a.Disabled = on; on {
		a.EndSignIns()
	}
}

// EndSignIns ends all sign-ins.
func (a *Account) EndSignIns() { a.Epoch, a.Stays = a.Epoch+1, "" }

// UsedPasskey keeps what has changed of a passkey by its use; false unless the
// account has it as it was when it was checked.
func (a *Account) UsedPasskey(checked *Account, used Passkey) bool {
	i, j := a.passkey(used.ID), checked.passkey(used.ID)
	if i < 0 || j < 0 || !bytes.Equal(a.Passkeys[i].Data, checked.Passkeys[j].Data) {
		return false
	}
	a.Passkeys = slices.Clone(a.Passkeys)
	a.Passkeys[i].Data = used.Data
	return true
}

// passkey is where the account has that passkey, -1 if it does not.
func (a *Account) passkey(id []byte) int {
	return slices.IndexFunc(a.Passkeys, func(p Passkey) bool { return bytes.Equal(p.ID, id) })
}

// maxName is the most characters of a name.
const maxName = 64

// CleanName brings a name into the form in which it is kept, lower case and
// without spaces around it; what else is in it than letters a to z, digits and
// ._-@+ is refused, so that no two names look alike.
func CleanName(name string) (string, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("._-@+", c) {
			return "", errName()
		}
	}
	if name == "" || len(name) > maxName || name == "." || name == ".." {
		return "", errName()
	}
	return name, nil
}

func errName() error {
	return &room.Error{Code: room.CodeBadRequest, Message: "A name has 1 to 64 characters: letters a to z, digits, and . _ - @ +."}
}

// randomText is that many random octets as base64url.
func randomText(octets int) string { return base64.RawURLEncoding.EncodeToString(random(octets)) }

func random(octets int) []byte {
	b := make([]byte, octets)
	_, _ = rand.Read(b)
	return b
}

const redacted = "[redacted]"

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Account) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue implements slog.LogValuer.
func (Account) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Passkey) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue implements slog.LogValuer.
func (Passkey) LogValue() slog.Value { return slog.StringValue(redacted) }

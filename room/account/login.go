package account

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"time"
)

// How long a sign-in lasts: without anything being done, and at most.
const (
	IdleLife     = 2 * time.Hour
	AbsoluteLife = 12 * time.Hour
	// touchEvery is how old the mark of the last use may get, so that not every
	// call writes.
	touchEvery = 5 * time.Minute
)

// Login is one sign-in of one browser, kept under the token in its cookie.
type Login struct {
	// Account is the account's ID, Name its name; both empty for the sign-in link of
	// the first start.
	Account string
	Name    string
	Epoch   int
	Begun   time.Time
	Used    time.Time
	// ID names the sign-in in Account.Stays; made by Prove.
	ID string `json:",omitzero"`
	// Proof is SHA-256 of what Prove returned last, Proven when that was.
	Proof  []byte    `json:",omitzero"`
	Proven time.Time `json:",omitzero"`
}

// NewLogin begins a sign-in and returns the token for its cookie. nil is the
// sign-in link's.
func NewLogin(a *Account, now time.Time) (token string, login Login) {
	login = Login{Begun: now.UTC(), Used: now.UTC()}
	if a != nil {
		login.Account, login.Name, login.Epoch = a.ID, a.Name, a.Epoch
	}
	return randomText(32), login
}

// Until implements room.Lasting.
func (l Login) Until() time.Time {
	idle, most := l.Used.Add(IdleLife), l.Begun.Add(AbsoluteLife)
	if most.Before(idle) {
		return most
	}
	return idle
}

// GoodFor reports whether the sign-in is of this account and still holds.
func (l *Login) GoodFor(a *Account, now time.Time) bool {
	holds := l.Epoch == a.Epoch || l.ID != "" && l.ID == a.Stays
	return l.Account == a.ID && holds && !a.Disabled && now.Before(l.Until())
}

// Touch notes that somebody did something; false if that was noted just now.
func (l *Login) Touch(now time.Time) bool {
	if now.Sub(l.Used) < touchEvery {
		return false
	}
	l.Used = now.UTC()
	return true
}

// ProofLife is how long it counts that somebody has shown who they are.
const ProofLife = 5 * time.Minute

// Prove notes that whoever holds this sign-in has shown just now who they are, and
// returns the proof of it for them to keep beside the cookie. An older one is void.
func (l *Login) Prove(now time.Time) (proof string) {
	if l.ID == "" {
		l.ID = randomText(16)
	}
	proof = randomText(32)
	sum := sha256.Sum256([]byte(proof))
	l.Proof, l.Proven = sum[:], now.UTC()
	return proof
}

// IsProven reports, in constant time, whether this is the newest proof and not
// older than ProofLife.
func (l *Login) IsProven(proof string, now time.Time) bool {
	sum := sha256.Sum256([]byte(proof))
	return subtle.ConstantTimeCompare(sum[:], l.Proof) == 1 && now.Before(l.Proven.Add(ProofLife))
}

// EnrolmentLife is how long a link to set up an account is good.
const EnrolmentLife = 72 * time.Hour

// Enrolment is a link by which a host sets up how to sign in, kept under the token
// in it. Whoever uses it takes it: it works once.
type Enrolment struct {
	Account string // the account's ID
	Name    string
	Epoch   int
	TOTP    []byte // the secret to be put into an authenticator app
	Ends    time.Time
}

// NewEnrolment makes a link's token and what is kept of it.
func NewEnrolment(a *Account, now time.Time) (token string, e Enrolment) {
	return randomText(32), Enrolment{Account: a.ID, Name: a.Name, Epoch: a.Epoch, TOTP: NewTOTP(), Ends: now.Add(EnrolmentLife).UTC()}
}

// AppLife is how long somebody may take to set an authenticator app up.
const AppLife = 30 * time.Minute

// NewApp offers an authenticator app to a host who is signed in: what is kept under
// the token is an enrolment that works no longer than AppLife, and not as a link.
func NewApp(a *Account, now time.Time) (token string, e Enrolment) {
	token, e = NewEnrolment(a, now)
	e.Ends = now.Add(AppLife).UTC()
	return token, e
}

// GoodFor reports whether the link is still the newest of this account.
func (e *Enrolment) GoodFor(a *Account) bool {
	return e.Account == a.ID && e.Epoch == a.Epoch && !a.Disabled
}

// Until implements room.Lasting.
func (e Enrolment) Until() time.Time { return e.Ends }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Login) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue implements slog.LogValuer.
func (Login) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Enrolment) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue implements slog.LogValuer.
func (Enrolment) LogValue() slog.Value { return slog.StringValue(redacted) }

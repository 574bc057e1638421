package account

import (
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
	return l.Account == a.ID && l.Epoch == a.Epoch && !a.Disabled && now.Before(l.Until())
}

// Touch notes that somebody did something; false if that was noted just now.
func (l *Login) Touch(now time.Time) bool {
	if now.Sub(l.Used) < touchEvery {
		return false
	}
	l.Used = now.UTC()
	return true
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

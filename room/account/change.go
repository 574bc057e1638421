package account

import (
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"anteroom/room"
)

// Bounds of an account's passkeys: how many, and the characters of a name.
const (
	MaxPasskeys    = 20
	MaxPasskeyName = 40
)

// Changeable refuses with CodeNotAllowed an account of an identity provider: it has
// no ways in of its own.
func (a *Account) Changeable() error {
	if a.Shown != "" {
		return notAllowed("You sign in at the identity provider. How you do that is changed there.")
	}
	return nil
}

// Change changes the ways in of whoever holds the sign-in, which must be proven
// (Login.IsProven), and ends all others. It refuses what fn refuses, a sign-in that has
// ended (CodeSignInRequired), an account that is not Changeable, and what would leave
// no way in (CodeLastWay); then the account is not to be kept.
func (a *Account) Change(by *Login, now time.Time, fn func(*Account) error) error {
	if !by.GoodFor(a, now) {
		return room.Refused(room.CodeSignInRequired)
	}
	if err := a.Changeable(); err != nil {
		return err
	}
	if err := fn(a); err != nil {
		return err
	}
	if !a.hasWayIn() {
		return room.Refused(room.CodeLastWay)
	}
	a.EndSignIns()
	a.Stays = by.ID
	return nil
}

// AddPasskey adds a passkey under a short name, which may be empty. It refuses with
// CodeBadRequest what is no name, or is there already, and with CodeFull one too many.
func (a *Account) AddPasskey(made Passkey, name string, now time.Time) error {
	shown, err := room.Line("name", name, MaxPasskeyName)
	switch {
	case err != nil:
		return err
	case a.passkey(made.ID) >= 0:
		return &room.Error{Code: room.CodeBadRequest, Message: "This passkey is there already."}
	case len(a.Passkeys) >= MaxPasskeys:
		return &room.Error{Code: room.CodeFull, Message: fmt.Sprintf("There are %d passkeys already. Remove one that is not used any more.", MaxPasskeys)}
	}
	made.Name, made.Added = string(shown), now.UTC()
	a.Passkeys = append(slices.Clone(a.Passkeys), made)
	return nil
}

// Ref names a passkey among those of its account, as text.
func (p Passkey) Ref() string { return base64.RawURLEncoding.EncodeToString(p.ID) }

// RemovePasskey removes the passkey of that Ref, or refuses with CodeNotFound.
func (a *Account) RemovePasskey(ref string) error {
	i := slices.IndexFunc(a.Passkeys, func(p Passkey) bool { return p.Ref() == ref })
	if i < 0 {
		return &room.Error{Code: room.CodeNotFound, Message: "This passkey is not there any more."}
	}
	a.Passkeys = slices.Delete(slices.Clone(a.Passkeys), i, i+1)
	return nil
}

// ChangePassword replaces the hash of the password; app and recovery codes stay. It
// refuses with CodeNotAllowed where there is no app.
func (a *Account) ChangePassword(hash string) error {
	if a.Password == "" {
		return notAllowed("A password needs an authenticator app. Set both up together.")
	}
	a.Password = hash
	return nil
}

// NewRecovery makes new recovery codes, to be shown once; the old ones are void. It
// refuses with CodeNotAllowed where there is no app for which they could stand in.
func (a *Account) NewRecovery() (recovery []string, err error) {
	if a.Password == "" {
		return nil, notAllowed("Recovery codes stand in for an authenticator app. Set a password with an app up first.")
	}
	return a.newRecovery(), nil
}

func notAllowed(message string) error {
	return &room.Error{Code: room.CodeNotAllowed, Message: message}
}

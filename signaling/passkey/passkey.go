package passkey

import (
	"encoding/json"
	"net/netip"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"anteroom/room"
	"anteroom/room/account"
)

// Party is the service, as authenticators know it. Safe for concurrent use.
type Party struct {
	id  string
	lib *webauthn.WebAuthn
}

// New makes the party of a public origin; nil where passkeys cannot be had,
// because the origin is an address and not a name (WebAuthn §5.1.2).
func New(origin string) (*Party, error) {
	u, err := url.Parse(origin)
	if err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return nil, nil
	}
	lib, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: u.Hostname(), RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	return &Party{id: u.Hostname(), lib: lib}, err
}

// ID is the domain that passkeys are made for, "" where there are none.
func (p *Party) ID() string {
	if p == nil {
		return ""
	}
	return p.id
}

// BeginRegistration returns what to give to navigator.credentials.create, and what
// to keep until FinishRegistration.
func (p *Party) BeginRegistration(a *account.Account) (options, state []byte, err error) {
	who, err := newUser(a)
	if err != nil {
		return nil, nil, err
	}
	asked, session, err := p.lib.BeginRegistration(who, webauthn.WithExclusions(webauthn.Credentials(who.credentials).CredentialDescriptors()))
	if err != nil {
		return nil, nil, refused()
	}
	return both(asked.Response, session)
}

// FinishRegistration checks what the browser answered and returns the passkey, or
// refuses with CodeSignInFailed.
func (p *Party) FinishRegistration(a *account.Account, state, answer []byte) (account.Passkey, error) {
	session, err := sessionOf(state)
	if err != nil {
		return account.Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return account.Passkey{}, refused()
	}
	who, err := newUser(a)
	if err != nil {
		return account.Passkey{}, err
	}
	credential, err := p.lib.CreateCredential(who, session, parsed)
	if err != nil {
		return account.Passkey{}, refused()
	}
	return kept(credential)
}

// BeginSignIn returns what to give to navigator.credentials.get, and what to keep
// until FinishSignIn. It is the same whoever asks.
func (p *Party) BeginSignIn() (options, state []byte, err error) {
	asked, session, err := p.lib.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, nil, refused()
	}
	return both(asked.Response, session)
}

// FinishSignIn checks what the browser answered, for the account that find returns
// by its ID, and returns the passkey with its new counter. It refuses with
// CodeSignInFailed.
func (p *Party) FinishSignIn(state, answer []byte, find func(id string) (account.Account, error)) (account.Account, account.Passkey, error) {
	session, err := sessionOf(state)
	if err != nil {
		return account.Account{}, account.Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return account.Account{}, account.Passkey{}, refused()
	}
	var a account.Account
	var failed error // of find, which the library would hide
	_, credential, err := p.lib.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		if a, failed = find(string(handle)); failed != nil {
			return nil, failed
		}
		return newUser(&a)
	}, session, parsed)
	switch {
	case failed != nil:
		return account.Account{}, account.Passkey{}, failed
	case err != nil || credential.Authenticator.CloneWarning:
		return account.Account{}, account.Passkey{}, refused()
	}
	key, err := kept(credential)
	return a, key, err
}

func both(asked any, session *webauthn.SessionData) (options, state []byte, err error) {
	if options, err = json.Marshal(asked); err == nil {
		state, err = json.Marshal(session)
	}
	return options, state, err
}

func sessionOf(state []byte) (session webauthn.SessionData, err error) {
	err = json.Unmarshal(state, &session)
	return session, err
}

func kept(c *webauthn.Credential) (account.Passkey, error) {
	c.Attestation = webauthn.CredentialAttestation{} // of use only to those who check makers
	data, err := json.Marshal(c)
	return account.Passkey{ID: c.ID, Data: data}, err
}

func refused() error { return room.Refused(room.CodeSignInFailed) }

// user is an account as the library wants it.
type user struct {
	id, name    string
	credentials []webauthn.Credential
}

func newUser(a *account.Account) (user, error) {
	u := user{id: a.ID, name: a.Name}
	for _, one := range a.Passkeys {
		var c webauthn.Credential
		if err := json.Unmarshal(one.Data, &c); err != nil {
			return u, err
		}
		u.credentials = append(u.credentials, c)
	}
	return u, nil
}

// WebAuthnID implements webauthn.User.
func (u user) WebAuthnID() []byte { return []byte(u.id) }

// WebAuthnName implements webauthn.User.
func (u user) WebAuthnName() string { return u.name }

// WebAuthnDisplayName implements webauthn.User.
func (u user) WebAuthnDisplayName() string { return u.name }

// WebAuthnCredentials implements webauthn.User.
func (u user) WebAuthnCredentials() []webauthn.Credential { return u.credentials }

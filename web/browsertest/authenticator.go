package browsertest

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// Authenticator makes and uses passkeys for one page of Chromium, as a device with
// a fingerprint reader does; nobody has to touch anything.
type Authenticator struct {
	page *Page
	tab  *chromiumTab
	id   webauthn.AuthenticatorID
}

// Authenticator gives the page a device for passkeys. Chromium only.
func (p *Page) Authenticator() *Authenticator {
	p.t.Helper()
	tab, is := p.tab.(*chromiumTab)
	if !is {
		p.fatalf("only Chromium has virtual authenticators")
	}
	a := &Authenticator{page: p, tab: tab}
	a.do("enable", command(webauthn.Enable, webauthn.EnableParams{}))
	made := ask(a, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	a.id = made.AuthenticatorID
	return a
}

// Verifies says whether the device recognises its user.
func (a *Authenticator) Verifies(user bool) {
	a.page.t.Helper()
	a.do("verify", command(webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: a.id, IsUserVerified: user}))
}

// Lies makes answers that a proper device would not give: a wrong signature, or none
// that the user was recognised.
func (a *Authenticator) Lies(signature, unverified bool) {
	a.page.t.Helper()
	a.do("lie", command(webauthn.SetResponseOverrideBits, webauthn.SetResponseOverrideBitsParams{AuthenticatorID: a.id, IsBogusSignature: &signature, IsBadUV: &unverified}))
}

// Counts sets the signature counters of all passkeys, and returns how many there
// are.
func (a *Authenticator) Counts(n int) int {
	a.page.t.Helper()
	had := ask(a, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: a.id}).Credentials
	for _, c := range had {
		count := float64(n)
		a.do("count", command(webauthn.SetCredentialProperties, webauthn.SetCredentialPropertiesParams{AuthenticatorID: a.id, CredentialID: c.CredentialID, SignCount: &count}))
	}
	return len(had)
}

func (a *Authenticator) do(what string, step chromedp.Action[chromedp.Void]) {
	a.page.t.Helper()
	ctx, cancel := a.page.answering()
	defer cancel()
	if err := a.tab.do(ctx, step); err != nil {
		a.page.fatalf("authenticator: %s: %v", what, err)
	}
}

// ask is a command with an answer.
func ask[P, R any](a *Authenticator, cmd cdp.Command[P, R], params P) (result R) {
	a.page.t.Helper()
	a.do("ask", chromedp.Func(func(ctx context.Context, t *chromedp.Target) (err error) {
		result, err = cdp.Call(ctx, t, cmd, params)
		return err
	}))
	return result
}

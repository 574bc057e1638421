package main

import (
	"encoding/base32"
	"net/http"
	"strings"
	"testing"
	"time"

	"anteroom/room/account"
	"anteroom/signaling/provider/providertest"
	"anteroom/web/browsertest"
)

// atLocalhost gives the gateway a name, which passkeys need.
func atLocalhost(c *Config) { c.PublicURL = "http://localhost:0" }

// enrolmentLink makes an account as an operator does.
func enrolmentLink(t *testing.T, app *launched, name string) string {
	t.Helper()
	out, err := besideIt(t, app, "host", "add", name)
	if err != nil {
		t.Fatal(err)
	}
	return linkIn(t, out, app.URL()+"/#enrol=")
}

// appSecret is the key that the page shows for the authenticator app.
func (w *walker) appSecret() []byte {
	w.t.Helper()
	var text string
	w.Eval("document.querySelector('.secret').textContent", &text)
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

// openApp is the link that opens the app with its key on the same telephone.
const openApp = `document.querySelector('.open-app a')`

// A host sets up a password and an app by the link that the operator got, makes a
// session, signs out, and in again with a recovery code; on a small telephone. What
// goes wrong is told, and nothing stays in the address or in the page.
func TestPasswordInTheBrowser(t *testing.T) {
	t.Parallel()
	app := launch(t)
	browser := browsertest.Chromium(t)
	phone := variant{name: "phone-360", page: browsertest.PageOptions{Width: 360, Height: 740, Phone: true, Locale: "en-GB"}}
	w := newWalker(t, browser, phone, "")
	link := enrolmentLink(t, app, "dr.rees")
	w.Goto(link)
	w.WaitText("Your name here is dr.rees")
	w.Wait("location.hash === ''")
	w.Wait(openApp + ".href.startsWith('otpauth://totp/') && " + openApp + ".offsetHeight > 0")
	w.at("80-enrol")
	w.Fill("New password", "short")
	w.Click("button", "Set up")
	w.WaitText("The password is too short")
	w.Fill("New password", "a kettle on the blue stove")
	w.Fill("Code that the app shows", "000000")
	w.Click("button", "Set up")
	w.WaitText("This did not match")
	w.at("81-enrol-failed")
	secret := w.appSecret()
	w.Fill("Code that the app shows", account.TOTPCode(secret, time.Now()))
	w.Click("button", "Set up")
	w.WaitText("Keep your recovery codes")
	w.at("82-recovery")
	var recovery string
	w.Eval("document.querySelector('.codes code').textContent", &recovery)
	w.Click("button", "I have kept them")
	w.WaitFor("button", "New session")
	w.WaitText("You are signed in as dr.rees")
	w.at("83-desk-account")

	w.Click("button", "Sign out")
	w.WaitText("You are signed out of this browser")
	w.at("84-signin")
	w.Fill("Name", "dr.rees")
	w.Fill("Password", "a kettle on the blue stove!")
	w.Fill("Code", "123456")
	w.Click("button", "Sign in")
	w.WaitText("This did not match")
	w.Wait("document.activeElement.id === 'entry-failed' && document.getElementById('password').value === '' && document.getElementById('name').value === 'dr.rees'")
	w.at("85-signin-failed")
	w.Fill("Password", "a kettle on the blue stove")
	w.Fill("Code", recovery)
	w.Press("Enter")
	w.WaitFor("button", "New session")

	other := newWalker(t, browser, phone, "")
	other.Goto(link)
	other.WaitText("This link was used, or its time is over")
	other.at("86-enrol-over")
	w.Click("button", "Sign out everywhere")
	w.WaitText("You are signed out of this browser")
	var cookies string
	if w.Eval("document.cookie", &cookies); cookies != "" {
		t.Error("a script can read the cookie")
	}
	w.quiet(app.URL())
}

// A host sets up a passkey and signs in with it; what a copied or lying device
// answers is refused. The page speaks German, then Welsh, in the dark.
func TestPasskeyInTheBrowser(t *testing.T) {
	t.Parallel()
	app := launch(t, atLocalhost)
	browser := browsertest.Chromium(t)
	w := newWalker(t, browser, variant{name: "wide-dark", page: browsertest.PageOptions{Width: 1280, Height: 800, Dark: true, Locale: "de-DE"}}, "")
	link := enrolmentLink(t, app, "rees")
	device := w.Authenticator()
	w.Goto(link)
	w.WaitText("Ihr Name hier ist rees")
	w.Wait(openApp + ".offsetHeight === 0") // what it leads to is on a telephone
	w.at("87-enrol-passkey")
	w.Click("button", "Passkey erstellen")
	w.WaitFor("button", "Neue Sitzung")
	w.WaitText("Sie sind als rees angemeldet")
	w.Click("button", "Abmelden")
	w.WaitFor("button", "Mit einem Passkey anmelden")
	w.at("88-signin-passkey")
	refused := func(words string) {
		t.Helper()
		w.Click("button", "Mit einem Passkey anmelden")
		w.WaitText(words)
		w.Reload()
		w.WaitFor("button", "Mit einem Passkey anmelden")
	}
	device.Verifies(false)
	refused("Der Browser hat keinen Passkey gegeben")
	device.Verifies(true)
	device.Lies(true, false)
	refused("Das passt nicht zusammen")
	device.Lies(false, true)
	refused("Das passt nicht zusammen")
	device.Lies(false, false)
	w.Click("button", "Mit einem Passkey anmelden")
	w.WaitFor("button", "Neue Sitzung")
	w.Click("button", "Abmelden")
	w.WaitFor("button", "Mit einem Passkey anmelden")
	if device.Counts(0) != 1 {
		t.Error("there is not one passkey")
	}
	refused("Das passt nicht zusammen")
	device.Counts(100)
	w.Click("button", "Cymraeg")
	w.Click("button", "Mewngofnodi â chyfrinallwedd")
	w.WaitFor("button", "Sesiwn newydd")
	app.call(http.MethodPost, "/v1/hosts/rees/disable", nil, nil)
	w.WaitFor("button", "Mewngofnodi â chyfrinallwedd")
	w.Click("button", "Mewngofnodi â chyfrinallwedd")
	w.WaitText("Nid oedd hyn yn cyfateb")
	w.quiet(app.URL())
}

// A host signs in at an identity provider and is back on the page, signed in; whom
// the provider's claims leave out is told so.
func TestProviderInTheBrowser(t *testing.T) {
	t.Parallel()
	idp := providertest.Start(t, map[string]any{"sub": "1", "hd": "elsewhere.example", "email": "rees@practice.example"})
	app := launch(t, atLocalhost, func(c *Config) {
		c.OIDC = OIDC{Issuer: idp.URL, ClientID: providertest.ClientID, Name: "Practice", Claims: map[string][]string{"hd": {"practice.example"}}}
		c.OIDCSecret = providertest.ClientSecret
	})
	w := newWalker(t, browsertest.Chromium(t), onPhone("phone-light"), "")
	w.Goto(app.URL() + "/")
	w.Click("link", "Sign in with Practice")
	w.WaitText("You may not sign in here")
	w.at("89-signin-provider")
	idp.Person(map[string]any{"sub": "1", "hd": "practice.example", "email": "rees@practice.example", "email_verified": true})
	w.Click("link", "Sign in with Practice")
	w.WaitFor("button", "New session")
	w.WaitText("You are signed in as rees@practice.example")
	w.Click("button", "How you sign in")
	w.WaitText("You sign in as rees@practice.example at your identity provider.")
	w.WaitGone("button", "Add a passkey")
	w.at("89-account-provider")
	w.Reload()
	w.WaitFor("button", "New session")
	w.Wait("location.hash === '' && location.search === ''")
}

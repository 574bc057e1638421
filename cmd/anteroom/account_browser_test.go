package main

import (
	"encoding/base32"
	"net/http"
	"strings"
	"testing"
	"time"

	"anteroom/room/account"
	"anteroom/web/browsertest"
)

// kettle is a password that is long enough.
const kettle = "a kettle on the blue stove"

// accountStates are the states of the page on which a host changes how they sign in:
// from a passkey as the only way in to a password beside another one.
func accountStates(t *testing.T, app *launched, b *browsertest.Browser, v variant) {
	w := newWalker(t, b, v, "")
	w.Authenticator()
	w.Goto(enrolmentLink(t, app, "rees."+v.name))
	w.Click("button", "Create a passkey")
	w.Click("button", "How you sign in")
	w.WaitText("This is your only way in")
	w.at("90-account-only")
	w.Click("button", "Set up a password")
	w.WaitFor("button", "Confirm with a passkey")
	w.at("91-account-confirm")
	w.Click("button", "Confirm with a passkey")
	w.WaitText("and scan this")
	w.at("92-account-app")
	w.Fill("New password", kettle)
	w.Fill("Code that the app shows", account.TOTPCode(w.appSecret(), time.Now()))
	w.Click("button", "Set up")
	w.WaitText("Keep your recovery codes")
	w.at("93-account-codes")
	w.Click("button", "I have kept them")
	w.WaitText("Your new recovery codes are in use")
	w.Wait("document.activeElement.id === 'account-done'")
	w.at("94-account")
	w.Click("button", "Add a passkey")
	w.Fill("Short name (optional)", "Laptop")
	w.Click("button", "Create a passkey")
	w.WaitText("There is a passkey for this account on this device already")
	w.at("95-account-add")
	w.Click("button", "Cancel")
	w.Click("button", "Remove Passkey 1")
	w.WaitFor("button", "Yes, remove it")
	w.at("96-account-remove")
	w.Click("button", "Yes, remove it")
	w.WaitText("The passkey is removed")
	w.Click("button", "Add a passkey")
	w.Fill("Short name (optional)", "Laptop")
	w.Press("Enter")
	w.WaitText("The passkey is added")
	w.WaitFor("button", "Remove Laptop")
	w.Click("button", "Change the password")
	w.WaitFor("button", "Save the new password")
	w.at("97-account-password")
	w.quiet(app.URL())
}

// enrolledHost is an account with a password and an app, as its host set it up.
func enrolledHost(t *testing.T, app *launched, name string) (secret []byte, recovery []string) {
	t.Helper()
	_, token, _ := strings.Cut(enrolmentLink(t, app, name), "#enrol=")
	var seen struct {
		TOTP struct {
			Secret string `json:"secret"`
		} `json:"totp"`
	}
	app.call(http.MethodPost, "/v1/enrol", map[string]string{"token": token}, &seen)
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(seen.TOTP.Secret)
	if err != nil {
		t.Fatal(err)
	}
	var made struct {
		Recovery []string `json:"recovery"`
	}
	app.call(http.MethodPost, "/v1/enrol/password", map[string]string{"token": token, "password": kettle, "code": account.TOTPCode(secret, time.Now())}, &made)
	return secret, made.Recovery
}

// signsIn fills the form in.
func (w *walker) signsIn(name, code string) {
	w.t.Helper()
	w.Fill("Name", name)
	w.Fill("Password", kettle)
	w.Fill("Code", code)
	w.Press("Enter")
	w.WaitFor("button", "New session")
}

// A host who comes in by one of the last recovery codes is told so and makes new
// ones, which ends the sign-in elsewhere. After a reload a change asks who it is: the
// page alone, with its cookie, is not enough.
func TestChangingHowOneSignsIn(t *testing.T) {
	t.Parallel()
	app := launch(t, atLocalhost)
	browser := browsertest.Chromium(t)
	secret, recovery := enrolledHost(t, app, "rees")
	for _, code := range recovery[:6] {
		app.call(http.MethodPost, "/v1/signin/password", map[string]string{"name": "rees", "password": kettle, "code": code}, nil)
	}
	elsewhere, w := newWalker(t, browser, onWide("wide-light"), heard), newWalker(t, browser, onPhone("phone-light"), heard)
	elsewhere.Goto(app.URL() + "/")
	elsewhere.signsIn("rees", recovery[6])
	w.Goto(app.URL() + "/")
	w.signsIn("rees", recovery[7])
	w.WaitText("Recovery codes left: 2.")
	w.hears("Recovery codes left: 2.")
	w.at("98-desk-few-codes")
	w.Eval("document.querySelector('.note button').click()", nil)
	w.Click("button", "Make new recovery codes")
	w.Click("button", "Yes, make new ones")
	w.WaitText("The codes that you had before do not work any more")
	w.Click("button", "I have kept them")
	w.WaitText("Codes left: 10.")
	elsewhere.WaitText("Your sign-in has run out")

	w.Reload()
	w.key("How you sign in")
	w.key("Change the password")
	w.Wait("document.activeElement.id === 'new-password'")
	w.Type("another kettle, on a red stove")
	w.key("Save the new password")
	w.Wait("document.activeElement.id === 'confirm-password'")
	w.at("99-account-confirm-password")
	w.Press("Escape")
	w.Wait("!document.querySelector('dialog') && document.activeElement.innerText === 'Save the new password'")
	w.key("Save the new password")
	w.Fill("Password", kettle)
	w.Fill("Code", "000000")
	w.key("Confirm")
	w.Wait("document.activeElement.id === 'confirm-failed'")
	w.Fill("Password", kettle)
	w.Fill("Code", account.TOTPCode(secret, time.Now().Add(30*time.Second))) // that of now was used
	w.key("Confirm")
	w.WaitText("The password is changed")
	w.Wait("document.activeElement.id === 'account-done' && document.body.dataset.page === 'account'")
	w.key("All sessions")
	w.Wait("document.activeElement.id === 'account'")
	w.quiet(app.URL())
}

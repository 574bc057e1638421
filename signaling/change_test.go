package signaling

import (
	"encoding/base32"
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"anteroom/room/account"
	"anteroom/signaling/client"
	"anteroom/signaling/provider"
)

// passkeyOf is a passkey as a record has it, that signs nobody in.
func passkeyOf(id string) account.Passkey {
	return account.Passkey{ID: []byte(id), Data: json.RawMessage(`{}`)}
}

// record changes the host's account behind the server's back.
func (h *host) record(fn func(*account.Account)) account.Account {
	h.w.t.Helper()
	return must[account.Account](h.w.t)(h.w.server.people.hosts.Update(within(h.w.t), h.name, func(a *account.Account) error {
		fn(a)
		return nil
	}))
}

// has gives the account passkeys.
func (h *host) has(keys ...account.Passkey) {
	h.w.t.Helper()
	h.record(func(a *account.Account) { a.Passkeys = append(a.Passkeys, keys...) })
}

// without takes password and app from the account.
func (h *host) without() {
	h.w.t.Helper()
	h.record(func(a *account.Account) { a.Password, a.TOTP, a.Recovery = "", nil, nil })
}

// proven gives the sign-in a proof, as a confirmation does.
func (h *host) proven() *host {
	h.w.t.Helper()
	must[account.Login](h.w.t)(h.w.server.people.logins.Update(within(h.w.t), h.cookie.Value, func(l *account.Login) error {
		h.proof = l.Prove(h.w.clock.now())
		return nil
	}))
	return h
}

// asked makes an error of the answer to a call without a body.
func (h *host) asked(method, path string) error {
	status, code := h.ask(method, path, nil, nil)
	return &client.Error{Status: status, Code: code}
}

// confirm shows by password and code, half a minute later, that it is still the host.
func (h *host) confirm() {
	h.w.t.Helper()
	h.w.clock.advance(31 * time.Second)
	var made proofBody
	h.wants("confirming", 200, "", "POST", "/v1/me/confirm/password", confirmRequest{testPassword, h.code()}, &made)
	h.proof = made.Proof
}

func (h *host) ways() (ways ownWaysBody) {
	h.w.t.Helper()
	h.wants("the ways in", 200, "", "GET", "/v1/me/ways", nil, &ways)
	return ways
}

// make registers a passkey on a device.
func (h *host) make(d *device, name string) {
	h.w.t.Helper()
	var c ceremonyBody
	h.wants("options", 200, "", "POST", "/v1/me/passkeys/options", nil, &c)
	h.wants("adding", 204, "", "POST", "/v1/me/passkeys", ownPasskeyRequest{c.Ceremony, d.create(c.Options), name}, nil)
}

// by begins a ceremony of signing in and has a device answer it.
func (v *visitor) by(d *device) passkeyRequest {
	v.w.t.Helper()
	var c ceremonyBody
	v.wants("options", 200, "", "POST", "/v1/signin/passkey/options", nil, &c)
	return passkeyRequest{c.Ceremony, d.get(c.Options)}
}

// changes are all calls that change how a host signs in, each with a body that is
// right but for what only the host can know.
func changes() map[string]any {
	return map[string]any{
		"POST /v1/me/passkeys/options": nil, "POST /v1/me/passkeys": ownPasskeyRequest{Credential: []byte("{}")},
		"DELETE /v1/me/passkeys/b25l": nil, "POST /v1/me/app": nil, "POST /v1/me/recovery": nil,
		"POST /v1/me/password": ownPasswordRequest{Password: "another kettle, on a red stove"},
	}
}

// A host sees the ways in, adds a passkey, signs in and confirms with it, and removes
// it again.
func TestPasskeyIsAddedAndRemoved(t *testing.T) {
	w := newWorld(t)
	h := w.host("rees")
	if got := h.ways(); got.Name != "rees" || got.Provider || got.Passkey != "hello.test" || len(got.Passkeys) != 0 || !got.Password || got.Recovery != 10 {
		t.Errorf("%+v", got)
	}
	h.confirm()
	d := newDevice(t, "one")
	h.make(d, "Laptop")
	ways := h.ways()
	if len(ways.Passkeys) != 1 || ways.Passkeys[0].Name != "Laptop" || ways.Passkeys[0].Added.IsZero() {
		t.Fatalf("%+v", ways)
	}
	other := w.visitor()
	var made proofBody
	other.wants("signing in with it", 200, "", "POST", "/v1/signin/passkey", other.by(d), &made)
	other.wants("with the proof of another sign-in", 401, client.CodeConfirm, "POST", "/v1/me/recovery", nil, nil)
	h.wants("confirming with it", 200, "", "POST", "/v1/me/confirm/passkey", confirmPasskeyRequest(h.by(d)), &made)
	h.proof = made.Proof
	h.wants("removing what is not there", 404, client.CodeNotFound, "DELETE", "/v1/me/passkeys/b25l!", nil, nil)
	h.wants("removing", 204, "", "DELETE", "/v1/me/passkeys/"+ways.Passkeys[0].ID, nil, nil)
	w.visitor().wants("the sign-in with it", 401, client.CodeSignInRequired, "GET", "/v1/me", nil, nil)
	other.wants("the sign-in with it", 401, client.CodeSignInRequired, "GET", "/v1/me", nil, nil)
	other.wants("signing in with it then", 401, client.CodeSignInFailed, "POST", "/v1/signin/passkey", other.by(d), nil)
	if got := h.ways(); len(got.Passkeys) != 0 {
		t.Errorf("%+v", got)
	}
}

// A confirmation takes this host's passkey, no other's.
func TestConfirmationIsOnesOwn(t *testing.T) {
	w := newWorld(t)
	h, other := w.host("rees").proven(), w.host("abbot").proven()
	mine, theirs := newDevice(t, "one"), newDevice(t, "two")
	h.make(mine, "")
	other.make(theirs, "")
	h.proof = ""
	h.wants("another's passkey", 401, client.CodeSignInFailed, "POST", "/v1/me/confirm/passkey", confirmPasskeyRequest(h.by(theirs)), nil)
	once := h.by(mine)
	h.wants("the own", 200, "", "POST", "/v1/me/confirm/passkey", confirmPasskeyRequest(once), nil)
	h.wants("the same answer again", 401, client.CodeSignInFailed, "POST", "/v1/me/confirm/passkey", confirmPasskeyRequest(once), nil)
	w.clock.advance(31 * time.Second)
	for name, body := range map[string]confirmRequest{
		"a wrong password": {testPassword + "x", h.code()}, "a wrong code": {testPassword, "12345x"}, "nothing": {},
	} {
		h.wants(name, 401, client.CodeSignInFailed, "POST", "/v1/me/confirm/password", body, nil)
	}
	h.wants("a recovery code", 200, "", "POST", "/v1/me/confirm/password", confirmRequest{testPassword, h.recovery[0]}, nil)
	h.wants("the same one again", 401, client.CodeSignInFailed, "POST", "/v1/me/confirm/password", confirmRequest{testPassword, h.recovery[0]}, nil)
}

// Confirming is limited as signing in is: for the address, and for the name.
func TestConfirmationIsLimited(t *testing.T) {
	w := newWorld(t)
	h := w.host("rees")
	wrong := func(status int, code client.Code) {
		t.Helper()
		h.wants("a try", status, code, "POST", "/v1/me/confirm/password", confirmRequest{"x", "x"}, nil)
	}
	w.server.people.tries.becomes(0.01, 2)
	wrong(401, client.CodeSignInFailed)
	w.visitor().ask("POST", "/v1/signin/password", passwordRequest{"rees", "x", "x"}, nil)
	wrong(429, client.CodeRateLimited)
	w.server.people.tries.becomes(100, 100)
	w.server.signins.becomes(0.01, 1)
	wrong(401, client.CodeSignInFailed)
	wrong(429, client.CodeRateLimited)
	h.wants("by passkey", 429, client.CodeRateLimited, "POST", "/v1/me/confirm/passkey", confirmPasskeyRequest{Credential: []byte("{}")}, nil)
}

// TestACookieAloneChangesNothing: whoever has it, but neither passkey nor password,
// is refused by every call that changes something, also right after the sign-in; a
// proof is good for five minutes, in its own sign-in; and another site's page, which
// the browser would send the cookie for, has neither.
func TestACookieAloneChangesNothing(t *testing.T) {
	w := newWorld(t)
	h := w.host("rees")
	h.has(passkeyOf("one"))
	before := h.record(func(*account.Account) {})
	other := h.signIn()
	stolen := *other.visitor
	stolen.proof = ""
	stale := h.signIn()
	w.clock.advance(account.ProofLife)
	elsewhere := h.signIn()
	for call, body := range changes() {
		method, path := splitCall(call)
		stolen.wants(call+" with a cookie", 401, client.CodeConfirm, method, path, body, nil)
		stale.wants(call+" with an old proof", 401, client.CodeConfirm, method, path, body, nil)
		mixed := *other.visitor
		mixed.proof = elsewhere.proof
		mixed.wants(call+" with another's proof", 401, client.CodeConfirm, method, path, body, nil)
		for _, origin := range []string{"http://evil.test", "null", ""} {
			header := http.Header{"Cookie": {elsewhere.cookie.Name + "=" + elsewhere.cookie.Value}, proofHeader: {elsewhere.proof}}
			if origin != "" {
				header.Set("Origin", origin)
			}
			if status, code, _, _ := w.exchange(method, path, header, body, nil); status != 401 || code != client.CodeSignInRequired {
				t.Errorf("%s from %q: %d %s", call, origin, status, code)
			}
		}
	}
	after := h.record(func(*account.Account) {})
	if after.Epoch != before.Epoch || len(after.Passkeys) != 1 || after.Password != before.Password || after.Recovery[0] != before.Recovery[0] {
		t.Error("something was changed")
	}
}

// Neither a key, the root key among them, nor the sign-in link reaches an account.
func TestKeysReachNoAccount(t *testing.T) {
	w := newWorld(t)
	link := w.visitor()
	link.cookie = w.signIn()
	link.wants("the sign-in link", 403, client.CodeNotAllowed, "GET", "/v1/me/ways", nil, nil)
	h := w.host("rees").proven()
	var key keyBody
	w.root("POST", "/v1/keys", keyRequest{Scopes: account.Scopes(), Host: "rees"}, &key)
	if status, _ := w.root("POST", "/v1/keys", keyRequest{Scopes: []account.Scope{account.ScopeSelf}, Host: "rees"}, nil); status != 400 {
		t.Errorf("a key with that scope: %d", status)
	}
	calls := changes()
	calls["GET /v1/me/ways"], calls["POST /v1/me/confirm/password"], calls["POST /v1/me/confirm/passkey"] = nil, confirmRequest{}, confirmPasskeyRequest{Credential: []byte("{}")}
	for call, body := range calls {
		method, path := splitCall(call)
		for name, secret := range map[string]string{"a host's key": key.Key, "the root key": testKey, "the command line": CommandKey(w.keys, w.clock.now())} {
			// The cookie and its proof beside the key count for nothing.
			header := http.Header{"Authorization": {"Bearer " + secret}, proofHeader: {h.proof}, "Cookie": {h.cookie.Name + "=" + h.cookie.Value}, "Origin": {w.server.origin}}
			if status, code, _, _ := w.exchange(method, path, header, body, nil); status != 403 || code != client.CodeNotAllowed {
				t.Errorf("%s by %s: %d %s", call, name, status, code)
			}
		}
	}
}

// Every change ends the host's other sign-ins, and nobody else's; the one that made
// it stays, until all are ended.
func TestChangesEndOtherSignIns(t *testing.T) {
	w := newWorld(t)
	w.server.signins.becomes(1000, 1000)
	w.server.people.tries.becomes(1000, 1000)
	h, bystander := w.host("rees"), w.host("abbot")
	for name, change := range map[string]func(){
		"adding a passkey": func() { h.make(newDevice(t, "one"), "") },
		"removing one": func() {
			h.has(passkeyOf("two"))
			h.wants("", 204, "", "DELETE", "/v1/me/passkeys/"+passkeyOf("two").Ref(), nil, nil)
		},
		"changing the password": func() {
			h.wants("", 200, "", "POST", "/v1/me/password", ownPasswordRequest{Password: testPassword}, nil)
		},
		"new recovery codes": func() { h.wants("", 200, "", "POST", "/v1/me/recovery", nil, nil) },
	} {
		other := h.signIn()
		h.confirm()
		change()
		other.wants(name+": the other sign-in", 401, client.CodeSignInRequired, "GET", "/v1/me", nil, nil)
		h.wants(name+": this one", 200, "", "GET", "/v1/sessions", nil, nil)
		bystander.wants(name+": another host's", 200, "", "GET", "/v1/me", nil, nil)
	}
	kept := *h.cookie
	h.signIn().wants("signing out everywhere", 204, "", "POST", "/v1/signout", signOutRequest{Everywhere: true}, nil)
	h.cookie = &kept
	h.wants("this one then", 401, client.CodeSignInRequired, "GET", "/v1/me", nil, nil)
}

// The password changes and the app stays; a new app comes with new codes, and a
// wrong code leaves another try.
func TestPasswordIsChanged(t *testing.T) {
	w := newWorld(t)
	h := w.host("rees").proven()
	const words = "another kettle, on a red stove"
	var made recoveryBody
	h.wants("nothing", 400, client.CodeBadRequest, "POST", "/v1/me/password", ownPasswordRequest{}, nil)
	h.wants("too short", 400, client.CodeBadRequest, "POST", "/v1/me/password", ownPasswordRequest{Password: "short"}, nil)
	h.wants("the password", 200, "", "POST", "/v1/me/password", ownPasswordRequest{Password: words}, &made)
	if len(made.Recovery) != 0 || h.ways().Recovery != 10 {
		t.Error("the recovery codes do not stay")
	}
	w.clock.advance(31 * time.Second)
	w.visitor().wants("the old one", 401, client.CodeSignInFailed, "POST", "/v1/signin/password", passwordRequest{"rees", testPassword, h.code()}, nil)
	w.visitor().wants("the new one", 200, "", "POST", "/v1/signin/password", passwordRequest{"rees", words, h.code()}, nil)

	var app appBody
	h.wants("an app", 200, "", "POST", "/v1/me/app", nil, &app)
	w.visitor().wants("the app as a link", 410, client.CodeLinkExpired, "POST", "/v1/enrol", enrolRequest{app.App}, nil)
	h.wants("a wrong code", 401, client.CodeSignInFailed, "POST", "/v1/me/password", ownPasswordRequest{App: app.App, Code: "00000x"}, nil)
	h.secret = must[[]byte](t)(base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(app.TOTP.Secret))
	h.wants("the right one", 200, "", "POST", "/v1/me/password", ownPasswordRequest{App: app.App, Code: h.code()}, &made)
	if len(made.Recovery) != 10 {
		t.Errorf("%d recovery codes", len(made.Recovery))
	}
	h.wants("the same app again", 410, client.CodeLinkExpired, "POST", "/v1/me/password", ownPasswordRequest{App: app.App, Code: h.code()}, nil)
	w.clock.advance(31 * time.Second)
	w.visitor().wants("the password that stayed", 200, "", "POST", "/v1/signin/password", passwordRequest{"rees", words, h.code()}, nil)
	w.visitor().wants("an old recovery code", 401, client.CodeSignInFailed, "POST", "/v1/signin/password", passwordRequest{"rees", words, h.recovery[0]}, nil)
	w.visitor().wants("a new one", 200, "", "POST", "/v1/signin/password", passwordRequest{"rees", words, made.Recovery[0]}, nil)
}

// A host with a passkey alone sets a password up, with an app; half a way is none,
// and an app is offered for half an hour.
func TestPasswordIsSet(t *testing.T) {
	w := newWorld(t)
	h := w.host("rees")
	h.has(passkeyOf("one"))
	h.without()
	h.proven()
	const words = "another kettle, on a red stove"
	h.wants("a password without an app", 403, client.CodeNotAllowed, "POST", "/v1/me/password", ownPasswordRequest{Password: words}, nil)
	h.wants("recovery codes without an app", 403, client.CodeNotAllowed, "POST", "/v1/me/recovery", nil, nil)
	var late, app appBody
	h.wants("an app", 200, "", "POST", "/v1/me/app", nil, &late)
	w.clock.advance(account.AppLife)
	h.proven()
	h.secret = must[[]byte](t)(base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(late.TOTP.Secret))
	h.wants("too late", 410, client.CodeLinkExpired, "POST", "/v1/me/password", ownPasswordRequest{words, late.App, h.code()}, nil)
	h.wants("another app", 200, "", "POST", "/v1/me/app", nil, &app)
	h.secret = must[[]byte](t)(base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(app.TOTP.Secret))
	h.wants("an app without a password", 400, client.CodeBadRequest, "POST", "/v1/me/password", ownPasswordRequest{"", app.App, h.code()}, nil)
	var made recoveryBody
	h.wants("both", 200, "", "POST", "/v1/me/password", ownPasswordRequest{words, app.App, h.code()}, &made)
	if got := h.ways(); len(made.Recovery) != 10 || !got.Password || len(got.Passkeys) != 1 {
		t.Errorf("%d codes, %+v", len(made.Recovery), got)
	}
	other := w.host("abbot").proven()
	h.proven().wants("an app", 200, "", "POST", "/v1/me/app", nil, &app)
	h.secret = must[[]byte](t)(base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(app.TOTP.Secret))
	other.wants("another host's app", 410, client.CodeLinkExpired, "POST", "/v1/me/password", ownPasswordRequest{words, app.App, h.code()}, nil)
	h.wants("something else meanwhile", 200, "", "POST", "/v1/me/recovery", nil, nil)
	h.wants("the app then", 410, client.CodeLinkExpired, "POST", "/v1/me/password", ownPasswordRequest{words, app.App, h.code()}, nil)
}

// Who signed in with the last recovery code has lost the app: that sign-in is a
// confirmation itself, so that nobody is stuck who still has a moment.
func TestTheLastRecoveryCodeStillHelps(t *testing.T) {
	w := newWorld(t)
	h := w.host("rees")
	h.record(func(a *account.Account) { a.Recovery = a.Recovery[:1] })
	v := w.visitor()
	var made proofBody
	v.wants("signing in", 200, "", "POST", "/v1/signin/password", passwordRequest{"rees", testPassword, h.recovery[0]}, &made)
	v.proof = made.Proof
	var me meBody
	if v.ask("GET", "/v1/me", nil, &me); me.Recovery != 0 || !me.Password {
		t.Errorf("%+v", me)
	}
	v.wants("new codes", 200, "", "POST", "/v1/me/recovery", nil, nil)
}

// TestTwoRemoveAtOnce: of two passkeys, each removed by another sign-in or both by
// the same, one stays. (Of the sign-ins one stays too.)
func TestTwoRemoveAtOnce(t *testing.T) {
	for name, same := range map[string]bool{"two sign-ins": false, "one sign-in": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			one := w.host("rees")
			two := one.signIn()
			one.has(passkeyOf("one"), passkeyOf("two"))
			one.without()
			one.proven()
			if same {
				copied := *one.visitor
				two.visitor = &copied
			}
			var group sync.WaitGroup
			statuses := make(chan int, 2)
			for h, id := range map[*host]string{one: "one", two: "two"} {
				group.Go(func() {
					status, _ := h.ask("DELETE", "/v1/me/passkeys/"+passkeyOf(id).Ref(), nil, nil)
					statuses <- status
				})
			}
			group.Wait()
			if a, b := <-statuses, <-statuses; a+b != 204+map[bool]int{true: 409, false: 401}[same] {
				t.Errorf("the answers are %d and %d", a, b)
			}
			if left := one.record(func(*account.Account) {}); len(left.Passkeys) != 1 {
				t.Errorf("%d passkeys are left", len(left.Passkeys))
			}
		})
	}
}

// An account of an identity provider only says that it is one.
func TestProvidersAccountChangesNothing(t *testing.T) {
	w := newWorld(t, func(c *Config) {
		c.Provider = &provider.Config{Issuer: "https://id.example", ClientID: "x", Claims: map[string][]string{"hd": {"x"}}}
	})
	h := w.host("rees")
	h.without()
	h.record(func(a *account.Account) { a.Shown = "rees@practice.example" })
	h.proven()
	if got := h.ways(); !got.Provider || got.Password || len(got.Passkeys) != 0 {
		t.Errorf("%+v", got)
	}
	for call, body := range changes() {
		method, path := splitCall(call)
		h.wants(call, 403, client.CodeNotAllowed, method, path, body, nil)
	}
}

// Under an address there are no passkeys, and it is said so.
func TestNoPasskeysUnderAnAddress(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.PublicURL = "http://127.0.0.1:9" })
	h := w.host("rees").proven()
	if got := h.ways(); got.Passkey != "" {
		t.Errorf("%+v", got)
	}
	h.wants("options", 403, client.CodeNotAllowed, "POST", "/v1/me/passkeys/options", nil, nil)
	h.wants("adding", 403, client.CodeNotAllowed, "POST", "/v1/me/passkeys", ownPasskeyRequest{Credential: []byte("{}")}, nil)
	h.wants("confirming", 403, client.CodeNotAllowed, "POST", "/v1/me/confirm/passkey", confirmPasskeyRequest{Credential: []byte("{}")}, nil)
}

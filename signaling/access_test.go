package signaling

import (
	"bytes"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/room/account"
	"anteroom/signaling/client"
	"anteroom/signaling/provider"
)

// scopesOfCalls says which scope each call needs; "" needs none. A new call needs a
// line here.
func scopesOfCalls() map[string]account.Scope {
	return map[string]account.Scope{
		"GET /v1/signin": "", "POST /v1/signin": "", "POST /v1/signin/password": "", "POST /v1/signin/passkey/options": "",
		"POST /v1/signin/passkey": "", "GET /v1/signin/provider": "", "GET /v1/signin/provider/return": "",
		"POST /v1/enrol": "", "POST /v1/enrol/password": "", "POST /v1/enrol/passkey/options": "", "POST /v1/enrol/passkey": "",
		"POST /v1/signout": "", "POST /v1/preview": "", "POST /v1/nonce": "", "POST /v1/join": "", "GET /v1/about": "",
		"GET /v1/ws": "", "GET /healthz": "", "GET /readyz": "",

		"GET /v1/me/ways": account.ScopeSelf, "POST /v1/me/confirm/password": account.ScopeSelf, "POST /v1/me/confirm/passkey": account.ScopeSelf,
		"POST /v1/me/passkeys/options": account.ScopeSelf, "POST /v1/me/passkeys": account.ScopeSelf, "DELETE /v1/me/passkeys/{id}": account.ScopeSelf,
		"POST /v1/me/app": account.ScopeSelf, "POST /v1/me/password": account.ScopeSelf, "POST /v1/me/recovery": account.ScopeSelf,

		"GET /v1/me": account.ScopeRead, "GET /v1/sessions": account.ScopeRead, "GET /v1/sessions/{id}": account.ScopeRead,
		"POST /v1/sessions": account.ScopeWrite, "POST /v1/sessions/{id}/end": account.ScopeWrite,
		"POST /v1/sessions/{id}/invites": account.ScopeWrite, "POST /v1/sessions/{id}/invites/{iid}/reissue": account.ScopeWrite,
		"DELETE /v1/sessions/{id}/invites/{iid}": account.ScopeWrite,
		"GET /v1/metrics":                        account.ScopeMetrics,
		"GET /v1/hosts":                          account.ScopeAdmin, "POST /v1/hosts": account.ScopeAdmin, "POST /v1/hosts/{name}/disable": account.ScopeAdmin,
		"POST /v1/hosts/{name}/enable": account.ScopeAdmin, "POST /v1/hosts/{name}/reset": account.ScopeAdmin, "DELETE /v1/hosts/{name}": account.ScopeAdmin,
		"GET /v1/keys": account.ScopeAdmin, "POST /v1/keys": account.ScopeAdmin, "DELETE /v1/keys/{id}": account.ScopeAdmin,
	}
}

// splitCall is the method and the path of a call.
func splitCall(call string) (method, path string) {
	method, path, _ = strings.Cut(call, " ")
	return method, path
}

// TestScopes is the matrix of who may make which call.
func TestScopes(t *testing.T) {
	w := newWorld(t, func(c *Config) {
		c.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("figures")) })
	})
	h := w.host("rees")
	who := map[string]struct {
		header http.Header
		scopes []account.Scope
	}{
		"nobody":       {http.Header{}, nil},
		"the root key": {bearer(), everything()},
		"the command line": {
			http.Header{"Authorization": {"Bearer " + CommandKey(w.keys, w.clock.now())}}, everything(),
		},
		"a host": {http.Header{"Cookie": {h.cookie.Name + "=" + h.cookie.Value}, "Origin": {w.server.origin}}, hosting()},
	}
	for _, scope := range account.Scopes() {
		for _, of := range []string{"", "rees"} {
			var key keyBody
			w.root("POST", "/v1/keys", keyRequest{Scopes: []account.Scope{scope}, Host: of}, &key)
			who[string(scope)+" "+of] = struct {
				header http.Header
				scopes []account.Scope
			}{http.Header{"Authorization": {"Bearer " + key.Key}}, []account.Scope{scope}}
		}
	}
	calls := scopesOfCalls()
	if served := slices.Sorted(maps.Keys(w.server.routes())); !slices.Equal(served, slices.Sorted(maps.Keys(calls))) {
		t.Fatalf("the table has not the calls that are served: %v", served)
	}
	for call, scope := range calls {
		if scope == "" {
			continue
		}
		method, path := splitCall(call)
		path = strings.NewReplacer("{id}", "nothing", "{iid}", "nothing", "{name}", "nobody").Replace(path)
		for name, one := range who {
			status, code, _, _ := w.exchange(method, path, one.header.Clone(), nil, nil)
			want := client.Code("") // or what is wrong with an empty call
			switch {
			case one.scopes == nil:
				want = client.CodeSignInRequired
			case !slices.Contains(one.scopes, scope):
				want = client.CodeNotAllowed
			}
			refused := code == client.CodeSignInRequired || code == client.CodeNotAllowed
			if refused != (want != "") || refused && code != want || status >= 500 {
				t.Errorf("%s by %s: %d %q, not %q", call, name, status, code, want)
			}
		}
	}
}

// TestHostsSeeTheirOwn is the matrix of hosts and sessions: to each host, and to each
// host's key, another's session is not there, whatever is asked of it.
func TestHostsSeeTheirOwn(t *testing.T) {
	w := newWorld(t)
	w.server.signins.becomes(1000, 1000)
	header := map[string]http.Header{"operator": bearer()}
	for _, name := range []string{"rees", "abbot"} {
		h := w.host(name)
		header[name] = http.Header{"Cookie": {h.cookie.Name + "=" + h.cookie.Value}, "Origin": {w.server.origin}}
	}
	var key keyBody
	w.root("POST", "/v1/keys", keyRequest{Scopes: managing(), Host: "rees"}, &key)
	header["rees' key"] = http.Header{"Authorization": {"Bearer " + key.Key}}
	same := func(a, b string) bool { return strings.TrimSuffix(a, "' key") == strings.TrimSuffix(b, "' key") }
	made := map[string]sessionBody{}
	for name, as := range header {
		var s sessionBody
		if status, code, _, _ := w.exchange("POST", "/v1/sessions", as.Clone(), createRequest{Title: "of " + name}, &s); status != 201 {
			t.Fatalf("%s: %d %s", name, status, code)
		}
		made[name] = s
	}
	for name, as := range header {
		var list sessionList
		w.exchange("GET", "/v1/sessions", as.Clone(), nil, &list)
		for _, one := range list.Sessions {
			if !same(strings.TrimPrefix(string(one.Title), "of "), name) {
				t.Errorf("%s sees another's session", name)
			}
		}
		if want := map[bool]int{true: 2, false: 1}[strings.HasPrefix(name, "rees")]; len(list.Sessions) != want {
			t.Errorf("%s sees %d sessions, not %d", name, len(list.Sessions), want)
		}
		for of, s := range made {
			at, who := "/v1/sessions/"+string(s.ID), string(s.Hosts[0].ID)
			calls := [][2]string{{"GET", at}, {"POST", at + "/invites"}, {"POST", at + "/invites/" + who + "/reissue"}, {"DELETE", at + "/invites/" + who}, {"POST", at + "/end"}}
			if same(name, of) {
				calls = calls[:3] // it is still needed
			}
			for _, c := range calls {
				var body any
				if strings.HasSuffix(c[1], "/invites") {
					body = inviteRequest{Label: "by " + name, Role: room.Guest}
				}
				status, _, _, _ := w.exchange(c[0], c[1], as.Clone(), body, nil)
				if own := same(name, of); own != (status < 300) || !own && status != 404 {
					t.Errorf("%s at the session of %s: %v: %d", name, of, c, status)
				}
			}
		}
	}
}

func TestKeysAreListedAndRevoked(t *testing.T) {
	w := newWorld(t)
	w.host("rees")
	var made keyBody
	if status, _ := w.root("POST", "/v1/keys", keyRequest{Label: "diary", Scopes: []account.Scope{account.ScopeRead}, Host: "Rees"}, &made); status != 201 || made.Host != "rees" {
		t.Fatalf("%d %+v", status, made)
	}
	as := func() int {
		status, _, _, _ := w.exchange("GET", "/v1/sessions", http.Header{"Authorization": {"Bearer " + made.Key}}, nil, nil)
		return status
	}
	var list keyList
	w.root("GET", "/v1/keys", nil, &list)
	if len(list.Keys) != 1 || list.Keys[0].Label != "diary" || list.Keys[0].Key != "" || as() != 200 {
		t.Errorf("%+v", list)
	}
	w.root("POST", "/v1/hosts/rees/disable", nil, nil)
	if as() != 401 {
		t.Error("the key of a disabled host works")
	}
	w.root("POST", "/v1/hosts/rees/enable", nil, nil)
	for _, wrong := range []string{made.Key + "x", made.Key[:len(made.Key)-1], made.Key[:17] + strings.Repeat("A", 43)} {
		if status, _, _, _ := w.exchange("GET", "/v1/sessions", http.Header{"Authorization": {"Bearer " + wrong}}, nil, nil); status != 401 {
			t.Errorf("a key that is not quite it: %d", status)
		}
	}
	if status, _ := w.root("DELETE", "/v1/keys/"+made.ID, nil, nil); status != 204 || as() != 401 {
		t.Errorf("revoked: %d, then %d", status, as())
	}
	for _, bad := range []keyRequest{{}, {Scopes: []account.Scope{"admin"}}, {Scopes: []account.Scope{"all"}}, {Scopes: account.Scopes(), Host: "nobody"}} {
		if status, _ := w.root("POST", "/v1/keys", bad, nil); status != 400 && status != 404 {
			t.Errorf("%+v: %d", bad, status)
		}
	}
}

// The key of the command line is good for minutes, and made from this deployment's
// secret.
func TestCommandKey(t *testing.T) {
	w := newWorld(t)
	others := must[*room.Keys](t)(room.NewKeys(w.server.origin, room.Secret(strings.Repeat("o", room.MinSecret))))
	now := w.clock.now()
	for name, c := range map[string]struct {
		key  string
		want int
	}{
		"now":                  {CommandKey(w.keys, now), 200},
		"past":                 {CommandKey(w.keys, now.Add(-commandLife)), 401},
		"for long":             {CommandKey(w.keys, now.Add(time.Hour)), 401},
		"of another secret":    {CommandKey(others, now), 401},
		"with a changed time":  {strings.Replace(CommandKey(w.keys, now), ".1", ".2", 1), 401},
		"without a credential": {commandPrefix + "9999999999.", 401},
	} {
		if status, _, _, _ := w.exchange("GET", "/v1/hosts", http.Header{"Authorization": {"Bearer " + c.key}}, nil, nil); status != c.want {
			t.Errorf("%s: %d", name, status)
		}
	}
}

func TestSignInsEnd(t *testing.T) {
	w := newWorld(t)
	h := w.host("rees")
	other := h.signIn()
	h.wants("signing out", 204, "", "POST", "/v1/signout", nil, nil)
	gone := *other.cookie
	h.wants("after it", 401, client.CodeSignInRequired, "GET", "/v1/me", nil, nil)
	other.wants("the other browser", 200, "", "GET", "/v1/me", nil, nil)
	third := other.signIn()
	third.wants("signing out everywhere", 204, "", "POST", "/v1/signout", signOutRequest{Everywhere: true}, nil)
	other.cookie = &gone
	other.wants("the other browser then", 401, client.CodeSignInRequired, "GET", "/v1/me", nil, nil)

	// Looking at the list keeps nobody signed in, doing something does, but not for
	// ever.
	idle, busy := third.signIn(), third.signIn()
	cookie := *busy.cookie
	for range 5 {
		w.clock.advance(account.IdleLife / 2)
		busy.cookie = &cookie
		busy.wants("in use", 200, "", "GET", "/v1/me", nil, nil)
		if status, _ := idle.ask("GET", "/v1/sessions", nil, nil); status == 200 && time.Until(w.clock.now()) > 2*account.IdleLife {
			t.Error("a page that is left open stays signed in")
		}
	}
	for range 12 {
		w.clock.advance(account.IdleLife / 2)
		busy.ask("GET", "/v1/me", nil, nil)
	}
	busy.wants("after the absolute life", 401, client.CodeSignInRequired, "GET", "/v1/me", nil, nil)
}

// The link of the first start works while there is nobody else who could sign in, on
// an address that is not the internet's.
func TestSignInLinkIsForTheFirstStart(t *testing.T) {
	w := newWorld(t)
	first := w.visitor()
	_, token, _ := strings.Cut(w.server.SignInLink(), "#signin=")
	first.wants("the link", 204, "", "POST", "/v1/signin", signInRequest{token}, nil)
	first.wants("with it", 200, "", "GET", "/v1/sessions", nil, nil)
	var ways waysBody
	if first.ask("GET", "/v1/signin", nil, &ways); !ways.Link || ways.Password || ways.Provider != "" {
		t.Errorf("%+v", ways)
	}
	w.invited("rees")
	first.wants("with it, when there is an account", 401, client.CodeSignInRequired, "GET", "/v1/sessions", nil, nil)
	first.wants("the link then", 401, client.CodeSignInRequired, "POST", "/v1/signin", signInRequest{token}, nil)
	if first.ask("GET", "/v1/signin", nil, &ways); ways.Link || !ways.Password || ways.Passkey != "hello.test" {
		t.Errorf("%+v", ways)
	}
	if w.server.SignInLink() != "" {
		t.Error("a link is printed")
	}
	public := newWorld(t, func(c *Config) { c.PublicURL = "https://hello.example" })
	if public.server.SignInLink() != "" {
		t.Error("a link is printed on a public address")
	}
	public.visitor().wants("on a public address", 401, client.CodeSignInRequired, "POST", "/v1/signin", signInRequest{public.server.signInToken()}, nil)
	withProvider := newWorld(t, func(c *Config) {
		c.Provider = &provider.Config{Issuer: "https://id.example", ClientID: "x", Claims: map[string][]string{"hd": {"x"}}}
	})
	if withProvider.server.SignInLink() != "" {
		t.Error("a link is printed although there is a provider")
	}
}

func TestPrivateOrigins(t *testing.T) {
	for origin, want := range map[string]bool{
		"http://127.0.0.1:8080": true, "http://localhost:8080": true, "http://[::1]": true, "http://192.168.1.9": true, "https://10.1.2.3": true,
		"http://172.16.0.1": true, "http://[fd00::1]": true, "http://[fe80::1]": true, "http://[::ffff:10.0.0.1]": true, "http://anteroom": true,
		"http://a.localhost": true, "http://practice.local": true, "http://hello.home.arpa": true, "http://HELLO.TEST": true,
		"https://hello.example": false, "http://8.8.8.8": false, "https://[2001:db8::1]": false, "http://172.32.0.1": false,
		"https://localhost.example": false, "https://local": true, "https://hello.example.": false, "https://100.64.0.1": false,
	} {
		if private(origin) != want {
			t.Errorf("%s: %v", origin, !want)
		}
	}
}

// TestNothingOfAccountsIsLogged: neither names nor keys, tokens, codes and passwords,
// in what works and what does not.
func TestNothingOfAccountsIsLogged(t *testing.T) {
	var out bytes.Buffer
	w := newWorld(t, func(c *Config) {
		c.Logger = slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	h := w.host("canary-name").signIn()
	h.make(newDevice(t, "canary-passkey"), "canary-called")
	h.ask("POST", "/v1/me/confirm/password", confirmRequest{"canary-password", "canary"}, nil)
	h.ask("DELETE", "/v1/me/passkeys/canary", nil, nil)
	w.visitor().ask("POST", "/v1/signin/password", passwordRequest{"canary-name", "canary-password", "canary"}, nil)
	var key keyBody
	w.root("POST", "/v1/keys", keyRequest{Label: "canary-label", Scopes: account.Scopes(), Host: "canary-name"}, &key)
	ok(t, w.store.Close())
	h.ask("GET", "/v1/me", nil, nil)
	h.ask("POST", "/v1/me/recovery", nil, nil)
	w.visitor().ask("POST", "/v1/signin/password", passwordRequest{"canary-name", testPassword, h.code()}, nil)
	for _, canary := range []string{"canary", testPassword, h.cookie.Value, key.Key, h.proof, string(h.secret), h.recovery[0]} {
		if strings.Contains(out.String(), canary) {
			t.Errorf("%q is logged:\n%s", canary, out.String())
		}
	}
	if !strings.Contains(out.String(), "could not serve") {
		t.Error("control: nothing is logged at all")
	}
}

// TestSweepCoversEveryHost: the sessions of all hosts are erased when their time is
// over, not only the operator's.
func TestSweepCoversEveryHost(t *testing.T) {
	w := newWorld(t)
	h := w.host("rees")
	var made sessionBody
	h.wants("a session", 201, "", "POST", "/v1/sessions", createRequest{Closes: w.clock.now().Add(time.Minute)}, &made)
	w.clock.advance(48 * time.Hour)
	w.server.sweepOnce()
	if _, _, err := w.server.sessions.Get(within(t), made.ID); err == nil {
		t.Error("it is still there")
	}
}

// The provider's way in needs a configured provider; without, the page is told.
func TestNoProvider(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/v1/signin/provider", "/v1/signin/provider/return?state=x&code=y"} {
		rec := httptest.NewRecorder()
		w.server.Handler().ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
		if rec.Code != 303 || !strings.HasPrefix(rec.Header().Get("Location"), w.server.origin+"/#failed=") {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Header().Get("Location"))
		}
	}
}

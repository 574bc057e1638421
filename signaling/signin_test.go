package signaling

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"anteroom/room/account"
	"anteroom/signaling/client"
)

// signIn uses the sign-in link and returns the cookie.
func (w *world) signIn() *http.Cookie {
	w.t.Helper()
	_, token, _ := strings.Cut(w.server.SignInLink(), "#signin=")
	return w.signInWith(token, http.StatusNoContent)
}

func (w *world) signInWith(token string, want int) *http.Cookie {
	w.t.Helper()
	req, err := http.NewRequestWithContext(within(w.t), "POST", w.url+"/v1/signin", strings.NewReader(`{"token":"`+token+`"}`))
	ok(w.t, err)
	req.Header.Set("Origin", w.server.origin)
	resp, err := w.http.Do(req)
	ok(w.t, err)
	_ = resp.Body.Close()
	if resp.StatusCode != want {
		w.t.Fatalf("signing in: %d", resp.StatusCode)
	}
	for _, c := range resp.Cookies() {
		return c
	}
	return nil
}

func TestSignIn(t *testing.T) {
	w := newWorld(t)
	cookie := w.signIn()
	if cookie.Name != "anteroom_host" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Secure || cookie.Path != "/" {
		t.Errorf("%+v", cookie)
	}
	if life := time.Until(cookie.Expires); life < 11*time.Hour || life > 13*time.Hour {
		t.Errorf("it lives %v", life)
	}
	own := http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}, "Origin": {"http://hello.test"}}
	if status, _ := w.post("POST", "/v1/sessions", "{}", own); status != http.StatusCreated {
		t.Errorf("with the cookie: %d", status)
	}
	w.signInWith("a wrong token", http.StatusUnauthorized)
	w.signInWith("", http.StatusUnauthorized)
	w.clock.advance(account.IdleLife + time.Second)
	if _, code := w.post("POST", "/v1/sessions", "{}", own); code != client.CodeSignInRequired {
		t.Errorf("after its time: %q", code)
	}
}

func TestCookieFromElsewhere(t *testing.T) {
	w := newWorld(t)
	cookie := w.signIn()
	with := func(pairs ...string) http.Header {
		h := http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}}
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	for name, c := range map[string]struct {
		method string
		header http.Header
		want   int
	}{
		"another site":             {"POST", with("Origin", "http://evil.test"), 401},
		"a port of ours":           {"POST", with("Origin", "http://hello.test:81"), 401},
		"no origin":                {"POST", with(), 401},
		"null":                     {"POST", with("Origin", "null"), 401},
		"fetch metadata on a POST": {"POST", with("Sec-Fetch-Site", "same-origin"), 401},
		"GET by another site":      {"GET", with("Sec-Fetch-Site", "cross-site"), 401},
		"GET by a sibling":         {"GET", with("Sec-Fetch-Site", "same-site"), 401},
		"GET from nowhere":         {"GET", with(), 401},
		"GET by our page":          {"GET", with("Sec-Fetch-Site", "same-origin"), 200},
		"GET with our origin":      {"GET", with("Origin", "http://hello.test"), 200},
		"POST by our page":         {"POST", with("Origin", "http://hello.test"), 201},
		"a changed token": {"GET", http.Header{
			"Cookie": {cookie.Name + "=9" + cookie.Value}, "Origin": {"http://hello.test"},
		}, 401},
		"no token": {"GET", http.Header{
			"Cookie": {cookie.Name + "="}, "Origin": {"http://hello.test"},
		}, 401},
	} {
		if status, _ := w.post(c.method, "/v1/sessions", "{}", c.header); status != c.want {
			t.Errorf("%s: %d", name, status)
		}
	}
}

func TestSignOut(t *testing.T) {
	w := newWorld(t)
	for origin, want := range map[string]int{"http://hello.test": 204, "http://evil.test": 403} {
		req, err := http.NewRequestWithContext(within(t), "POST", w.url+"/v1/signout", nil)
		ok(t, err)
		req.Header.Set("Origin", origin)
		resp, err := w.http.Do(req)
		ok(t, err)
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("from %s: %d", origin, resp.StatusCode)
		}
		if c := resp.Cookies(); want == 204 && (len(c) != 1 || c[0].Value != "" || c[0].Expires.After(time.Now())) {
			t.Errorf("%+v", c)
		}
	}
}

func TestSignInIsLimited(t *testing.T) {
	w := newWorld(t)
	for range 30 {
		w.post("POST", "/v1/signin", `{"token":"guess"}`, nil)
	}
	if status, code := w.post("POST", "/v1/signin", `{"token":"guess"}`, nil); status != 429 || code != client.CodeRateLimited {
		t.Errorf("%d %s", status, code)
	}
	if status, code := w.post("POST", "/v1/signin", `{"token":"x"}`, http.Header{"Origin": {"http://evil.test"}}); status != 403 || code != client.CodeNotAllowed {
		t.Errorf("from elsewhere: %d %s", status, code)
	}
}

// TestSecureCookie: over TLS the cookie is for TLS alone.
func TestSecureCookie(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.PublicURL = "https://hello.test" })
	if cookie := w.signIn(); !cookie.Secure || cookie.Name != "__Host-anteroom" || cookie.Path != "/" || cookie.Domain != "" {
		t.Errorf("%+v", cookie)
	}
}

// TestOwnersKey: nothing but the key opens the owner's calls; without one
// configured nothing does.
func TestOwnersKey(t *testing.T) {
	w := newWorld(t)
	for _, authorization := range []string{"", "Bearer ", "Bearer wrong", "bearer " + testKey, "Basic " + testKey, "Bearer " + testKey + "x", testKey} {
		header := http.Header{"Authorization": {authorization}}
		for _, call := range [][2]string{
			{"GET", "/v1/sessions"}, {"POST", "/v1/sessions"}, {"GET", "/v1/sessions/x"}, {"POST", "/v1/sessions/x/end"},
			{"POST", "/v1/sessions/x/invites"}, {"POST", "/v1/sessions/x/invites/y/reissue"}, {"DELETE", "/v1/sessions/x/invites/y"},
		} {
			if status, code := w.post(call[0], call[1], "{}", header); status != 401 || code != client.CodeSignInRequired {
				t.Errorf("%q on %v: %d %s", authorization, call, status, code)
			}
		}
	}
	none := newWorld(t, func(c *Config) { c.APIKey = "" })
	if status, _ := none.post("GET", "/v1/sessions", "", http.Header{"Authorization": {"Bearer "}}); status != 401 {
		t.Errorf("without a key configured: %d", status)
	}
}

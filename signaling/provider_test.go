package signaling

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"anteroom/signaling/client"
	"anteroom/signaling/provider"
	"anteroom/signaling/provider/providertest"
)

// withProvider is a server whose hosts sign in at a provider, for people of one
// practice.
func withProvider(t *testing.T) (*world, *providertest.Provider) {
	return withClaims(t, map[string][]string{"hd": {"other.example", "practice.example"}})
}

// withClaims is one for those of the provider's people of whom these claims hold.
func withClaims(t *testing.T, claims map[string][]string) (*world, *providertest.Provider) {
	idp := providertest.Start(t, somebody("1", "practice.example"))
	w := newWorld(t, func(c *Config) {
		c.Provider = &provider.Config{
			Issuer: idp.URL, ClientID: providertest.ClientID, ClientSecret: providertest.ClientSecret, Name: "Practice", Claims: claims,
		}
	})
	return w, idp
}

func somebody(subject, practice string) map[string]any {
	return map[string]any{"sub": subject, "hd": practice, "email": "rees" + subject + "@" + practice, "email_verified": true}
}

// browse is a browser that follows redirects; the service's name leads to the test's
// server. It returns where it ended.
func (w *world) browse(jar http.CookieJar, path string) *url.URL {
	w.t.Helper()
	server := must[*url.URL](w.t)(url.Parse(w.url))
	c := http.Client{Jar: jar, Transport: redirecting{w.http.Transport, server.Host}}
	req := must[*http.Request](w.t)(http.NewRequestWithContext(within(w.t), "GET", w.server.origin+path, nil))
	resp := must[*http.Response](w.t)(c.Do(req))
	_ = resp.Body.Close()
	return resp.Request.URL
}

// redirecting takes what is for the public name to the test's address.
type redirecting struct {
	http.RoundTripper
	to string
}

func (r redirecting) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Host == "hello.test" {
		other := *req.URL
		other.Host = r.to
		req = req.Clone(req.Context())
		req.URL = &other
	}
	return r.RoundTripper.RoundTrip(req)
}

func newJar(t *testing.T) *cookiejar.Jar { return must[*cookiejar.Jar](t)(cookiejar.New(nil)) }

// visits is the page of whoever has these cookies.
func (w *world) visits(jar http.CookieJar) *visitor {
	v := w.visitor()
	for _, c := range jar.Cookies(must[*url.URL](w.t)(url.Parse(w.server.origin))) {
		if c.Name == w.server.cookieName() {
			v.cookie = c
		}
	}
	return v
}

func TestHostByProvider(t *testing.T) {
	w, idp := withProvider(t)
	jar := newJar(t)
	if at := w.browse(jar, "/v1/signin/provider"); at.Fragment != "" || at.Path != "/" {
		t.Fatalf("it ended at %s", at)
	}
	v := w.visits(jar)
	var me meBody
	v.wants("who is signed in", 200, "", "GET", "/v1/me", nil, &me)
	if me.Name != "rees1@practice.example" {
		t.Errorf("%+v", me)
	}
	var made sessionBody
	v.wants("a session", 201, "", "POST", "/v1/sessions", createRequest{}, &made)

	// The same person is the same host, whatever the address is now; another is not.
	idp.Person(map[string]any{"sub": "1", "hd": "practice.example", "email": "new@practice.example"})
	again := newJar(t)
	w.browse(again, "/v1/signin/provider")
	var list sessionList
	w.visits(again).wants("the list", 200, "", "GET", "/v1/sessions", nil, &list)
	if len(list.Sessions) != 1 {
		t.Error("the same person is somebody else")
	}
	idp.Person(map[string]any{"sub": "2", "hd": "practice.example", "email": "new@practice.example"})
	other := newJar(t)
	w.browse(other, "/v1/signin/provider")
	w.visits(other).wants("the list", 200, "", "GET", "/v1/sessions", nil, &list)
	if len(list.Sessions) != 0 {
		t.Error("another person with the same address is the same host")
	}

	var hosts hostList
	w.root("GET", "/v1/hosts", nil, &hosts)
	if len(hosts.Hosts) != 2 || hosts.Hosts[0].State != "active" || hosts.Hosts[0].Shown == "" {
		t.Fatalf("%+v", hosts)
	}
	for _, h := range hosts.Hosts {
		if status, code := w.root("POST", "/v1/hosts/"+h.Name+"/reset", nil, nil); status != 403 || code != client.CodeNotAllowed {
			t.Errorf("a reset: %d %s", status, code)
		}
		w.root("POST", "/v1/hosts/"+h.Name+"/disable", nil, nil)
	}
	v.wants("disabled", 401, client.CodeSignInRequired, "GET", "/v1/me", nil, nil)
	if at := w.browse(newJar(t), "/v1/signin/provider"); at.Fragment != "failed=not_allowed" {
		t.Errorf("disabled, it ended at %s", at)
	}
}

// What the provider does not vouch for signs nobody in.
func TestProviderIsNotBelieved(t *testing.T) {
	w, idp := withProvider(t)
	w.server.signins.becomes(1000, 1000)
	set := func(name string, value any) func(map[string]any) {
		return func(c map[string]any) { c[name] = value }
	}
	for name, c := range map[string]struct {
		wrong func(map[string]any)
		want  string
	}{
		"another practice":      {set("hd", "elsewhere.example"), "not_allowed"},
		"no practice":           {func(c map[string]any) { delete(c, "hd") }, "not_allowed"},
		"a list without it":     {set("hd", []string{"a", "b"}), "not_allowed"},
		"another nonce":         {set("nonce", "x"), "sign_in_failed"},
		"for another service":   {set("aud", "x"), "sign_in_failed"},
		"of another issuer":     {set("iss", "https://id.example"), "sign_in_failed"},
		"past":                  {set("exp", 1), "sign_in_failed"},
		"nobody":                {set("sub", ""), "sign_in_failed"},
		"signed by another key": {set("forged", true), "sign_in_failed"},
	} {
		idp.Wrong(c.wrong)
		jar := newJar(t)
		if at := w.browse(jar, "/v1/signin/provider"); at.Fragment != "failed="+c.want {
			t.Errorf("%s: it ended at %s", name, at)
		}
		if w.visits(jar).cookie != nil {
			t.Errorf("%s: a cookie", name)
		}
	}
	idp.Wrong(set("hd", []string{"a", "practice.example"}))
	if at := w.browse(newJar(t), "/v1/signin/provider"); at.Fragment != "" {
		t.Errorf("a list with it: %s", at)
	}
}

// An address lets somebody in only where the provider says that it is theirs.
func TestAddressesAreVerified(t *testing.T) {
	const address = "rees1@practice.example"
	w, idp := withClaims(t, map[string][]string{"email": {address}})
	for _, c := range []struct {
		verified any // nil: the provider says nothing
		want     string
	}{{true, ""}, {"true", ""}, {false, "failed=not_allowed"}, {"false", "failed=not_allowed"}, {nil, "failed=not_allowed"}} {
		person := map[string]any{"sub": "1", "email": address}
		if c.verified != nil {
			person["email_verified"] = c.verified
		}
		idp.Person(person)
		if at := w.browse(newJar(t), "/v1/signin/provider"); at.Fragment != c.want {
			t.Errorf("%v (%T): it ended at %s", c.verified, c.verified, at)
		}
	}
}

// What a person is called gets onto operators' terminals: what could do something
// there is not taken.
func TestWhatSomebodyIsCalled(t *testing.T) {
	w, idp := withProvider(t)
	for _, called := range []string{"\x1b]0;owned\a", "\u202egnp.seer", "", strings.Repeat("a", 101)} {
		idp.Person(map[string]any{"sub": "1", "hd": "practice.example", "preferred_username": called, "name": "Rees"})
		w.browse(newJar(t), "/v1/signin/provider")
		var hosts hostList
		if w.root("GET", "/v1/hosts", nil, &hosts); len(hosts.Hosts) != 1 || hosts.Hosts[0].Shown != "Rees" {
			t.Errorf("%q: %+v", called, hosts)
		}
	}
}

// The way back is for the browser that was sent, once: a link with somebody else's
// code signs nobody in (CSRF on sign-in).
func TestTheWayBackIsOnesOwn(t *testing.T) {
	w, _ := withProvider(t)
	var sent *url.URL
	jar := newJar(t)
	server := must[*url.URL](t)(url.Parse(w.url))
	c := http.Client{Jar: jar, Transport: redirecting{w.http.Transport, server.Host}, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasSuffix(r.URL.Path, "/return") {
			sent = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	resp := must[*http.Response](t)(c.Get(w.server.origin + "/v1/signin/provider"))
	_ = resp.Body.Close()
	back := sent.RequestURI()
	for name, path := range map[string]string{"another state": provider.ReturnPath + "?state=x&code=" + sent.Query().Get("code"), "no state": provider.ReturnPath} {
		if at := w.browse(copied(t, w, jar), path); at.Fragment != "failed=sign_in_failed" {
			t.Errorf("%s: %s", name, at)
		}
	}
	stranger := newJar(t)
	if at := w.browse(stranger, back); at.Fragment != "failed=sign_in_failed" || w.visits(stranger).cookie != nil {
		t.Errorf("another browser: %s", at)
	}
	twice := copied(t, w, jar)
	if at := w.browse(jar, back); at.Fragment != "" {
		t.Errorf("the browser that was sent: %s", at)
	}
	if at := w.browse(twice, back); at.Fragment != "failed=sign_in_failed" {
		t.Errorf("again: %s", at)
	}
}

// copied is a browser with the same cookies.
func copied(t *testing.T, w *world, jar http.CookieJar) http.CookieJar {
	at := must[*url.URL](t)(url.Parse(w.server.origin))
	other := newJar(t)
	other.SetCookies(at, jar.Cookies(at))
	return other
}

func TestProviderThatIsAway(t *testing.T) {
	w := newWorld(t, func(c *Config) {
		c.Provider = &provider.Config{Issuer: "http://127.0.0.1:1", ClientID: "x", Claims: map[string][]string{"hd": {"x"}}}
	})
	if at := w.browse(newJar(t), "/v1/signin/provider"); at.Fragment != "failed=unavailable" {
		t.Errorf("it ended at %s", at)
	}
}

func TestProvidersConfiguration(t *testing.T) {
	claims := map[string][]string{"hd": {"x"}}
	for name, c := range map[string]provider.Config{
		"no TLS": {Issuer: "http://id.example", ClientID: "x", Claims: claims}, "no client": {Issuer: "https://id.example", Claims: claims},
		"everybody": {Issuer: "https://id.example", ClientID: "x"},
	} {
		if _, err := provider.New(c); err == nil || !strings.HasPrefix(err.Error(), "oidc.") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func handler(t *testing.T, cfg Config) http.Handler {
	t.Helper()
	h, err := Handler(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func do(t *testing.T, h http.Handler, method, target string) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPagesAndTheirAddresses(t *testing.T) {
	h := handler(t, Config{})
	for target, status := range map[string]int{
		"/": 200, "/j": 200, "/j/": 200, "/j%23eyJ": 200, "/j%2523eyJ": 200, "/bye": 200, "/robots.txt": 200,
		"/join": 404, "/j/x": 404, "/jx": 404, "/static/": 404, "/static/x/join.html": 404, "/static/../web.go": 404, "/v1/join": 404,
	} {
		if r := do(t, h, http.MethodGet, target); r.StatusCode != status {
			t.Errorf("GET %s: %d, want %d", target, r.StatusCode, status)
		}
	}
}

func TestEveryAnswerIsSecured(t *testing.T) {
	h := handler(t, Config{})
	for _, target := range []string{"/", "/j", "/bye", "/robots.txt", "/nothing", "/static/x/js/join.js"} {
		r := do(t, h, http.MethodGet, target)
		csp := r.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: the policy lacks %s", target, part)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") || strings.Contains(csp, "*") {
			t.Errorf("%s: the policy is too wide: %s", target, csp)
		}
		for name, value := range map[string]string{
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Resource-Policy": "same-origin",
			"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		} {
			if got := r.Header.Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", target, name, got, value)
			}
		}
		if len(r.Cookies()) > 0 {
			t.Errorf("%s: sets a cookie", target)
		}
	}
}

func TestNothingButReading(t *testing.T) {
	h := handler(t, Config{})
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
		r := do(t, h, method, "/j")
		if r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d, Allow %q", method, r.StatusCode, r.Header.Get("Allow"))
		}
	}
	if r := do(t, h, http.MethodHead, "/j"); r.StatusCode != 200 || body(t, r) != "" {
		t.Errorf("HEAD: %d", r.StatusCode)
	}
}

func TestByeClearsTheSiteButKeepsHostsSignedIn(t *testing.T) {
	got := do(t, handler(t, Config{}), http.MethodGet, "/bye").Header.Get("Clear-Site-Data")
	if !strings.Contains(got, `"storage"`) || !strings.Contains(got, `"cache"`) || strings.Contains(got, "cookies") {
		t.Errorf("Clear-Site-Data is %s", got)
	}
}

func TestPagesAreNotKeptAndNeutral(t *testing.T) {
	h := handler(t, Config{})
	for _, target := range []string{"/", "/j", "/bye"} {
		r := do(t, h, http.MethodGet, target)
		text := body(t, r)
		if got := r.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control is %q", target, got)
		}
		if !strings.Contains(text, "<title>Hello</title>") {
			t.Errorf("%s: the title is not the neutral one", target)
		}
		if inline := regexp.MustCompile(`(?i)<style|<script[^>]*>[^<]|\son\w+=|\sstyle=|https?:`).FindString(text); inline != "" {
			t.Errorf("%s: inline code or a foreign address: %q", target, inline)
		}
	}
}

func TestTitleAndExitAreEscaped(t *testing.T) {
	h := handler(t, Config{Title: `A<b>"`, ExitURL: "https://example.org/?a=1&b=2"})
	text := body(t, do(t, h, http.MethodGet, "/j"))
	if !strings.Contains(text, "<title>A&lt;b&gt;&#34;</title>") || !strings.Contains(text, `data-exit="https://example.org/?a=1&amp;b=2"`) {
		t.Error(text)
	}
}

func TestExitAddressIsChecked(t *testing.T) {
	for _, bad := range []string{"javascript:alert(1)", "http://example.org", "//example.org", "https:", "data:text/html,x", ":"} {
		if _, err := Handler(Config{ExitURL: bad}); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestStaticFilesOfThePageAreKeptForEver(t *testing.T) {
	h := handler(t, Config{})
	page := body(t, do(t, h, http.MethodGet, "/j"))
	links := regexp.MustCompile(`(?:src|href)="(/static/[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(links) < 4 {
		t.Fatalf("the page has %d links to static files", len(links))
	}
	for _, link := range links {
		r := do(t, h, http.MethodGet, link[1])
		if r.StatusCode != 200 || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") || r.Header.Get("ETag") == "" {
			t.Errorf("%s: %d %v", link[1], r.StatusCode, r.Header)
		}
	}
	old := regexp.MustCompile(`/static/[^/]+/`).ReplaceAllString(links[0][1], "/static/0000/")
	r := do(t, h, http.MethodGet, old)
	if r.StatusCode != 200 || r.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("a page from before an upgrade: %d %s", r.StatusCode, r.Header.Get("Cache-Control"))
	}
}

func TestUnchangedFilesAreNotSentAgain(t *testing.T) {
	h := handler(t, Config{})
	first := do(t, h, http.MethodGet, "/static/x/css/base.css")
	again := httptest.NewRequest(http.MethodGet, "/static/x/css/base.css", nil)
	again.Header.Set("If-None-Match", first.Header.Get("ETag"))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, again)
	if w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("%d, %d octets", w.Code, w.Body.Len())
	}
}

// Modules import each other by relative addresses; each must be there, or the
// page stays empty.
func TestEveryImportIsServed(t *testing.T) {
	h := handler(t, Config{})
	seen := map[string]bool{}
	var follow func(string)
	follow = func(target string) {
		if seen[target] {
			return
		}
		seen[target] = true
		r := do(t, h, http.MethodGet, target)
		if r.StatusCode != 200 || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/javascript") {
			t.Errorf("%s: %d %s", target, r.StatusCode, r.Header.Get("Content-Type"))
			return
		}
		for _, m := range regexp.MustCompile(`(?m)^(?:import|export) (?:[^'";]* from )?'(\.[^']+)';`).FindAllStringSubmatch(body(t, r), -1) {
			follow(resolve(t, target, m[1]))
		}
	}
	follow("/static/x/js/join.js")
	follow("/static/x/js/bye.js")
	follow("/static/x/js/app/live.js")
	follow("/static/x/js/desk/main.js")
	follow("/static/x/js/desk/app/rehearsal.js")
	follow("/static/x/js/desk/app/account.js")
	follow("/static/x/js/desk/views/enrol.js")
	for _, language := range []string{"cy", "de", "desk-cy", "desk-de", "account-en", "account-cy", "account-de"} {
		follow("/static/x/i18n/" + language + ".js")
	}
	if len(seen) < 30 {
		t.Errorf("only %d modules were found", len(seen))
	}
}

func resolve(t *testing.T, base, ref string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, base, nil)
	u, err := r.URL.Parse(ref)
	if err != nil {
		t.Fatal(err)
	}
	return u.Path
}

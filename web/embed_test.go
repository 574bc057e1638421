package web

import (
	"net/http"
	"strings"
	"testing"
)

// The pages of a person with a link may be shown by the origins that were named,
// and by no other; the hosts' page and all else by nobody.
func TestWhoMayEmbed(t *testing.T) {
	h := handler(t, Config{EmbedOrigins: []string{"https://portal.example", "https://www.portal.example:8443"}})
	for target, may := range map[string]bool{
		"/j": true, "/j%23eyJ": true, "/bye": true,
		"/": false, "/robots.txt": false, "/nothing": false, "/static/x/js/join.js": false, "/static/x/js/desk/main.js": false,
	} {
		r := do(t, h, http.MethodGet, target)
		want, resource := "frame-ancestors 'none'", "same-origin"
		if may {
			want, resource = "frame-ancestors https://portal.example https://www.portal.example:8443", "cross-origin"
		}
		csp := r.Header.Values("Content-Security-Policy")
		if len(csp) != 1 || !strings.Contains(csp[0], want+";") || strings.Count(csp[0], "frame-ancestors") != 1 {
			t.Errorf("%s: %q", target, csp)
		}
		if got := r.Header.Get("Cross-Origin-Resource-Policy"); got != resource {
			t.Errorf("%s: resource policy %q", target, got)
		}
		if got := r.Header.Get("Cross-Origin-Embedder-Policy"); got != "require-corp" {
			t.Errorf("%s: embedder policy %q", target, got)
		}
	}
}

func TestOriginsThatEmbed(t *testing.T) {
	for origin, good := range map[string]bool{
		"https://portal.example": true, "https://portal.example:8443": true, "https://xn--prtal-jua.example": true, "https://10.0.0.7": true,
		"http://localhost:3000": true, "http://127.0.0.1": true,
		"": false, "*": false, "https:": false, "https://*": false, "https://*.example": false, "http://portal.example": false,
		"https://portal.example/": false, "https://portal.example/a": false, "https://user@portal.example": false, "https://portal.example:0": false,
		"https://portal.example; script-src *": false, "https://a.example https://b.example": false, "https://portal.example\n": false,
		"https://Portal.example": false, "'self'": false, "null": false, "https://portal..example": false, "https://-a.example": false, "data:": false,
	} {
		if _, err := Handler(Config{EmbedOrigins: []string{origin}}); (err == nil) != good {
			t.Errorf("%q: %v", origin, err)
		}
	}
}

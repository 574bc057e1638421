package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

const pixel = "\x89PNG\x0D\x0A\x1A\x0A rest of a picture"

// An operator's colour is laid over the page's own, and can be read in both
// schemes, whatever it is.
func TestOperatorsColour(t *testing.T) {
	for _, accent := range []string{"#23645d", "#000000", "#7a1fa2", "#0b57d0", "#8a3b12", "#5c5c00"} {
		h := handler(t, Config{Accent: accent})
		page := body(t, do(t, h, http.MethodGet, "/j"))
		link := regexp.MustCompile(`/static/[0-9a-f]+/css/look\.css`).FindString(page)
		css := body(t, do(t, h, http.MethodGet, link))
		if !strings.Contains(css, "--accent:"+accent) {
			t.Errorf("%s: the style sheet is %q", accent, css)
		}
		c, err := parseColour(accent)
		if err != nil {
			t.Fatal(err)
		}
		dark := darkShades(c)
		for name, ratio := range map[string]float64{
			"on sunken": contrast(dark.accent, colour{0x30, 0x2d, 0x29}), "on soft": contrast(dark.accent, dark.soft), "button": contrast(dark.accent, dark.on),
		} {
			if ratio < readable {
				t.Errorf("%s, dark, %s: contrast %.2f", accent, name, ratio)
			}
		}
	}
}

func TestColoursThatCannotBeRead(t *testing.T) {
	for _, bad := range []string{"#ffcc00", "#8fd0c5", "red", "#12345", "#1234567", "23645d0", "#xyzxyz", "#000000;}body{display:none", "", "#"} {
		if _, err := lookCSS(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if got := contrast(colour{}, colour{255, 255, 255}); got < 20.99 || got > 21.01 {
		t.Errorf("black on white is %.2f", got)
	}
}

func TestLogo(t *testing.T) {
	for name, logo := range map[string][]byte{
		"logo.png": []byte(pixel), "logo.svg": []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`), "logo.jpg": []byte("\xff\xd8\xff\xe0"),
	} {
		h := handler(t, Config{Logo: logo})
		for _, target := range []string{"/", "/j", "/bye"} {
			src := regexp.MustCompile(`<img class="logo" src="(/static/[^"]+)" alt="">`).FindStringSubmatch(body(t, do(t, h, http.MethodGet, target)))
			if src == nil || !strings.HasSuffix(src[1], "/"+name) {
				t.Fatalf("%s: no %s on the page: %q", target, name, src)
			}
			r := do(t, h, http.MethodGet, src[1])
			if r.StatusCode != 200 || !strings.HasPrefix(r.Header.Get("Content-Type"), "image/") || body(t, r) != string(logo) {
				t.Errorf("%s: %d %s", src[1], r.StatusCode, r.Header.Get("Content-Type"))
			}
		}
	}
	if _, err := Handler(Config{Logo: []byte("<html><script>")}); err == nil {
		t.Error("a page was taken for a picture")
	}
	if strings.Contains(body(t, do(t, handler(t, Config{}), http.MethodGet, "/j")), "<img") {
		t.Error("there is a logo without one")
	}
}

// Whoever takes gzip gets it, with a tag of its own; whoever does not, does not.
func TestCompression(t *testing.T) {
	h := handler(t, Config{})
	ask := func(accept string) *http.Response {
		r := httptest.NewRequest(http.MethodGet, "/static/x/js/join.js", nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}
	plain := ask("br, gzip;q=0")
	if plain.Header.Get("Content-Encoding") != "" || plain.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("gzip was refused: %v", plain.Header)
	}
	want := body(t, plain)
	for _, accept := range []string{"gzip", "deflate, gzip;q=0.5, br", "gzip;q=1.0"} {
		r := ask(accept)
		if r.Header.Get("Content-Encoding") != "gzip" || r.Header.Get("ETag") == plain.Header.Get("ETag") {
			t.Fatalf("%s: %v", accept, r.Header)
		}
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(z)
		if err != nil || string(got) != want {
			t.Errorf("%s: other content (%v)", accept, err)
		}
	}
}

// All that a page needs at first is named in it, and weighs less than 100 kB
// as it is sent.
func TestPageWeight(t *testing.T) {
	h := handler(t, Config{})
	for _, target := range []string{"/j", "/"} {
		page := body(t, do(t, h, http.MethodGet, target))
		sum := 0
		for _, link := range regexp.MustCompile(`(?:src|href)="(/static/[^"]+)"`).FindAllStringSubmatch(page, -1) {
			r := httptest.NewRequest(http.MethodGet, link[1], nil)
			r.Header.Set("Accept-Encoding", "gzip")
			w := httptest.NewRecorder()
			if !strings.Contains(link[0], "src=") { // the entry is among the preloaded
				h.ServeHTTP(w, r)
				sum += w.Body.Len()
			}
		}
		t.Logf("%s: %d octets of styles and modules, compressed", target, sum)
		if sum < 10_000 || sum > 95_000 {
			t.Errorf("%s weighs %d octets", target, sum)
		}
	}
}

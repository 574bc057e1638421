package web

import (
	"embed"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

//go:embed static
var files embed.FS

// Config is what an operator may say about the pages. The zero value is
// usable.
type Config struct {
	// Title is the title of every page. It lands in the browser's history and
	// survives the wiping of the site's data, so keep it neutral. "Hello" when
	// empty.
	Title string
	// ExitURL is where the quick exit leads: an https address, or
	// "about:blank" (also when empty).
	ExitURL string
	// Accent is the colour of buttons and links, #rrggbb; the page's own when
	// empty. One that cannot be read on the pages is refused.
	Accent string
	// Logo is a picture for the top of every page: PNG, JPEG, WebP or SVG. None
	// when empty.
	Logo []byte
	// EmbedOrigins are the origins whose pages may show the page of a link, and
	// the one after a session, in a frame: https://host, exactly. None when empty.
	EmbedOrigins []string
}

// Handler serves the pages and their static files: GET and HEAD only, the
// security headers on every answer, errors included. It answers
//
//	/            the hosts' page
//	/j           the page a link opens (also /j%23TOKEN, as some mail programs make of it)
//	/bye         the page after a session; clears this site's storage and cache
//	/static/…    scripts and styles, under an address that changes with their content
//	/robots.txt  nothing here is for search engines
func Handler(cfg Config) (http.Handler, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	more, logo, err := cfg.own()
	if err != nil {
		return nil, err
	}
	assets, err := loadAssets(files, more)
	if err != nil {
		return nil, err
	}
	data := pageData{Title: cfg.Title, ExitURL: cfg.ExitURL, Static: assets.base, Logo: logo, Look: cfg.Accent != ""}
	pages, err := loadPages(files, assets, data)
	if err != nil {
		return nil, err
	}
	embed, err := newEmbedding(cfg.EmbedOrigins)
	if err != nil {
		return nil, err
	}
	s := &site{assets: assets, pages: pages, embed: embed}
	return secure(http.HandlerFunc(s.serve)), nil
}

func (c Config) withDefaults() (Config, error) {
	if c.Title == "" {
		c.Title = "Hello"
	}
	if c.ExitURL == "" {
		c.ExitURL = "about:blank"
	}
	if c.ExitURL == "about:blank" {
		return c, nil
	}
	u, err := url.Parse(c.ExitURL)
	if err != nil {
		return c, fmt.Errorf("web: exit address: %w", err)
	}
	if u.Scheme != "https" || u.Host == "" {
		return c, errors.New("web: the exit address must be about:blank or an https address")
	}
	return c, nil
}

// own are the files that follow from the operator's configuration, and the
// name of the logo among them.
func (c Config) own() (files map[string][]byte, logo string, err error) {
	files = map[string][]byte{}
	if c.Accent != "" {
		if files["css/look.css"], err = lookCSS(c.Accent); err != nil {
			return nil, "", err
		}
	}
	if len(c.Logo) == 0 {
		return files, "", nil
	}
	if logo, err = logoName(c.Logo); err != nil {
		return nil, "", err
	}
	files[logo] = c.Logo
	return files, logo, nil
}

// site routes a request to what is served for it. Static after construction.
type site struct {
	assets *assets
	pages  map[string]*content
	embed  embedding
}

func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	switch p := r.URL.Path; {
	case p == "/":
		s.pages["index.html"].serve(w, r)
	case p == "/bye":
		// Not "cookies": a host who leaves one session stays signed in.
		s.embed.allow(w.Header())
		w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
		s.pages["bye.html"].serve(w, r)
	case isLink(p):
		s.embed.allow(w.Header())
		s.pages["join.html"].serve(w, r)
	case p == "/robots.txt":
		serveRobots(w, r)
	case strings.HasPrefix(p, "/static/"):
		s.assets.serve(w, r)
	default:
		http.NotFound(w, r)
	}
}

// isLink tells whether a path is that of a link. Mail programs encode the '#'
// once or twice, and it then arrives as part of the path: the page itself
// finds the token there and takes it out of the address.
func isLink(path string) bool {
	rest, ok := strings.CutPrefix(path, "/j")
	return ok && (rest == "" || rest[0] == '#' || rest[0] == '%' || rest == "/")
}

func serveRobots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("User-agent: *\nDisallow: /\n"))
}

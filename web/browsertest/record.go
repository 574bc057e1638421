package browsertest

import (
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Request is one request that a page, a frame or a worker of it made.
type Request struct {
	Method string
	URL    string // http, https, ws or wss
}

// recorder keeps what a page did; the protocol's reader goroutine fills it.
type recorder struct {
	mu       sync.Mutex
	requests []Request // guarded by mu
	errors   []string  // guarded by mu
}

func (r *recorder) request(method, rawURL string) {
	scheme, _, _ := strings.Cut(rawURL, ":")
	if !slices.Contains([]string{"http", "https", "ws", "wss"}, scheme) {
		return // data, blob and about reach no network
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = append(r.requests, Request{Method: method, URL: rawURL})
}

func (r *recorder) consoleError(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errors = append(r.errors, text)
}

// Requests are the requests of this page so far, in order, websockets and
// workers included. (Media does not pass here: WebRTC is not a request.)
func (p *Page) Requests() []Request {
	p.rec.mu.Lock()
	defer p.rec.mu.Unlock()
	return slices.Clone(p.rec.requests)
}

// RequestsBeyond are the requests to any host and port other than that of the
// allowed origins, which are URLs such as "http://127.0.0.1:8080".
func (p *Page) RequestsBeyond(allowed ...string) []Request {
	hosts := map[string]bool{}
	for _, a := range allowed {
		hosts[hostOf(a)] = true
	}
	return slices.DeleteFunc(p.Requests(), func(r Request) bool { return hosts[hostOf(r.URL)] })
}

func hostOf(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return "" // allowed by nobody
	}
	return u.Host
}

// ConsoleErrors are the errors the console has shown so far: console.error,
// uncaught exceptions, unhandled rejections, and what the browser itself
// reports as an error, such as a violation of the content security policy.
func (p *Page) ConsoleErrors() []string {
	p.rec.mu.Lock()
	defer p.rec.mu.Unlock()
	return slices.Clone(p.rec.errors)
}

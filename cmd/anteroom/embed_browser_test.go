package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"anteroom/signaling/client"
	"anteroom/web/browsertest"
)

// framed has a page that is shown in a frame tell the page around it what it
// shows and what has the focus, a few times a second.
const framed = `
if (window !== window.top) setInterval(() => {
  const at = document.activeElement;
  window.top.postMessage({
    text: document.body?.innerText ?? '',
    focus: at && at !== document.body ? at.getAttribute('aria-label') ?? at.textContent.trim() : '',
    pictures: [...document.querySelectorAll('video')].filter((v) => v.videoWidth > 0).length,
  }, '*');
}, 50);
`

// portal is a page of another origin that shows pages of ours in a frame.
type portal struct {
	*browsertest.Page
	t   *testing.T
	url string
}

// newPortal serves the page on a port of its own: another origin.
func newPortal(t *testing.T, browser *browsertest.Browser) *portal {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprint(w, `<!doctype html><title>Portal</title><iframe title="Meeting" width="1000" height="700"
			allow="camera; microphone; display-capture; autoplay; fullscreen; clipboard-write; screen-wake-lock; speaker-selection"></iframe>
			<script>window.seen = {text: '', focus: '', from: []};
			addEventListener('message', (e) => { seen.from.push(e.origin); Object.assign(seen, e.data); });</script>`)
	}))
	t.Cleanup(server.Close)
	return &portal{browser.NewPage(t, browsertest.PageOptions{Preload: framed}), t, server.URL}
}

// embed shows an address in the frame.
func (p *portal) embed(address string) {
	p.t.Helper()
	p.Goto(p.url)
	p.Eval(fmt.Sprintf("void (document.querySelector('iframe').src = %q)", address), nil)
}

// press goes to a button in the frame with the keyboard, and presses it as a
// person does.
func (p *portal) press(name string) {
	p.t.Helper()
	p.Wait(fmt.Sprintf("seen.text.includes(%q)", name))
	for range 30 {
		var focus string
		p.Press("Tab")
		p.Eval("new Promise((done) => { seen.focus = null; const look = () => (seen.focus === null ? setTimeout(look, 20) : done(seen.focus)); look(); })", &focus)
		if focus == name {
			p.Press("Enter")
			return
		}
	}
	p.t.Fatalf("the keyboard does not get to %q", name)
}

func (p *portal) reads(text string) {
	p.t.Helper()
	p.Wait(fmt.Sprintf("seen.text.includes(%q)", text))
}

// A page of an origin that was named shows the page of a link in a frame, where a
// person gets a camera, is let in and leaves; the quick exit takes the whole
// window away. Another origin is refused, and nobody gets the hosts' page.
func TestEmbeddedInChromium(t *testing.T) {
	t.Parallel()
	browser := browsertest.Chromium(t)
	named, other := newPortal(t, browser), newPortal(t, browser)
	app := launch(t, func(c *Config) { c.EmbedOrigins = []string{named.url} })
	v := app.visit("S.", "M.")
	host := v.enter("Host")
	link := func(n int) string { return v.session.Guests[n].Link }

	named.embed(link(0))
	named.press("Check camera and microphone")
	named.Wait("seen.pictures === 1")
	named.press("Ask to join")
	named.reads("You are in the waiting room")
	waiting := v.see(host, func(view client.View) bool { return len(view.Door) == 1 && view.Door[0].Online })
	v.ok(host.Admit(v.within(), waiting.Door[0].Seat))
	v.see(host, func(view client.View) bool { return len(view.People) == 2 && view.People[1].Camera })
	named.press("Leave")
	named.reads("You have left")

	named.embed(link(1))
	named.reads("Check camera and microphone")
	named.press("Quick exit")
	named.Wait("location.href === 'about:blank'")

	for what, address := range map[string]string{"the link's page": link(1), "the hosts' page": app.URL() + "/", "signing in": app.SignInLink()} {
		for _, p := range []*portal{named, other} {
			if p == named && what == "the link's page" {
				continue
			}
			before := len(p.ConsoleErrors())
			p.embed(address)
			p.Wait("performance.getEntriesByType('resource').some((r) => r.initiatorType === 'iframe')")
			var from []string
			p.Eval("new Promise((done) => setTimeout(() => done(seen.from), 500))", &from)
			if strings.Contains(strings.Join(from, " "), app.URL()) {
				t.Errorf("%s is shown to %s", what, p.url)
			}
			if said := strings.Join(p.ConsoleErrors()[before:], "\n"); !strings.Contains(said, "frame-ancestors") {
				t.Errorf("%s is not refused for the frame: %s", what, said)
			}
		}
	}
}

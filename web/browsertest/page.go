package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// PageOptions are the choices for one page.
type PageOptions struct {
	// Width and Height of the viewport in CSS pixels; 0 is 1280 by 800.
	Width, Height int
	// Phone emulates a touch screen and a mobile viewport (Chromium only).
	Phone bool
	// Dark asks for the dark colour scheme (Chromium only; in Firefox set the
	// preference layout.css.prefers-color-scheme.content-override to 0).
	Dark bool
	// ReducedMotion asks for less movement (Chromium only; in Firefox set the
	// preference ui.prefersReducedMotion to 1).
	ReducedMotion bool
	// ForcedColors asks for the few colours that the person chose, in place of
	// the page's own (Chromium only).
	ForcedColors bool
	// TextSize is the size of text that the person chose in the browser, in
	// CSS pixels; 0 is 16 (Chromium only).
	TextSize int64
	// Locale is the person's language, "de" or "cy-GB"; "" is the browser's.
	Locale string
	// Profile puts the page into the browser's own profile instead of a fresh
	// context, so that what it leaves behind reaches the disk as it would on a
	// person's computer. See Browser.Quit.
	Profile bool
	// Preload is a script that runs in every document before its own scripts,
	// to take a feature away from the page, for example.
	Preload string
}

// Page is one person's tab.
type Page struct {
	t       testing.TB
	b       *Browser
	tab     tab
	rec     *recorder
	timeout time.Duration
	closed  *bool
}

// NewPage opens an empty page, isolated from all others of the browser. It
// closes with t, leaving a picture of itself in t.ArtifactDir if t failed.
func (b *Browser) NewPage(t testing.TB, opts ...PageOptions) *Page {
	t.Helper()
	var o PageOptions
	if len(opts) > 0 {
		o = opts[0]
	}
	if o.Width == 0 || o.Height == 0 {
		o.Width, o.Height = 1280, 800
	}
	p := &Page{t: t, b: b, rec: &recorder{}, timeout: b.timeout, closed: new(bool)}
	ctx, cancel := p.answering()
	defer cancel()
	var err error
	if p.tab, err = b.engine.open(ctx, o, p.rec); err != nil {
		t.Fatalf("browsertest: new page in %s: %v", b.name, err)
	}
	t.Cleanup(p.end)
	return p
}

// Within is the same page with another timeout for its methods.
func (p *Page) Within(d time.Duration) *Page {
	c := *p
	c.timeout = d
	return &c
}

// context bounds a step of a test by the page's timeout.
func (p *Page) context() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), p.timeout)
}

// answering bounds a single answer of the browser, which takes no time but what
// a busy machine adds.
func (p *Page) answering() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), max(p.timeout, DefaultTimeout))
}

// Goto opens a URL and returns when it has loaded.
func (p *Page) Goto(url string) {
	p.t.Helper()
	ctx, cancel := p.context()
	defer cancel()
	if err := p.tab.navigate(ctx, url); err != nil {
		p.fatalf("go to %s: %v", withoutFragment(url), err)
	}
}

// withoutFragment keeps the secrets of a link out of test logs.
func withoutFragment(url string) string {
	before, _, found := strings.Cut(url, "#")
	if found {
		return before + "#…"
	}
	return before
}

// Reload loads the page again, as the reload button does.
func (p *Page) Reload() {
	p.t.Helper()
	ctx, cancel := p.answering()
	defer cancel()
	if err := p.tab.reload(ctx); err != nil {
		p.fatalf("reload: %v", err)
	}
}

// Eval evaluates a JavaScript expression in the page, awaits it if it is a
// promise, and decodes its JSON form into out, which may be nil.
func (p *Page) Eval(expression string, out any) {
	p.t.Helper()
	if err := p.Try(expression, out); err != nil {
		p.fatalf("eval: %v", err)
	}
}

// Try is Eval for goroutines that may not end the test.
func (p *Page) Try(expression string, out any) error {
	ctx, cancel := p.context()
	defer cancel()
	s, err := p.tab.evaluate(ctx, "(async () => JSON.stringify(await (\n"+expression+"\n)))()")
	if err != nil || out == nil {
		return err
	}
	if s == "" {
		s = "null" // undefined has no JSON form
	}
	if err := json.Unmarshal([]byte(s), out); err != nil {
		return fmt.Errorf("decode %.200s: %w", s, err)
	}
	return nil
}

// Text is what the page shows, as text.
func (p *Page) Text() string {
	p.t.Helper()
	var s string
	p.Eval("document.body ? document.body.innerText : ''", &s)
	return s
}

// Status is what the page's status and alert regions say.
func (p *Page) Status() string {
	p.t.Helper()
	var s string
	p.Eval(statusExpression, &s)
	return s
}

const statusExpression = `[...document.querySelectorAll('[role=status],[role=alert],[role=log],output,[aria-live]')]
	.map(e => e.innerText.trim()).filter(Boolean).join(' | ')`

// Screenshot writes a PNG of the viewport to a file.
func (p *Page) Screenshot(path string) {
	p.t.Helper()
	if err := p.screenshot(path); err != nil {
		p.fatalf("screenshot: %v", err)
	}
}

func (p *Page) screenshot(path string) error {
	ctx, cancel := p.answering()
	defer cancel()
	png, err := p.tab.screenshot(ctx)
	if err != nil {
		return err
	}
	return os.WriteFile(path, png, 0o600)
}

// Offline cuts the page off from the network, or joins it again: requests and
// new websockets fail, and navigator.onLine says so. Websockets that are open
// and WebRTC go on; to cut those, and for Firefox, use a network of the test's
// own (Options.Network).
func (p *Page) Offline(off bool) {
	p.t.Helper()
	ctx, cancel := p.answering()
	defer cancel()
	if err := p.tab.offline(ctx, off); err != nil {
		p.fatalf("offline: %v", err)
	}
}

// Close closes the tab at once, as a person does; the page gets no chance to
// object.
func (p *Page) Close() {
	p.t.Helper()
	if err := p.close(); err != nil {
		p.t.Fatalf("browsertest: close page: %v", err)
	}
}

func (p *Page) close() error {
	if *p.closed || p.b.stopped {
		return nil
	}
	*p.closed = true
	ctx, cancel := p.answering()
	defer cancel()
	return p.tab.close(ctx)
}

func (p *Page) end() {
	if p.t.Failed() && !*p.closed && !p.b.stopped {
		p.keepPicture()
	}
	if err := p.close(); err != nil {
		p.t.Logf("browsertest: close page: %v", err)
	}
}

func (p *Page) keepPicture() {
	file := filepath.Join(p.t.ArtifactDir(), fmt.Sprintf("%s-%p.png", p.b.name, p.closed))
	if err := p.Within(5 * time.Second).screenshot(file); err != nil {
		p.t.Logf("browsertest: no picture of the page: %v", err)
	}
}

// fatalf fails the test with what the page shows.
func (p *Page) fatalf(format string, args ...any) {
	p.t.Helper()
	p.t.Fatalf("browsertest: %s: %s\n%s", p.b.name, fmt.Sprintf(format, args...), p.describe())
}

// describe says what a person would see on the page, and what went wrong in it.
func (p *Page) describe() string {
	var seen struct{ URL, Status, Text string }
	err := p.Within(10*time.Second).Try(`({
		URL: location.origin + location.pathname,
		Status: `+statusExpression+`,
		Text: (document.body ? document.body.innerText : '').replace(/\n\s*\n+/g, '\n').slice(0, 3000),
	})`, &seen)
	if err != nil {
		return fmt.Sprintf("(the page cannot be described: %v)", err)
	}
	return fmt.Sprintf("  at %s\n  status: %q\n  console errors: %q\n  visible text:\n%s",
		seen.URL, seen.Status, p.ConsoleErrors(), indent(seen.Text))
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(s, "\n", "\n    ")
}

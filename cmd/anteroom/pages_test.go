package main

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"anteroom/web/browsertest"
)

// variant is one way in which somebody may see the pages.
type variant struct {
	name string
	page browsertest.PageOptions
	// seenOnly: pictures are kept of its states, but they are not checked for
	// accessibility, because those of other variants are.
	seenOnly bool
}

// onPhone is somebody with a telephone who reads English, and onWide with a computer.
func onPhone(name string) variant {
	return variant{name: name, page: browsertest.PageOptions{Width: 390, Height: 844, Phone: true, Locale: "en-GB"}}
}

func onWide(name string) variant {
	return variant{name: name, page: browsertest.PageOptions{Width: 1280, Height: 800, Locale: "en-GB"}}
}

// variants are all in which every state is looked at. The darkness of one and the
// size of another need no accessibility check of their own: they are for people to look
// at, and made when somebody wants to (make pictures).
func variants() []variant {
	wide := onWide("wide-dark")
	wide.page.Dark = true
	all := []variant{onPhone("phone-light"), wide, helped()}
	if os.Getenv("ANTEROOM_TEST_PICTURES") == "" {
		return all
	}
	phone := onPhone("phone-dark")
	phone.page.Dark = true
	return append(all, phone.onlySeen(), onWide("wide-light").onlySeen())
}

func (v variant) onlySeen() variant {
	v.seenOnly = true
	return v
}

// helped is a small screen of somebody who set text to double its size, chose
// colours of their own, and wants nothing to move.
func helped() variant {
	return variant{name: "large-forced", page: browsertest.PageOptions{
		Width: 360, Height: 740, Phone: true, ReducedMotion: true, ForcedColors: true, Locale: "en-GB", TextSize: 32,
	}}
}

// walker visits state after state and looks at each: its picture is kept, and
// it has no accessibility violation.
type walker struct {
	*person
	variant variant
}

// newWalker opens a page with a script of its own before the page's.
func newWalker(t *testing.T, b *browsertest.Browser, v variant, preload string) *walker {
	t.Helper()
	o := v.page
	o.Preload = watchPeers + smallCamera + o.Preload + preload
	return &walker{person: &person{Page: b.NewPage(t, o), t: t, name: v.name}, variant: v}
}

// handedOut are the places on a page whose words a browser would write to its disk, or
// may send to somebody who checks spelling or translates.
const handedOut = `[
	...[...document.querySelectorAll('input, textarea, select')].filter((e) => !['checkbox', 'radio', 'hidden'].includes(e.type) && (!e.autocomplete || e.spellcheck || e.getAttribute('writingsuggestions') !== 'false')),
	...document.querySelectorAll('[dir=auto]:not([translate])'),
].map((e) => e.id || e.className || e.tagName).join(' ')`

// at checks and keeps the state that the page is in now.
func (w *walker) at(state string) {
	w.t.Helper()
	w.Wait("document.getAnimations().every((a) => a.playState !== 'running')")
	w.picture(state + "-" + w.variant.name)
	if !w.variant.seenOnly {
		for _, v := range w.Axe() {
			w.t.Errorf("%s: %v", state, v)
		}
	}
	var wide bool
	if w.Eval("document.scrollingElement.scrollWidth > document.documentElement.clientWidth", &wide); wide {
		w.t.Errorf("%s: the page is wider than the screen", state)
	}
	var words string
	if w.Eval(handedOut, &words); words != "" {
		w.t.Errorf("%s: a browser would keep or send the words in %s", state, words)
	}
}

// seesAndHears brings the pictures into sight first: what nobody sees is not sent.
func (w *walker) seesAndHears(others int) {
	w.t.Helper()
	w.Wait("document.querySelector('.tiles') !== null")
	w.Eval("document.querySelector('.tiles').scrollIntoView({ block: 'center' })", nil)
	w.person.seesAndHears(others)
}

// quiet checks that the page asked nobody else for anything, and that its
// console is clean but for refusals that the test brought about.
func (w *walker) quiet(origin string) {
	w.t.Helper()
	if beyond := w.RequestsBeyond(origin); len(beyond) > 0 {
		w.t.Errorf("the page asked others: %v", beyond)
	}
	for _, e := range w.ConsoleErrors() {
		if !strings.Contains(e, "Failed to load resource") {
			w.t.Errorf("console: %s", e)
		}
	}
}

// tabTo moves the focus by the Tab key alone until it is on an element of this
// accessible name, as somebody without a mouse does.
func (p *person) tabTo(name string) {
	p.t.Helper()
	const focused = `(() => { const e = document.activeElement; return e.getAttribute('aria-label')
		?? (e.labels?.length ? e.labels[0].innerText : e.innerText) ?? ''; })()`
	var seen []string
	for range 80 {
		var at string
		if p.Eval(focused, &at); strings.TrimSpace(at) == name {
			return
		}
		seen = append(seen, fmt.Sprintf("%.30q", at))
		p.Press("Tab")
	}
	p.t.Fatalf("%s: %q is not reached by Tab: %v", p.name, name, seen)
}

// key reaches a button by Tab and presses it by Enter.
func (p *person) key(name string) {
	p.t.Helper()
	p.WaitFor("button", name)
	p.tabTo(name)
	p.Press("Enter")
}

// originOf is where a link leads, without what is behind the host.
func originOf(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return u.Scheme + "://" + u.Host
}

package browsertest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
)

// each runs a test in both browsers.
func each(t *testing.T, test func(t *testing.T, b *Browser)) {
	t.Run("chromium", func(t *testing.T) { test(t, Chromium(t)) })
	t.Run("firefox", func(t *testing.T) { test(t, Firefox(t)) })
}

// TestPages runs what needs no browser of its own in one of each kind.
func TestPages(t *testing.T) {
	each(t, func(t *testing.T, b *Browser) {
		for name, test := range map[string]func(*testing.T, *Browser){
			"person": testPerson, "isolation": testIsolation, "navigation": testNavigation, "camera": testCamera,
			"records": testRecords, "axe": testAxe, "failures": testFailures,
		} {
			t.Run(name, func(t *testing.T) { test(t, b) })
		}
	})
}

// site serves testdata, any path below /echo/, and a websocket that is silent.
func site(t *testing.T) string {
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir("testdata")))
	mux.HandleFunc("/echo/", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Path) })
	mux.HandleFunc("/socket", func(w http.ResponseWriter, r *http.Request) {
		if c, err := new(websocket.Upgrader).Upgrade(w, r, nil); err == nil {
			defer c.Close()
			_, _, _ = c.ReadMessage() // until the page is gone
		}
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

// testPerson does what a person does on a page: read, click, type, press keys,
// reload.
func testPerson(t *testing.T, b *Browser) {
	p := b.NewPage(t)
	p.Goto(site(t))
	p.WaitText("Welcome")
	p.Click("button", "Ask to join")
	p.Wait("window.trusted === true")
	p.WaitStatus("asked")
	p.Click("button", "Late")
	p.WaitStatus("late clicked")

	p.Fill("Your name", "Zoë")
	p.Fill("Your name", "S. & co")
	p.Fill("Notes", "one\ntwo")
	p.Fill("Opens", "2031-02-03T04:05")
	p.Fill("Language", "Cymraeg")
	var got map[string]string
	p.Eval("Object.fromEntries(new FormData(document.forms[0]))", &got)
	want := map[string]string{"name": "S. & co", "notes": "one\ntwo", "opens": "2031-02-03T04:05", "language": "cy"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("form (-want +got):\n%s", diff)
	}
	p.Click("checkbox", "Remember")
	p.Wait("document.querySelector('#remember').checked")

	p.Press("Escape")
	p.WaitStatus("Escape")
	p.Press("Shift+Tab")
	p.WaitStatus("Tab shift")

	p.Reload()
	p.Wait("document.readyState === 'complete' && !window.trusted")
	if !p.HasButton("Ask to join") || p.HasButton("Hidden") || p.Has("link", "Ask to join") {
		t.Error("roles and names are not those of the page")
	}
}

// testIsolation holds that two pages are two people.
func testIsolation(t *testing.T, b *Browser) {
	url := site(t)
	one, two := b.NewPage(t), b.NewPage(t)
	for _, p := range []*Page{one, two} {
		p.Goto(url)
	}
	one.Eval("localStorage.setItem('who', 'one')", nil)
	var who *string
	if two.Eval("localStorage.getItem('who')", &who); who != nil {
		t.Errorf("the second person sees the storage of the first: %q", *who)
	}
	if one.Eval("localStorage.getItem('who')", &who); who == nil || *who != "one" {
		t.Error("the first person's storage is gone")
	}
}

// testNavigation holds that going to another fragment, page or back works, and
// that waiting survives it.
func testNavigation(t *testing.T, b *Browser) {
	url := site(t)
	p := b.NewPage(t)
	p.Goto(url + "#one")
	p.Goto(url + "#two")
	p.Wait("location.hash === '#two'")
	p.Eval("setTimeout(() => { location.href = '/echo/next' }, 100), 0", nil)
	p.WaitText("/echo/next")
	p.Eval("history.back(), 0", nil)
	p.WaitFor("button", "Ask to join")
	if got := p.Text(); !strings.Contains(got, "Welcome") {
		t.Errorf("text of the page: %q", got)
	}
}

// testCamera holds that each person has a camera and a microphone that work at
// the same time, in windows that are all visible.
func testCamera(t *testing.T, b *Browser) {
	url := site(t)
	for _, p := range []*Page{b.NewPage(t), b.NewPage(t)} {
		p.Goto(url)
		p.Click("button", "Camera")
		p.Wait("document.querySelector('video').videoWidth > 0 && document.visibilityState === 'visible'")
	}
}

// testRecords holds that requests, workers' too, and console errors are seen.
func testRecords(t *testing.T, b *Browser) {
	url := site(t)
	p := b.NewPage(t)
	p.Goto(url)
	if got := p.ConsoleErrors(); len(got) > 0 {
		t.Errorf("console errors before any were made: %q", got)
	}
	if got := p.RequestsBeyond(url); len(got) > 0 {
		t.Errorf("foreign requests before any were made: %v", got)
	}
	p.Eval("fetch('/echo/page').then(r => r.text())", nil)
	var answer string
	if p.Eval("fetch('http://elsewhere.example:8443/x').catch(() => 'unreachable')", &answer); answer != "unreachable" {
		t.Errorf("a name elsewhere was reached: %q", answer)
	}
	p.Eval("new Promise(r => { const w = new Worker('/worker.js'); w.onmessage = r; w.postMessage('http://worker.example:8443/y'); }).then(() => 1)", nil)
	p.Eval("new Promise(r => { const s = new WebSocket('ws://socket.example:8443/z'); s.onerror = s.onclose = r; }).then(() => 1)", nil)
	p.Eval("console.error('boom', 7)", nil)
	p.Eval("setTimeout(() => { throw new Error('uncaught boom') })", nil)
	waitUntil(t, func() bool {
		all := strings.Join(p.ConsoleErrors(), "\n")
		return strings.Contains(all, "boom 7") && strings.Contains(all, "uncaught boom")
	})
	waitUntil(t, func() bool { return len(p.RequestsBeyond(url)) >= 3 })
	var seen []string
	for _, r := range p.Requests() {
		seen = append(seen, r.URL)
	}
	all := strings.Join(seen, " ")
	for _, part := range []string{url + "/ ", "/echo/page", "elsewhere.example", "worker.js", "worker.example", "socket.example"} {
		if !strings.Contains(all, part) {
			t.Errorf("request for %s not recorded in %s", part, all)
		}
	}
}

// waitUntil looks at a condition of the test itself until it holds.
func waitUntil(t *testing.T, condition func() bool) {
	t.Helper()
	deadline := time.After(DefaultTimeout)
	tick := time.NewTicker(pollPause)
	defer tick.Stop()
	for !condition() {
		select {
		case <-deadline:
			t.Fatal("condition does not hold")
		case <-tick.C:
		}
	}
}

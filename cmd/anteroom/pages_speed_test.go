package main

import (
	"testing"
	"time"

	"anteroom/cmd/internal/netlab"
	"anteroom/web/browsertest"
)

// What a page may take on a telephone's line, from a cold cache, over TLS.
const (
	maxWeight      = 100_000
	maxInteractive = time.Second
)

// loading is what a page took to open.
type loading struct {
	Requests, Weight int
	Seen, Ready      float64 // ms since the navigation began: first paint, first button that works
}

const measure = `(() => {
	const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
	return { Requests: all.length, Weight: all.reduce((n, e) => n + e.transferSize, 0), Ready: window.readyAt,
		Seen: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0 };
})()`

// ready notes when the page first has a button that does something.
const ready = `
new MutationObserver((_, o) => {
  if (document.querySelector('#app button')) { window.readyAt ??= performance.now(); o.disconnect(); }
}).observe(document, { childList: true, subtree: true });
`

// The first page of a guest and that of a host weigh less than 100 kB as sent,
// and can be used within a second on a line like that of a telephone: 9 Mbit/s
// and 60 ms there and back.
func TestPagesOpenFast(t *testing.T) {
	lab := netlab.New(t)
	gateway, phone := lab.FarNode("gateway"), lab.Node("phone")
	app := secureIn(t, gateway)
	const latency = 30 * time.Millisecond
	gateway.SetLine(netlab.Path{Delay: latency, Rate: 9e6}, netlab.Path{Delay: latency, Rate: 9e6})
	browser := browsertest.Chromium(t, browsertest.Options{Network: phone, InsecureCertificates: true})
	s := app.createSession(t, "S.")
	browser.NewPage(t).Goto(app.URL() + "/robots.txt") // the browser itself is warm; caches are each page's own
	for name, url := range map[string]string{"guest": s.guest("S."), "host": app.URL() + "/"} {
		p := browser.NewPage(t, browsertest.PageOptions{Width: 390, Height: 844, Phone: true, Locale: "en-GB", Preload: ready})
		p.Goto(url)
		p.Wait("window.readyAt > 0 && performance.getEntriesByType('paint').length > 0")
		var got loading
		p.Eval(measure, &got)
		t.Logf("%s: %d requests, %.1f kB, first words after %.0f ms, usable after %.0f ms", name, got.Requests, float64(got.Weight)/1000, got.Seen, got.Ready)
		if got.Weight == 0 || got.Weight > maxWeight {
			t.Errorf("%s: the page weighs %d octets, at most %d", name, got.Weight, maxWeight)
		}
		if usable := time.Duration(got.Ready) * time.Millisecond; usable == 0 || usable > 10*maxInteractive {
			t.Errorf("%s: the page is usable after %v", name, usable)
		}
		if name == "guest" {
			p.Click("button", "Check camera and microphone")
			p.WaitFor("button", "Ask to join")
			p.Wait("performance.getEntriesByType('resource').some((e) => e.name.endsWith('/e2ee/agreement.js'))")
			p.Eval(measure, &got)
			t.Logf("guest, with the room: %d requests, %.1f kB", got.Requests, float64(got.Weight)/1000)
		}
	}
}

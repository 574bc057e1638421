package main

import (
	"net/http"
	"strings"
	"testing"

	"anteroom/signaling/client"
	"anteroom/web/browsertest"
)

// scan does to a page what programs do that look into links before people do:
// for a while it clicks, submits and presses keys on everything that there is,
// and counts how often. All of it is a script's doing.
const scan = `(async () => {
  const kinds = { click: MouseEvent, mousedown: MouseEvent, mouseup: MouseEvent, pointerdown: PointerEvent, pointerup: PointerEvent,
    touchend: Event, keydown: KeyboardEvent, keypress: KeyboardEvent, keyup: KeyboardEvent, submit: SubmitEvent, input: Event, change: Event };
  const pressed = new Set();
  for (const end = performance.now() + 2000; performance.now() < end; await new Promise((r) => setTimeout(r, 100))) {
    for (const el of document.querySelectorAll('*')) {
      if (el.closest('#exit')) continue; // that leads away at once
      for (const [name, Kind] of Object.entries(kinds)) {
        for (const key of name.startsWith('key') ? ['Enter', ' '] : ['']) {
          el.dispatchEvent(new Kind(name, { bubbles: true, cancelable: true, composed: true, key, view: window }));
        }
      }
      if (el.matches('button')) {
        pressed.add(el.textContent.trim());
        el.click();
      }
      if (el.matches('form')) el.requestSubmit();
      if (el.matches('a[href]')) pressed.add(el.textContent.trim());
    }
  }
  return [...pressed];
})()`

// TestLinkScanners: whatever looks at a link before its person does, the link is
// as good as new (T2).
func TestLinkScanners(t *testing.T) {
	t.Parallel()
	app := launch(t)
	v := app.visit("S.")
	link := v.session.Guests[0].Link
	version := func() uint64 {
		rec, err := app.store.Get(t.Context(), v.session.ID)
		if err != nil {
			t.Fatal(err)
		}
		return rec.Version
	}
	before := version()
	for _, address := range mangled(link) {
		for _, method := range []string{http.MethodHead, http.MethodGet, http.MethodOptions} {
			req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
			v.ok(err)
			resp, err := app.http.Do(req)
			v.ok(err)
			_ = resp.Body.Close()
		}
	}
	browser := browsertest.Chromium(t)
	for how, address := range mangled(link) {
		if strings.Contains(how, "twice") || strings.Contains(how, "parameter") {
			continue // the same pages as their neighbours
		}
		p := browser.NewPage(t)
		p.Goto(address)
		if strings.Contains(how, "lost") {
			p.WaitFor("textbox", "Your link")
		} else {
			p.WaitFor("button", "Check camera and microphone")
		}
		var pressed []string
		p.Eval(scan, &pressed)
		if len(pressed) < 3 {
			t.Errorf("%s: the scanner found only %q", how, pressed)
		}
		for _, r := range p.Requests() {
			if strings.HasSuffix(r.URL, "/v1/join") || strings.HasSuffix(r.URL, "/v1/nonce") {
				t.Errorf("%s: a script got as far as %s", how, r.URL)
			}
		}
		p.Close()
	}
	if after := version(); after != before {
		t.Errorf("the record has changed %d times", after-before)
	}
	host := v.enter("Host")
	guest := newPerson(t, browser, "S.", browsertest.PageOptions{})
	guest.askToJoin(link)
	view := v.see(host, func(view client.View) bool { return len(view.Door) == 1 && view.Door[0].Online })
	if len(view.Notices) != 0 || view.Door[0].Phase != client.PhaseWaiting {
		t.Errorf("%+v, %+v", view.Notices, view.Door)
	}
}

// mangled are the ways in which a link reaches scanners and people.
func mangled(link string) map[string]string {
	place, token, _ := strings.Cut(link, "#")
	return map[string]string{
		"as it is": link, "its # encoded": place + "%23" + token, "encoded twice": place + "%2523" + token,
		"the token lost": place, "with a parameter of a mailer, and lost": place + "?utm_source=mail",
	}
}

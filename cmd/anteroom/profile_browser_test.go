package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"anteroom/web/browsertest"
)

// TestNothingIsLeftInTheBrowser holds a session in a browser with a profile of
// its own, as on somebody's computer, and reads all that the browser wrote: there
// is the address and a link that opens nothing any more, and no word of the
// session. The page sent nothing to anybody else.
func TestNothingIsLeftInTheBrowser(t *testing.T) {
	t.Parallel()
	app := launch(t)
	c := canaries{}
	s := app.createWith(t, map[string]any{
		"title": c.sing("title"), "greeting": c.sing("greeting"), "recognition": c.sing("recognition phrase"), "plan_b": c.sing("plan B"),
		"ground_rules": c.sing("ground rules"), "passcode": c.sing("passcode"), "policy": map[string]any{"auto_lock": false},
	}, c.sing("label"))
	browser := browsertest.Chromium(t)
	host := newPerson(t, browser, "host", browsertest.PageOptions{})
	guest := newPerson(t, browser, "guest", browsertest.PageOptions{Profile: true})
	host.enter(s.host())
	guest.Goto(s.guest(c["label"]))
	guest.WaitText(c["greeting"])
	guest.Click("button", "Check camera and microphone")
	guest.Fill("Passcode", c["passcode"])
	guest.Click("button", "Ask to join")
	host.Click("button", "Admit "+c["label"])
	guest.seesAndHears(1)
	guest.WaitText(c["label"])
	host.Click("button", "Messages")
	guest.Click("button", "Messages")
	guest.Fill("Your message", c.sing("chat"))
	writtenToDisk(t, browser) // as if it took its writer a while
	guest.Click("button", "Send")
	host.WaitText(c["chat"])
	c["seat's key"] = seatKey(guest)

	guest.Click("button", "Leave")
	guest.WaitText("You have left")
	host.Click("button", "People")
	host.Click("button", "End for everyone")
	host.confirmEnd()
	host.WaitText("has ended")
	showsNothing(t, c, guest)
	again := newPerson(t, browser, "again", browsertest.PageOptions{Profile: true})
	again.Goto(s.guest(c["label"]))
	again.WaitText("This session has ended")
	showsNothing(t, c, again)
	for _, p := range []*person{guest, again, host} {
		if strangers := p.RequestsBeyond(app.URL()); len(strangers) != 0 {
			t.Errorf("%s's page asked others: %v", p.name, strangers)
		}
	}

	control := plant(t, newPerson(t, browser, "control", browsertest.PageOptions{Profile: true}))
	browser.Quit(t)
	left := readAll(t, browser.Home())
	if len(control.found(left)) == 0 {
		t.Error("the title of another page that was opened in this browser is not found: the search is blind")
	}
	for _, found := range c.found(left) {
		t.Errorf("the browser keeps the %s", found)
	}
}

// seatKey is the secret part of the key that the page would keep for a reload. The
// page is told that it goes, and what it writes is taken away at once, before the
// browser brings it to the disk.
func seatKey(p *person) string {
	p.t.Helper()
	var d string
	p.Eval(`(() => {
		if (sessionStorage.length !== 0) throw new Error('the page keeps something while it is there');
		dispatchEvent(new Event('pagehide'));
		const kept = JSON.parse(sessionStorage.getItem('seat'));
		sessionStorage.removeItem('seat');
		return kept.jwk.d;
	})()`, &d)
	if len(d) < 40 {
		p.t.Fatal("the page keeps no key for a reload")
	}
	return d
}

// showsNothing looks for words of the session on the page, in its storage, and on
// the page before.
func showsNothing(t *testing.T, c canaries, p *person) {
	t.Helper()
	look := func(when string) {
		t.Helper()
		if found := c.found([]byte(p.Text())); len(found) != 0 {
			t.Errorf("%s's page shows, %s: %q", p.name, when, found)
		}
	}
	look("at the end")
	var kept []string // of a link that was refused, the link and what its token says, for a reload to say so again
	p.Eval("[...Object.keys(localStorage), ...Object.keys(JSON.parse(sessionStorage.getItem('seat') ?? '{}'))].sort()", &kept)
	if extra := slices.DeleteFunc(kept, func(k string) bool { return k == "jti" || k == "invite" || k == "token" }); len(extra) != 0 {
		t.Errorf("%s's page keeps %q", p.name, extra)
	}
	var at string
	p.Eval("(setTimeout(() => history.back(), 0), location.href)", &at)
	p.Wait("location.href !== '" + at + "' && document.readyState === 'complete'")
	look("after going back")
}

// plant opens a page of another server whose title is a canary.
func plant(t *testing.T, p *person) canaries {
	t.Helper()
	c := canaries{}
	title := c.sing("title")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>" + title + "</title><p>control"))
	}))
	t.Cleanup(server.Close)
	p.Goto(server.URL)
	p.WaitText("control")
	p.Goto("about:blank")
	return c
}

// readAll is all that lies below a directory, names included.
func readAll(t *testing.T, dir string) []byte {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		all.WriteString(path)
		all.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return []byte(all.String())
}

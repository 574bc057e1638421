package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"anteroom/web/browsertest"
)

// TestWhatIsTypedIsNotKept: browsers write what stands in a page's fields to their
// disk every few seconds, to bring tabs back. Of ours they keep nothing: not what a
// host writes about a session, nor the invitation with the link. (Firefox does the
// same by the same attribute, but less often than a test can wait for; that each field
// of each page has it, in both, TestEveryState holds.)
func TestWhatIsTypedIsNotKept(t *testing.T) {
	t.Parallel()
	app, browser, c := launch(t), browsertest.Chromium(t), canaries{}
	invitation := newPerson(t, browser, "invitation", browsertest.PageOptions{Profile: true})
	invitation.draft(app, c)
	invitation.Click("button", "Create")
	invitation.Click("button", "Invitation for "+c["Person 1"])
	invitation.Wait("document.querySelector('textarea').value.includes('/j#')")
	var link string
	invitation.Eval("document.querySelector('textarea').value.match(/j#(\\S+)/)[1]", &link)
	c["link"] = link[len(link)-60:]
	newPerson(t, browser, "draft", browsertest.PageOptions{Profile: true}).draft(app, c)
	writtenToDisk(t, browser)
	browser.Quit(t)
	for _, found := range c.found(readAll(t, browser.Home())) {
		t.Errorf("the browser keeps the %s", found)
	}
}

// draft begins a session whose every word is a canary.
func (p *person) draft(app *launched, c canaries) {
	p.t.Helper()
	p.Goto(app.SignInLink())
	p.Click("button", "New session")
	p.Eval("document.querySelectorAll('details.unfolding:not([open]) summary').forEach((s) => s.click())", nil)
	for _, field := range []string{"Person 1", "Title (optional)", "Greeting", "Recognition phrase", "Passcode", "Plan B", "Ground rules"} {
		p.Fill(field, c.sing(field))
	}
}

// writtenToDisk types something into another page of the browser's own profile, that
// of a server like most, and waits until the browser has that on its disk; and again,
// so that all that stood in other pages' fields before has had its turn.
func writtenToDisk(t *testing.T, b *browsertest.Browser) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>control</title><label>Control <textarea></textarea></label>"))
	}))
	defer server.Close()
	p := newPerson(t, b, "control", browsertest.PageOptions{Profile: true})
	defer p.Close()
	p.Goto(server.URL)
	for range 2 {
		c := canaries{}
		p.Fill("Control", c.sing("control"))
		for deadline := time.Now().Add(time.Minute); len(c.found(readAll(t, b.Home()))) == 0; {
			if time.Now().After(deadline) {
				t.Fatal("what is typed on another page does not get to the disk: the search is blind")
			}
			p.Eval("new Promise((settle) => setTimeout(settle, 200))", nil)
		}
	}
}

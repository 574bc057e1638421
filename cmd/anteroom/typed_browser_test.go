package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"anteroom/web/browsertest"
)

// TestWhatIsTypedIsNotKept: browsers write what stands in a page's fields to their
// disk every few seconds, to bring a tab back. Of ours they keep nothing: not what a
// host writes about a session, nor the invitation with the link in it.
func TestWhatIsTypedIsNotKept(t *testing.T) {
	t.Parallel()
	app := launch(t)
	soon := browsertest.Options{Prefs: map[string]any{"browser.sessionstore.interval": 500}}
	for _, browser := range []*browsertest.Browser{browsertest.Chromium(t), browsertest.Firefox(t, soon)} {
		t.Run(browser.Name(), func(t *testing.T) {
			c := canaries{}
			desk := newPerson(t, browser, "desk", browsertest.PageOptions{Profile: true})
			desk.Goto(app.SignInLink())
			desk.Click("button", "New session")
			desk.Eval("document.querySelectorAll('details.unfolding:not([open]) summary').forEach((s) => s.click())", nil)
			for _, field := range []string{"Person 1", "Title (optional)", "Greeting", "Recognition phrase", "Passcode", "Plan B", "Ground rules"} {
				desk.Fill(field, c.sing(field))
			}
			writtenToDisk(t, browser)
			desk.Click("button", "Create")
			desk.Click("button", "Invitation for "+c["Person 1"])
			desk.Wait("document.querySelector('textarea').value.includes('/j#')")
			var link string
			desk.Eval("document.querySelector('textarea').value.match(/j#(\\S+)/)[1]", &link)
			c["link"] = link[len(link)-60:]
			writtenToDisk(t, browser)
			for _, found := range c.found(readAll(t, browser.Home())) {
				t.Errorf("%s keeps the %s", browser.Name(), found)
			}
		})
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
		for deadline := time.Now().Add(30 * time.Second); len(c.found(readAll(t, b.Home()))) == 0; {
			if time.Now().After(deadline) {
				t.Fatal("what is typed on another page is not on the disk: the search is blind")
			}
			p.Eval("new Promise((settle) => setTimeout(settle, 200))", nil)
		}
	}
}

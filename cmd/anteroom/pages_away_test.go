package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"anteroom/signaling/client"
	"anteroom/web/browsertest"
)

// sleeps lets a test say that the page is out of sight, and close its sockets.
const sleeps = `
window.sockets = [];
window.WebSocket = class extends window.WebSocket { constructor(...args) { super(...args); window.sockets.push(this); } };
window.asleep = (on) => {
  Object.defineProperty(document, 'hidden', { configurable: true, value: on });
  Object.defineProperty(document, 'visibilityState', { configurable: true, value: on ? 'hidden' : 'visible' });
  document.dispatchEvent(new Event('visibilitychange'));
};
`

// unwarned makes the page go as one that a phone throws away: it hears nothing.
const unwarned = `
for (const event of ['pagehide', 'beforeunload', 'unload']) addEventListener(event, (e) => e.stopImmediatePropagation(), true);
`

const keepsSeat = "sessionStorage.getItem('seat') !== null"

// A phone throws a page away that is out of sight: it comes back to its seat.
// While it is seen, and always on a computer, nothing lies in the browser.
func TestAPhoneThatThrowsThePageAwayKeepsTheSeat(t *testing.T) {
	t.Parallel()
	app := launch(t)
	v := app.visit("S.", "M.")
	host := v.enter("Host")
	browser := browsertest.Chromium(t)
	phone := newWalker(t, browser, onPhone("phone"), sleeps+unwarned)
	computer := newWalker(t, browser, onWide("wide"), sleeps)
	seats := map[string]string{}
	for i, p := range []*walker{phone, computer} {
		label := v.session.Guests[i].Label
		p.askToJoin(v.session.Guests[i].Link)
		view := v.see(host, func(view client.View) bool {
			return len(view.Door) == 1 && view.Door[0].Label == label && view.Door[0].Online
		})
		seats[label] = view.Door[0].Seat
		v.ok(host.Admit(v.within(), seats[label]))
		p.WaitStatus("You are in the room")
		p.Wait("!(" + keepsSeat + ")")
		p.Eval("window.asleep(true)", nil)
	}
	phone.Wait(keepsSeat)
	computer.Wait("!(" + keepsSeat + ")")
	phone.Eval("window.asleep(false)", nil)
	phone.Wait("!(" + keepsSeat + ")")

	phone.Eval("window.asleep(true)", nil)
	phone.Reload()
	phone.WaitStatus("You are in the room")
	phone.Wait("!(" + keepsSeat + ")")
	view := v.see(host, func(view client.View) bool { p, _ := view.Person(seats["S."]); return p.Online })
	if len(view.Door) != 0 || view.State("S.") != "in" {
		t.Errorf("S. is %q, and %d are at the door", view.State("S."), len(view.Door))
	}
}

// The screen of a phone stays on while somebody waits, and no longer.
func TestTheScreenStaysOnWhileSomebodyWaits(t *testing.T) {
	t.Parallel()
	app := launch(t)
	s := app.createSession(t, "S.")
	const locks = `
window.locks = [];
navigator.wakeLock.request = ((real) => async (kind) => { const lock = await real.call(navigator.wakeLock, kind); window.locks.push(lock); return lock; })(navigator.wakeLock.request);
`
	p := newWalker(t, browsertest.Chromium(t), onPhone("phone"), sleeps+locks)
	p.open(s.guest("S."))
	p.WaitFor("button", "Ask to join")
	p.Wait("window.locks.length === 0")
	p.Click("button", "Ask to join")
	p.WaitStatus("waiting room")
	p.Wait("window.locks.length === 1 && !window.locks[0].released")
	p.Eval("window.locks[0].release()", nil) // as the browser does when the page is out of sight
	p.Eval("window.asleep(true)", nil)
	p.Wait("window.locks.every((l) => l.released)")
	p.Eval("window.asleep(false)", nil)
	p.Wait("window.locks.length === 2 && !window.locks[1].released")
	app.end(s)
	p.WaitText("has ended")
}

// Whoever comes to a door is told of on the hosts' page, out of sight too, by a
// sound and by the window's name; without the sound for those who switch it off.
func TestTheDeskTellsOfArrivals(t *testing.T) {
	t.Parallel()
	app := launch(t)
	v := app.visit("S.", "M.")
	const notes = `
window.notes = 0;
AudioScheduledSourceNode.prototype.start = ((real) => function (...when) { window.notes++; return real.apply(this, when); })(AudioScheduledSourceNode.prototype.start);
`
	d := newWalker(t, browsertest.Chromium(t), onWide("wide"), heard+sleeps+notes)
	d.Goto(app.SignInLink())
	d.WaitText("2 people")
	d.Click("checkbox", "A soft sound when somebody comes to a door") // off, and on again: it is played
	d.Click("checkbox", "A soft sound when somebody comes to a door")
	d.Wait("window.notes === 2")
	d.Eval("window.asleep(true)", nil)
	v.enter("S.")
	d.hears("S. is waiting at the door.")
	d.Wait("window.notes === 4 && document.title === '(1) Hello'")
	d.Eval("window.asleep(false)", nil)
	d.Wait("document.title === 'Hello'")
	d.Click("checkbox", "A soft sound when somebody comes to a door")
	v.enter("M.")
	d.hears("M. is waiting at the door.")
	d.Wait("window.notes === 4")
	d.at("46-desk-arrivals")
}

// One press closes everything: another page is there, Back shows nothing, the
// browser keeps nothing, and the host sees that the person has gone.
func TestQuickExit(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Weather</title><p>Sun and showers"))
	}))
	t.Cleanup(elsewhere.Close)
	app := launch(t, func(c *Config) { c.ExitURL = elsewhere.URL })
	v := app.visit("S.", "M.")
	host := v.enter("Host")
	o := browsertest.Options{InsecureCertificates: true}
	for i, browser := range []*browsertest.Browser{browsertest.Chromium(t, o), browsertest.Firefox(t, o)} {
		p := newWalker(t, browser, onWide(browser.Name()), "")
		p.Goto(app.URL() + "/robots.txt")
		p.askToJoin(v.session.Guests[i].Link)
		p.WaitStatus("waiting room")
		v.see(host, func(view client.View) bool { return len(view.Door) == 1 && view.Door[0].Online })
		p.Click("button", "Quick exit")
		p.WaitText("Sun and showers")
		v.see(host, func(view client.View) bool { return view.State(v.session.Guests[i].Label) == "left" })
		p.Eval("(setTimeout(() => history.back(), 0), 1)", nil)
		p.Wait("location.pathname === '/robots.txt' && document.readyState === 'complete'")
		p.Wait("sessionStorage.length === 0 && localStorage.length === 0 && document.cookie === '' && window.name === ''")
	}
}

package web_test

import (
	"slices"
	"strings"
	"testing"

	"anteroom/web/browsertest"
)

// ears keeps what the page copies and what files it makes, which a test could
// otherwise not see without asking the browser for permission.
const ears = `
window.copied = []; window.made = []; window.heard = [];
Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied.push(text); } } });
const make = URL.createObjectURL;
URL.createObjectURL = (blob) => { blob.text().then((text) => window.made.push(text)); return make.call(URL, blob); };
addEventListener('DOMContentLoaded', () => new MutationObserver((all) => all.forEach((m) => m.addedNodes.forEach((n) => window.heard.push(n.textContent))))
	.observe(document.getElementById('announce'), { childList: true }));`

func TestDeskInChromium(t *testing.T) {
	browser := browsertest.Chromium(t)
	desk(t, browser.NewPage(t, browsertest.PageOptions{Width: 390, Height: 844, Phone: true, Dark: true, Locale: "en-GB", Preload: ears}))
}

// A sign-in that the browser does not keep is told, and not asked for again in silence.
func TestSignInThatIsNotKept(t *testing.T) {
	g := &gateway{forgets: true}
	origin := g.serve(t)
	p := browsertest.Chromium(t).NewPage(t, browsertest.PageOptions{Width: 390, Height: 844, Phone: true, Locale: "en-GB"})
	p.Goto(origin + "/#signin=" + signInToken)
	p.WaitText("the browser did not keep it")
	p.Wait("document.activeElement.id === 'entry-failed'")
	p.Fill("Sign-in link", signInToken)
	p.Click("button", "Sign in")
	p.WaitText("the browser did not keep it")
	accessible(t, p, "not kept")
}

func TestDeskInFirefox(t *testing.T) {
	browser := browsertest.Firefox(t)
	desk(t, browser.NewPage(t, browsertest.PageOptions{Locale: "en-GB", Preload: ears}))
}

// desk is a host's way through the page: in, a session, its links, its end.
func desk(t *testing.T, p *browsertest.Page) {
	g := &gateway{}
	origin := g.serve(t)
	signsIn(t, p, origin)
	makesSession(t, p, g)
	handsOutLinks(t, p)
	seesWhoComes(t, p, g)
	ends(t, p)
	if beyond := p.RequestsBeyond(origin); len(beyond) > 0 {
		t.Errorf("the page asked others: %v", beyond)
	}
	for _, e := range p.ConsoleErrors() {
		if !strings.Contains(e, "401") {
			t.Errorf("console: %s", e)
		}
	}
}

func signsIn(t *testing.T, p *browsertest.Page, origin string) {
	p.Goto(origin + "/")
	p.WaitFor("button", "Sign in")
	accessible(t, p, "sign-in")
	p.Fill("Sign-in link", "hello")
	p.Click("button", "Sign in")
	p.WaitText("no complete sign-in link")
	p.Goto(origin + "/#signin=" + signInToken)
	p.WaitFor("button", "New session")
	var address string
	p.Eval("location.href", &address)
	if address != origin+"/" {
		t.Errorf("the address is %q after signing in", address)
	}
	accessible(t, p, "empty list")
}

func makesSession(t *testing.T, p *browsertest.Page, g *gateway) {
	p.Click("button", "New session")
	p.WaitFor("button", "Create")
	p.Click("button", "Create")
	p.WaitText("at least one person")
	p.Wait("document.activeElement.id === 'guests-0'")
	// By keyboard alone: Enter makes the next line.
	p.Type("S.")
	p.Press("Enter")
	p.Wait("document.activeElement.id === 'guests-1'")
	p.Type("Sarah Miller")
	p.WaitText("looks like a full name")
	p.Fill("Person 2", "M.")
	accessible(t, p, "form")
	p.Click("button", "Create")
	p.WaitFor("button", "Copy link for M.")
	asked := g.request()
	if !slices.Equal(asked.Guests, []label{{"S."}, {"M."}}) || !slices.Equal(asked.Hosts, []label{{"Host"}}) {
		t.Errorf("asked for guests %v and hosts %v", asked.Guests, asked.Hosts)
	}
	if asked.Opens != "" || asked.Closes == "" || asked.Policy["auto_lock"] != true {
		t.Errorf("asked for %+v", asked)
	}
	accessible(t, p, "links")
}

func handsOutLinks(t *testing.T, p *browsertest.Page) {
	p.Click("button", "Copy link for S.")
	p.Wait("window.copied.length === 1")
	p.Click("button", "New link for S.")
	p.WaitFor("button", "Yes, make a new link")
	accessible(t, p, "question")
	p.Click("button", "Yes, make a new link")
	p.Wait("document.activeElement.textContent === 'Copy link for S.'")
	p.Click("button", "Copy link for S.")
	p.Wait("window.copied.length === 2")
	var copied []string
	p.Eval("window.copied", &copied)
	if want := []string{"https://hello.example/j#LINK2", "https://hello.example/j#LINK4"}; !slices.Equal(copied, want) {
		t.Errorf("copied %q, want %q", copied, want)
	}
	p.Click("button", "Calendar file")
	p.Wait("window.made.length === 1")
	var file string
	p.Eval("window.made[0]", &file)
	if !strings.Contains(file, "DTSTART:20261122T170000Z\r\n") || !strings.Contains(file, "SUMMARY:Hello\r\n") || strings.Contains(file, "LINK") || strings.Contains(file, "http") {
		t.Errorf("the calendar file is\n%s", file)
	}
	var kept int
	p.Eval("localStorage.length + sessionStorage.length", &kept)
	if kept != 0 {
		t.Errorf("the page keeps %d things", kept)
	}
}

func seesWhoComes(t *testing.T, p *browsertest.Page, g *gateway) {
	g.comes(0)
	p.Wait("window.heard.includes('S. is waiting at the door.')")
	p.Click("button", "All sessions")
	p.WaitFor("button", "New session")
	p.WaitText("2 people: 1 waiting")
	accessible(t, p, "list")
}

func ends(t *testing.T, p *browsertest.Page) {
	p.Eval("document.querySelector('.session button').click()", nil)
	p.WaitFor("button", "End session")
	p.Click("button", "End session")
	p.Click("button", "Yes, end and erase")
	p.WaitText("No sessions yet")
	var links bool
	p.Eval("document.documentElement.outerHTML.includes('LINK')", &links)
	if links {
		t.Error("links are still on the page after the end")
	}
}

func accessible(t *testing.T, p *browsertest.Page, where string) {
	t.Helper()
	for _, v := range p.Axe() {
		t.Errorf("%s: %s", where, v)
	}
}

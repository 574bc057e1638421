package main

import (
	"testing"
	"time"

	"anteroom/cmd/internal/netlab"
	"anteroom/web/browsertest"
)

// ownWordsOf makes the operator say something about itself.
func ownWordsOf(c *Config) {
	c.Practice = Practice{Name: "Harbour Practice", Location: "a data centre in Cardiff, Wales", Contact: "hello@harbour.example", Reviewed: "1 November 2026"}
	c.Crisis = Crisis{Reviewed: "1 November 2026", Resources: []Resource{
		{Name: "Samaritans", Phone: "116 123", URL: "https://www.samaritans.org"},
		{Name: "Emergency services", Phone: "999", Text: "When somebody is in danger now."},
	}}
}

// Every state of every page, on a phone and on a wide screen, light and dark:
// no accessibility violation, nothing wider than the screen, no request to
// anybody else. The pictures are for people to look at.
func TestEveryState(t *testing.T) {
	t.Parallel()
	app, withAccounts := launch(t, ownWordsOf), launch(t, ownWordsOf, atLocalhost)
	browser := browsertest.Chromium(t)
	for _, v := range variants() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			before(t, app, browser, v)
			together(t, app, browser, v)
			deskStates(t, app, browser, v)
			if !v.seenOnly {
				accountStates(t, withAccounts, browser, v)
			}
		})
	}
}

// The same states in Firefox, which draws and speaks them by itself. (It does
// not connect to a loopback address: so in a network of the test's own.)
func TestEveryStateInFirefox(t *testing.T) {
	t.Parallel()
	lab := netlab.New(t)
	app := launchIn(t, lab.Node("gateway"), ownWordsOf)
	browser := browsertest.Firefox(t, browsertest.Options{Network: lab.Node("people"), SecureOrigins: []string{app.URL()}})
	v := variant{name: "firefox", page: browsertest.PageOptions{Width: 390, Height: 844, Locale: "en-GB"}, seenOnly: true}
	before(t, app, browser, v)
	together(t, app, browser, v)
	deskStates(t, app, browser, v)
}

// before are the pages up to the door, and those that end the way.
func before(t *testing.T, app *launched, b *browsertest.Browser, v variant) {
	g := newWalker(t, b, v, "")
	g.Goto(app.URL() + "/j")
	g.WaitFor("button", "Open")
	g.at("01-paste")
	g.Fill("Your link", "no link")
	g.Click("button", "Open")
	g.WaitText("no complete link")
	g.at("02-paste-wrong")

	later := app.createWith(t, map[string]any{"opens": time.Now().Add(3 * time.Hour).UTC().Format(time.RFC3339), "closes": time.Now().Add(4 * time.Hour).UTC().Format(time.RFC3339)}, "S.")
	g.Goto(app.URL() + "/bye")
	g.WaitText("You have left")
	g.WaitText("Samaritans")
	g.at("03-bye")
	g.Goto(later.guest("S."))
	g.WaitText("a little early")
	g.at("04-early")
	g.Goto(app.URL() + "/bye")
	app.call("DELETE", "/v1/sessions/"+later.ID+"/invites/"+later.Guests[0].ID, nil, nil)
	g.Goto(later.guest("S."))
	g.WaitText("This link was replaced")
	g.at("05-refused")
	g.quiet(app.URL())
}

// together is a session of a host and a guest, through all its states.
func together(t *testing.T, app *launched, b *browsertest.Browser, v variant) {
	s := app.createWith(t, map[string]any{
		"title": "Tuesday", "greeting": "Hello, good that you are here.", "recognition": "blue kettle", "passcode": "harbour",
		"plan_b": "If this fails I ring you within five minutes.", "ground_rules": "What is said here stays here.\nOne speaks, the others listen.",
		"policy": map[string]any{"auto_lock": false},
	}, "S.", "M.")
	host, g := newWalker(t, b, v, ""), newWalker(t, b, v, "")
	g.Goto(s.guest("S."))
	g.WaitFor("button", "Check camera and microphone")
	g.at("10-welcome")
	g.Click("button", "Urgent help")
	g.WaitText("116 123")
	g.at("11-help")
	g.Click("button", "Close")
	g.Click("button", "Check camera and microphone")
	g.WaitFor("button", "Ask to join")
	g.Wait("document.querySelector('video').videoWidth > 0")
	g.at("12-check")
	g.Fill("Passcode", "wrong")
	g.Click("button", "Ask to join")
	g.WaitText("not right")
	g.Wait("document.activeElement.id === 'passcode'")
	g.at("13-passcode-wrong")
	g.Fill("Passcode", "harbour")
	g.Press("Enter")
	g.WaitStatus("waiting room")

	host.open(s.host())
	host.Click("button", "Enter")
	host.WaitFor("button", "Admit S.")
	host.at("20-host-door")
	host.Click("button", "Decline and tell S.")
	host.WaitText("Not now, S.")
	host.at("21-host-decline")
	host.Click("button", "Cancel")
	host.Eval("document.querySelector('.say summary').click()", nil)
	host.Fill("Tell those who wait", "Two more minutes.")
	host.Click("button", "Show")
	g.WaitText("Two more minutes.")
	g.at("14-waiting")
	host.Click("button", "Decline S.")
	g.WaitFor("button", "Ask again")
	g.at("19-declined")
	g.Click("button", "Ask again")
	g.WaitStatus("waiting room")
	host.Click("button", "Greet S.")
	g.WaitStatus("privately")
	g.seesAndHears(1)
	g.at("15-greeted")
	host.at("22-host-greets")
	host.Click("button", "Admit S.")
	g.WaitStatus("You are in the room")
	g.seesAndHears(1)
	inside(t, s, host, g)
}

// inside are the states of the room, up to the end of the session.
func inside(t *testing.T, s created, host, g *walker) {
	g.at("16-room")
	for _, panel := range []string{"People", "Messages", "Settings"} {
		g.Click("button", panel)
		g.WaitFor("button", "Close")
		g.at("17-room-" + panel)
		g.Click("button", "Close")
	}
	if !host.HasButton("Hold S.") {
		host.Click("button", "People")
	}
	host.WaitFor("button", "Hold S.")
	host.at("23-host-people")
	host.Click("button", "Pause room")
	g.WaitText("Your host has paused the room.")
	g.at("17-room-paused")
	host.Wait("document.querySelectorAll('.tile video').length === 1") // the own picture
	host.at("23-host-paused")
	g.Click("button", "Write to your host")
	g.WaitText("While the room is paused, messages go to the host only.")
	g.Click("button", "Close")
	host.Click("button", "Continue")
	g.WaitStatus("You are in the room")
	g.seesAndHears(1)
	host.Click("button", "Hold and tell S.")
	host.Click("button", "One moment, please. I will be with you again soon.")
	host.at("24-host-hold")
	host.Click("button", "Send to the waiting room")
	g.WaitText("I will be with you again soon")
	g.Wait("document.querySelector('.preview video').videoWidth > 0 && !document.querySelector('.preview video').paused")
	g.at("18-held")
	host.WaitFor("button", "Remove S.") // from the waiting room too
	host.Click("button", "Admit S.")
	g.WaitStatus("You are in the room")
	host.Click("button", "Remove S.")
	host.WaitFor("button", "Yes, remove S.")
	host.at("25-host-remove")
	host.Click("button", "Yes, remove S.")
	g.WaitText("taken out of")
	g.at("30-removed")
	host.Click("button", "End for everyone")
	host.confirmEnd()
	host.WaitText("has ended")
	host.at("31-ended")
	g.quiet(originOf(t, s.host()))
	host.quiet(originOf(t, s.host()))
}

// deskStates are the states of the hosts' own page.
func deskStates(t *testing.T, app *launched, b *browsertest.Browser, v variant) {
	d := newWalker(t, b, v, "")
	d.Goto(app.URL() + "/")
	d.WaitFor("button", "Sign in")
	d.at("40-desk-signin")
	d.Goto(app.SignInLink())
	d.WaitFor("button", "New session")
	d.at("41-desk-list")
	d.Click("button", "New session")
	d.WaitFor("button", "Create")
	d.at("42-desk-create")
	for range 2 {
		d.Eval("document.querySelector('details.unfolding:not([open]) summary').click()", nil)
	}
	d.Click("radio", "Always, unless I allow otherwise")
	d.at("42-desk-create-all")
	d.Click("radio", "Always")
	d.Fill("Person 1", "S.")
	d.Click("button", "Create")
	d.WaitFor("button", "Copy link for S.")
	d.at("43-desk-session")
	d.Click("button", "End session")
	d.WaitFor("button", "Yes, end and erase")
	d.at("44-desk-end")
	d.Click("button", "Yes, end and erase")
	d.WaitText("erased")
	d.quiet(app.URL())
}

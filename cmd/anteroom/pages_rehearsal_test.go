package main

import (
	"testing"

	"anteroom/web/browsertest"
)

// A host tries a whole session alone: the hosts' page plays the guest, whom
// the host sees and hears, asks to wait, and removes; then the removal is
// undone by a new link.
func TestRehearsal(t *testing.T) {
	t.Parallel()
	app := launch(t)
	browser := browsertest.Chromium(t)
	wide := onWide("wide-light")
	d := newWalker(t, browser, wide, "")
	d.Goto(app.SignInLink())
	d.Click("button", "Rehearse")
	d.WaitText("The guest is at the door.")
	d.at("45-desk-rehearsal")
	var link string
	d.Eval("document.querySelector('a[id^=enter-]').href", &link)

	host := newPerson(t, browser, "host", wide.page)
	host.enter(link)
	host.Click("button", "Admit Guest")
	d.WaitText("The guest is in the room.")
	host.seesAndHears(1)
	host.picture("26-rehearsal-wide-light")
	if !host.HasButton("Hold Guest") {
		host.Click("button", "People")
	}
	host.Click("button", "Hold Guest")
	d.WaitText("The guest is back in the waiting room.")
	host.Click("button", "Admit Guest")
	host.WaitFor("button", "Remove Guest")
	host.Click("button", "Remove Guest")
	host.confirmRemoval("Guest")
	d.WaitText("The guest has gone.")
	d.WaitText("To undo this, make a new link for Guest")
	d.Click("button", "New link for Guest")
	d.Click("button", "Yes, make a new link")
	d.WaitFor("button", "Copy link for Guest")
	host.Click("button", "End for everyone")
	host.confirmEnd()
	host.WaitText("has ended")
	d.WaitText("erased")
	app.storeIsEmpty(t)
	d.quiet(app.URL())
}

package main

import (
	"testing"

	"anteroom/web/browsertest"
)

// The whole session of three people in real browsers, from link to faces to
// the end, with a removal and a lock in between.
func TestJourneyInChromium(t *testing.T) {
	t.Parallel()
	app := launch(t)
	s := app.createSession(t, "S.", "M.", "Late")
	browser := browsertest.Chromium(t)
	host := newPerson(t, browser, "host", browsertest.PageOptions{})
	s1 := newPerson(t, browser, "S.", browsertest.PageOptions{Width: 390, Height: 844, Phone: true})
	m := newPerson(t, browser, "M.", browsertest.PageOptions{})

	host.enter(s.host())
	host.picture("room-host-alone")
	s1.askToJoin(s.guest("S."))
	m.askToJoin(s.guest("M."))
	host.WaitFor("button", "Admit S.")
	host.picture("room-host-door")
	s1.picture("guest-waiting-phone")
	host.Click("button", "Admit S.")
	host.WaitFor("button", "Admit M.")
	host.Click("button", "Admit M.")
	for _, p := range []*person{host, s1, m} {
		p.seesAndHears(2)
		p.picture("room-three-" + p.name)
	}

	host.Click("button", "Lock room")
	host.WaitFor("button", "Unlock room")
	late := newPerson(t, browser, "Late", browsertest.PageOptions{Width: 390, Height: 844, Phone: true})
	late.Goto(s.guest("Late"))
	late.WaitText("locked")
	late.picture("guest-locked-phone")

	s1.Reload()
	s1.seesAndHears(2)

	host.Click("button", "Remove M.")
	host.confirmRemoval("M.")
	m.WaitText("taken out of")
	m.picture("guest-removed")
	again := newPerson(t, browser, "M. again", browsertest.PageOptions{})
	again.Goto(s.guest("M."))
	again.WaitText("taken out of")

	host.Click("button", "End for everyone")
	host.confirmEnd()
	for _, p := range []*person{host, s1} {
		p.WaitText("has ended")
		p.picture("ended-" + p.name)
	}
	app.storeIsEmpty(t)
}

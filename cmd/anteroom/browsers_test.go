package main

import (
	"testing"

	"anteroom/cmd/internal/netlab"
	"anteroom/web/browsertest"
)

// Chromium and Firefox see and hear each other. (Firefox does not connect to a
// loopback address, so all of it happens in a network of the test's own.)
func TestJourneyAcrossBrowsers(t *testing.T) {
	t.Parallel()
	lab := netlab.New(t)
	app := launchIn(t, lab.Node("gateway"))
	people := lab.Node("people")
	o := browsertest.Options{Network: people, SecureOrigins: []string{app.URL()}}
	chromium, firefox := browsertest.Chromium(t, o), browsertest.Firefox(t, o)

	s := app.createSession(t, "S.")
	host := newPerson(t, firefox, "host", browsertest.PageOptions{})
	guest := newPerson(t, chromium, "S.", browsertest.PageOptions{Width: 390, Height: 844, Phone: true})
	s.meet(host, guest)
	guest.picture("firefox-and-chromium")

	guest.Click("button", "Leave")
	guest.WaitText("You have left")
	host.Click("button", "End for everyone")
	host.confirmEnd()
	host.WaitText("has ended")
	app.storeIsEmpty(t)
}

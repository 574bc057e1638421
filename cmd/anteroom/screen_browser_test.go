package main

import (
	"testing"

	"anteroom/web/browsertest"
)

// A shared screen goes to the other, large, and says so to the gateway; a host's
// word stops it in the gateway, with the camera; and it ends with its sharer's.
func TestScreenShare(t *testing.T) {
	t.Parallel()
	app := launch(t)
	browser := browsertest.Chromium(t)
	s := app.encrypted(t, "required", "S.").withSecrets()
	page := func(name string) *person {
		record := captureSocket + `
		  window.testShown = [];
		  const send = RealSocket.prototype.send;
		  RealSocket.prototype.send = function (m) { if (m.includes('"watch"')) window.testShown = JSON.parse(m).shown; return send.call(this, m); };`
		return newPerson(t, browser, name, browsertest.PageOptions{Preload: countLine + record})
	}
	host, guest := page("host"), page("S.")
	s.meet(host, guest)

	const screen = `document.querySelector('.tile.screen video')`
	guest.Click("button", "Share screen")
	host.Wait(screen + "?.videoWidth > 0")
	host.Wait(`window.testShown.find((s) => s.kind === 'screen')?.height >= 300`)
	moving := "(async () => { const v = " + screen + "; const at = v.currentTime; await new Promise((s) => setTimeout(s, 300)); return v.videoWidth > 0 && v.currentTime > at; })()"
	host.Wait(moving)
	host.picture("screen-share-host")

	host.Click("button", "Stop picture of S.")
	guest.WaitText("The host has switched your picture off")
	host.Wait("!" + screen)
	// What came before the host's word may wait in a busy browser to be decoded; then
	// no more does. (To the packet: sfu's TestAllowIsEnforced.)
	host.Wait("window.testLine().then(async (before) => { await new Promise((s) => setTimeout(s, 500)); return (await window.testLine()).frames === before.frames; })")
	host.Click("button", "Allow picture of S.")
	host.Wait(moving)
	guest.Click("button", "Stop sharing")
	host.Wait("!" + screen)
	host.seesAndHears(1)
	app.end(s)
}

package main

import (
	"testing"
	"time"

	"anteroom/cmd/internal/netlab"
	"anteroom/web/browsertest"
)

// maxPause is how long picture and sound may stand still when somebody's
// address changes, on a busy machine too.
const maxPause = 15 * time.Second

// watchPauses notes the longest time without a new picture of others, and how
// often there was one.
const watchPauses = `
(() => {
  let last = 0, at = performance.now();
  window.testMark = () => { window.testPause = window.testChanges = 0; at = performance.now(); };
  window.testMark();
  setInterval(async () => {
    const { frames } = await window.testReceived();
    const now = performance.now();
    if (frames === last || frames === 0) return;
    window.testPause = Math.max(window.testPause, now - at);
    window.testChanges++;
    last = frames;
    at = now;
  }, 40);
})();
`

// Somebody's device goes to another network in the middle of a session: the seat
// stays, the page finds a new way by itself, and picture and sound go on.
func TestBrowserMovesToAnotherNetwork(t *testing.T) {
	t.Parallel()
	lab := netlab.New(t)
	gateway, home, train := lab.Node("gateway"), lab.Node("home"), lab.Node("train")
	app := launchIn(t, gateway)
	origins := []string{app.URL()}
	s := app.createSession(t, "S.")
	host := newPerson(t, browsertest.Chromium(t, browsertest.Options{Network: home, SecureOrigins: origins}), "host", browsertest.PageOptions{})
	guest := newPerson(t, browsertest.Chromium(t, browsertest.Options{Network: train, SecureOrigins: origins}), "S.", browsertest.PageOptions{Preload: watchPauses})
	s.meet(host, guest)
	guest.Eval("window.testMark()", nil)
	train.Move()
	guest.Wait("window.testChanges > 30")
	var pause float64
	guest.Eval("window.testPause", &pause)
	took := time.Duration(pause) * time.Millisecond
	t.Logf("the picture stood still for %v", took)
	if took > maxPause {
		t.Errorf("more than %v", maxPause)
	}
	host.seesAndHears(1)
	guest.seesAndHears(1)
	guest.WaitFor("button", "Leave")
}

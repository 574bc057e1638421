package main

import (
	"fmt"
	"testing"
	"time"

	"anteroom/cmd/internal/netlab"
	"anteroom/web/browsertest"
)

// lookAway lets a test hide and show a page, as a person does who turns to another
// tab.
const lookAway = `
window.testHidden = false;
Object.defineProperty(Document.prototype, 'hidden', { get: () => window.testHidden });
window.testHide = (yes) => { window.testHidden = yes; document.dispatchEvent(new Event('visibilitychange')); };
`

// sendingLayers is a script's list of the heights of the camera's layers that a
// page has sent frames of in the last half second.
const sendingLayers = largeCamera + lookAway + `
window.testFramesSent = async () => {
  const all = {};
  for (const pc of window.testPeers) for (const s of (await pc.getStats()).values())
    if (pc.connectionState === 'connected' && s.type === 'outbound-rtp' && s.kind === 'video' && s.rid) all[s.rid] = s.framesEncoded ?? 0;
  return all;
};
window.testLayers = async () => {
  const before = await window.testFramesSent();
  await new Promise((settle) => setTimeout(settle, 500));
  const now = await window.testFramesSent();
  return Object.keys(now).filter((rid) => now[rid] > (before[rid] ?? 0)).sort().join(' ');
};
`

// sends waits until the camera's layers that a page sends are such.
func (p *person) sends(layers string) {
	p.t.Helper()
	p.Wait(fmt.Sprintf("window.testLayers().then((l) => /^(%s)$/.test(l))", layers))
}

// larger is more than the smallest layer, which of them its sender's line allows.
const larger = "f h q|h q"

// comesBack is how long it takes until a page decodes frames again after it is
// looked at.
func (p *person) comesBack() time.Duration {
	p.t.Helper()
	var ms float64
	p.Eval(`(async () => {
	  const before = (await window.testReceived()).frames;
	  const began = performance.now();
	  window.testHide(false);
	  while ((await window.testReceived()).frames <= before + 1) await new Promise((settle) => setTimeout(settle, 10));
	  return performance.now() - began;
	})()`, &ms)
	return time.Duration(ms * float64(time.Millisecond)).Round(time.Millisecond)
}

// TestOnlyWhatIsSeenIsSent: a picture that is shown small is sent small; whoever
// looks elsewhere is sent no picture, and goes on hearing; and then its sender
// sends none either. Encrypted, with Firefox and Chromium sending.
func TestOnlyWhatIsSeenIsSent(t *testing.T) {
	t.Parallel()
	lab := netlab.New(t)
	app := launchIn(t, lab.Node("gateway"))
	o := browsertest.Options{Network: lab.Node("people"), SecureOrigins: []string{app.URL()}}
	chromium, firefox := browsertest.Chromium(t, o), browsertest.Firefox(t, o)
	s := app.encrypted(t, "required", "S.").withSecrets()
	telling := browsertest.PageOptions{Preload: sendingLayers}
	host, guest := newPerson(t, firefox, "host", telling), newPerson(t, chromium, "S.", telling)
	s.meet(host, guest)
	host.sends(larger)
	guest.Eval("document.querySelector('.tile:not(.mine) video').style.cssText = 'width: 150px; height: 80px; min-height: 0'", nil)
	host.sends("q")
	guest.Eval("document.querySelector('.tile:not(.mine) video').style.cssText = ''", nil)
	host.sends(larger)
	for _, pair := range [][2]*person{{guest, host}, {host, guest}} {
		watcher, sender := pair[0], pair[1]
		watcher.Eval("window.testHide(true)", nil)
		sender.sends("")
		before := watcher.received()
		watcher.Wait(fmt.Sprintf("window.testReceived().then((r) => r.energy > %v)", before.Energy))
		if now := watcher.received(); now.Frames > before.Frames+1 {
			t.Errorf("%s decodes pictures that nobody sees", watcher.name)
		}
		took := watcher.comesBack()
		t.Logf("%s sends, %s looks again: the picture was back after %v", sender.name, watcher.name, took)
		if took > 4*time.Second {
			t.Error("that is too long")
		}
		watcher.seesAndHears(1)
	}
	app.end(s)
}

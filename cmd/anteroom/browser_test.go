package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"anteroom/web/browsertest"
)

// watchPeers keeps every peer connection that a page makes where the test can
// ask it for its statistics. The product exposes nothing for tests.
const watchPeers = `
window.testPeers = [];
const Real = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Real {
  constructor(...args) { super(...args); window.testPeers.push(this); }
};
window.testReceived = async () => {
  const sum = { frames: 0, energy: 0, videos: 0, sounds: 0 };
  for (const pc of window.testPeers) {
    if (pc.connectionState !== 'connected') continue;
    for (const s of (await pc.getStats()).values()) {
      if (s.type !== 'inbound-rtp') continue;
      if (s.kind === 'video' && s.framesDecoded > 0) { sum.videos++; sum.frames += s.framesDecoded; }
      if (s.kind === 'audio' && s.totalAudioEnergy > 0) { sum.sounds++; sum.energy += s.totalAudioEnergy; }
    }
  }
  return sum;
};
`

// smallCamera gives a page the camera of an old telephone. Encoding is most of what a
// browser costs here, and most tests are of what people may see, not how large.
const smallCamera = `
if (window.MediaDevices) { // not on about:blank
  const real = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = function (asked) {
    const small = { width: 320, height: 240, frameRate: 15 };
    return real.call(this, asked?.video && !window.testLargeCamera ? { ...asked, video: { ...asked.video, ...small } } : asked);
  };
}
`

// largeCamera, in a page's preload, leaves it the camera that the page asks for.
const largeCamera = `
window.testLargeCamera = true;
`

// received is what a page has got over all its connections.
type received struct {
	Frames, Energy float64
	Videos, Sounds int
}

// person is somebody with a tab of their own.
type person struct {
	*browsertest.Page
	t    testing.TB
	name string
}

func newPerson(t testing.TB, b *browsertest.Browser, name string, o browsertest.PageOptions) *person {
	t.Helper()
	o.Preload = watchPeers + smallCamera + o.Preload
	return &person{Page: b.NewPage(t, o), t: t, name: name}
}

// open follows a link as far as the device check.
func (p *person) open(link string) {
	p.t.Helper()
	p.Goto(link)
	p.Click("button", "Check camera and microphone")
}

func (p *person) askToJoin(link string) {
	p.t.Helper()
	p.open(link)
	p.Click("button", "Ask to join")
}

func (p *person) enter(link string) {
	p.t.Helper()
	p.open(link)
	p.Click("button", "Enter")
	p.WaitFor("button", "End for everyone")
}

// letIn brings a guest, who is called like the label of the link, into the room.
func (p *person) letIn(host *person, link string) {
	p.t.Helper()
	p.askToJoin(link)
	host.Click("button", "Admit "+p.name)
}

// meet brings a host and guests from their links into the room, where all of them
// see and hear each other.
func (c created) meet(host *person, guests ...*person) {
	c.t.Helper()
	host.enter(c.host())
	for _, one := range guests {
		one.letIn(host, c.guest(one.name))
	}
	for _, one := range append(guests, host) {
		one.seesAndHears(len(guests))
	}
}

func (p *person) received() received {
	p.t.Helper()
	var got received
	p.Eval("window.testReceived()", &got)
	return got
}

// seesAndHears waits until the page decodes so many people's pictures, hears
// as many, shows them, and goes on doing so.
func (p *person) seesAndHears(others int) {
	p.t.Helper()
	p.Wait(fmt.Sprintf("window.testReceived().then((r) => r.videos >= %d && r.sounds >= %d && r.energy > 0)", others, others))
	p.Wait(fmt.Sprintf("[...document.querySelectorAll('video')].filter((v) => v.videoWidth > 0 && !v.paused).length >= %d", others))
	before := p.received()
	p.Wait(fmt.Sprintf("window.testReceived().then((r) => r.frames > %v + %d && r.energy > %v)", before.Frames, 10*others, before.Energy))
}

// picture keeps a screenshot for people to look at, in an ignored folder.
func (p *person) picture(name string) {
	p.t.Helper()
	dir := filepath.Join("..", "..", "screenshots")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	p.Screenshot(filepath.Join(dir, name+".png"))
}

// confirmRemoval and confirmEnd press the second button of an act that asks.
func (p *person) confirmRemoval(label string) { p.Click("button", "Yes, remove "+label) }

func (p *person) confirmEnd() { p.Click("button", "Yes, end for everyone") }

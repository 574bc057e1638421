package main

import (
	"strconv"
	"testing"

	"anteroom/web/browsertest"
)

func quoted(s string) string { return strconv.Quote(s) }

// withoutDevices makes the browser answer as one whose person, or machine,
// does not give what is asked for.
func withoutDevices(video, audio string) string {
	return `
navigator.mediaDevices.getUserMedia = ((real) => async (wanted) => {
  const [video, audio] = [` + quoted(video) + `, ` + quoted(audio) + `];
  if (wanted.video && video) throw new DOMException('', video);
  if (wanted.audio && audio) throw new DOMException('', audio);
  const stream = await real.call(navigator.mediaDevices, wanted);
  (window.given ??= []).push(...stream.getTracks());
  return stream;
})(navigator.mediaDevices.getUserMedia);
window.takeAway = (kind) => window.given.filter((t) => t.kind === kind && t.readyState === 'live').forEach((t) => { t.stop(); t.dispatchEvent(new Event('ended')); });
`
}

// Each way of having no camera or microphone is said in words that help, and
// nobody is kept out by it.
func TestWithoutDevices(t *testing.T) {
	t.Parallel()
	app := launch(t)
	s := app.createSession(t, "S.", "M.", "K.")
	browsers := map[string]*browsertest.Browser{"chromium": browsertest.Chromium(t), "firefox": browsertest.Firefox(t)}
	for _, c := range []struct{ browser, label, video, audio, says, how string }{
		{"chromium", "S.", "NotAllowedError", "NotAllowedError", "may not use your camera or microphone", "switch on camera and microphone"},
		{"firefox", "M.", "NotAllowedError", "NotAllowedError", "may not use your camera or microphone", "take away the block"},
		{"chromium", "K.", "NotFoundError", "", "No camera or microphone was found", "You can also join without"},
	} {
		p := newWalker(t, browsers[c.browser], variant{name: c.browser + "-" + c.video, page: browsertest.PageOptions{Width: 390, Height: 844, Locale: "en-GB"}}, withoutDevices(c.video, c.audio))
		p.Goto(s.guest(c.label))
		p.Click("button", "Check camera and microphone")
		p.WaitText(c.says)
		p.WaitText(c.how)
		p.WaitFor("button", "Try again")
		p.at("50-problem")
		p.Click("button", "Ask to join")
		p.WaitStatus("waiting room")
	}
}

// A camera that is taken away is said, and comes back when the device does; a
// microphone is replaced at once.
func TestDevicesGoAndComeBack(t *testing.T) {
	t.Parallel()
	app := launch(t)
	s := app.createSession(t, "S.")
	browser := browsertest.Chromium(t)
	host := newPerson(t, browser, "host", browsertest.PageOptions{Locale: "en-GB"})
	guest := newWalker(t, browser, onWide("devices"), heard+withoutDevices("", ""))
	host.enter(s.host())
	guest.askToJoin(s.guest("S."))
	host.Click("button", "Admit S.")
	host.seesAndHears(1)

	guest.Eval("window.takeAway('video')", nil)
	guest.hears("Your camera is gone")
	guest.at("51-camera-gone")
	guest.WaitFor("button", "Start video")
	host.Wait("document.querySelectorAll('.initial').length === 1")
	guest.Eval("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))", nil)
	guest.hears("Your camera is back")
	guest.WaitFor("button", "Stop video")
	guest.Eval("window.takeAway('audio')", nil)
	guest.hears("Your microphone is gone")
	guest.hears("A microphone is there again.")
	host.seesAndHears(1)
}

// blurs makes the browser one that can blur what is behind a person, as some
// do by themselves.
const blurs = `
const can = MediaStreamTrack.prototype.getCapabilities;
MediaStreamTrack.prototype.getCapabilities = function () {
  return this.kind === 'video' ? { ...can.call(this), backgroundBlur: [false, true] } : can.call(this);
};
window.wished = [];
MediaStreamTrack.prototype.applyConstraints = async function (c) { window.wished.push(c.backgroundBlur); };
`

func TestBlurWhereTheBrowserCan(t *testing.T) {
	t.Parallel()
	app := launch(t)
	s := app.createSession(t, "S.", "M.")
	browser := browsertest.Chromium(t)
	p := newWalker(t, browser, onWide("blur"), blurs)
	p.open(s.guest("S."))
	p.Click("checkbox", "Blur what is behind me")
	p.Wait("window.wished.length === 1 && window.wished[0].exact === true && document.querySelector('#blur').checked")
	p.Click("button", "Stop video")
	p.Click("button", "Start video")
	p.Wait("window.wished.length === 2 && window.wished[1].exact === true")
	p.at("52-blur")
	other := newPerson(t, browser, "M.", browsertest.PageOptions{Locale: "en-GB"})
	other.open(s.guest("M."))
	other.WaitFor("button", "Ask to join")
	if other.Has("checkbox", "Blur what is behind me") {
		t.Error("blur is offered where the browser cannot")
	}
}

// A page that was asleep while its place was kept comes back by itself, hears
// that it was let in, and says so in the name of its window.
func TestAsleepAndAwake(t *testing.T) {
	t.Parallel()
	app := launch(t)
	s := app.createSession(t, "S.")
	browser := browsertest.Chromium(t)
	host := newPerson(t, browser, "host", browsertest.PageOptions{Locale: "en-GB"})
	guest := newWalker(t, browser, onPhone("asleep"), heard+sleeps)
	host.enter(s.host())
	host.Click("button", "People")
	guest.askToJoin(s.guest("S."))
	guest.WaitStatus("waiting room")
	guest.Eval("window.asleep(true)", nil)
	guest.Offline(true)
	guest.Eval("window.sockets.forEach((s) => s.close())", nil)
	host.WaitText("connection lost")
	guest.Offline(false)
	guest.Eval("window.asleep(false)", nil)
	guest.WaitStatus("waiting room")
	guest.Eval("window.asleep(true)", nil)
	host.Click("button", "Admit S.")
	guest.hears("You have been let in.")
	guest.Wait("document.title === 'Come in – Hello'")
	guest.Eval("window.asleep(false)", nil)
	guest.Wait("document.title === 'Hello'")
	guest.seesAndHears(1)
}

package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/pion/rtp"

	"anteroom/cmd/internal/netlab"
	"anteroom/signaling/client"
	"anteroom/signaling/client/e2ee"
	"anteroom/web/browsertest"
)

// withSecrets makes the links those of a host's browser: with the secret of
// end-to-end encryption behind the token.
func (c created) withSecrets() created {
	c.t.Helper()
	var root e2ee.HostSecret
	_, _ = rand.Read(root[:])
	hosts, guests := []invited{}, []invited{}
	for _, one := range c.Hosts {
		one.Link = e2ee.Append(one.Link, root)
		hosts = append(hosts, one)
	}
	for _, one := range c.Guests {
		one.Link = e2ee.Append(one.Link, root.Link(c.ID, one.ID, c.jti(one.Link)))
		guests = append(guests, one)
	}
	c.Hosts, c.Guests = hosts, guests
	return c
}

func (c created) jti(link string) string {
	c.t.Helper()
	_, token, _ := strings.Cut(link, "#")
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		c.t.Fatal(err)
	}
	var claims struct{ JTI string }
	if err := json.Unmarshal(payload, &claims); err != nil {
		c.t.Fatal(err)
	}
	return claims.JTI
}

// encrypted makes a session with such a policy.
func (l *launched) encrypted(t *testing.T, policy string, guests ...string) created {
	t.Helper()
	return l.createWith(t, map[string]any{"title": "Tuesday", "policy": map[string]any{"auto_lock": false, "e2ee": policy}}, guests...)
}

const codeShown = `document.querySelector('.safety-code')?.dataset.code ?? ''`

// safetyCode waits for the code on a screen and returns it.
func (p *person) safetyCode() string {
	p.t.Helper()
	p.Wait(codeShown + ` !== ''`)
	var code string
	p.Eval(codeShown, &code)
	return code
}

// sameCode waits until all screens show one code.
func sameCode(t *testing.T, all ...*person) string {
	t.Helper()
	code := all[0].safetyCode()
	for _, p := range all[1:] {
		p.Wait(fmt.Sprintf("(%s) === %q", codeShown, code))
	}
	if len(code) != 6 {
		t.Errorf("the code is %q", code)
	}
	return code
}

func TestEncryptedInChromium(t *testing.T) {
	t.Parallel()
	app := launch(t)
	browser := browsertest.Chromium(t)
	for name, s := range map[string]created{
		"link secret": app.encrypted(t, "required", "S.").withSecrets(),
		"API":         app.encrypted(t, "required", "S."),
	} {
		t.Run(name, func(t *testing.T) {
			host := newPerson(t, browser, "host", browsertest.PageOptions{Width: 1280, Height: 800})
			guest := newPerson(t, browser, "S.", browsertest.PageOptions{Width: 390, Height: 844, Phone: true})
			s.meet(host, guest)
			sameCode(t, host, guest)
			host.picture("e2ee-host")
			guest.picture("e2ee-guest-phone")
		})
	}
}

// By itself: two pages in one Firefox, and a third person, need both cores.
func TestEncryptedInFirefoxAndAcross(t *testing.T) {
	lab := netlab.New(t)
	app := launchIn(t, lab.Node("gateway"))
	o := browsertest.Options{Network: lab.Node("people"), SecureOrigins: []string{app.URL()}}
	chromium, firefox := browsertest.Chromium(t, o), browsertest.Firefox(t, o)
	s := app.encrypted(t, "required", "S.", "M.").withSecrets()
	// One after the other: Firefox opens devices only for the page in front.
	host := newPerson(t, firefox, "host", browsertest.PageOptions{})
	host.enter(s.host())
	same := newPerson(t, firefox, "S.", browsertest.PageOptions{})
	same.letIn(host, s.guest(same.name))
	host.seesAndHears(1)
	same.seesAndHears(1)
	sameCode(t, host, same)
	other := newPerson(t, chromium, "M.", browsertest.PageOptions{})
	other.letIn(host, s.guest(other.name))
	for _, p := range []*person{host, same, other} {
		p.seesAndHears(2)
	}
	sameCode(t, host, same, other)
}

func TestWithoutEncryptionItIsSaid(t *testing.T) {
	t.Parallel()
	app := launch(t)
	browser := browsertest.Chromium(t)
	s := app.encrypted(t, "off", "S.")
	host := newPerson(t, browser, "host", browsertest.PageOptions{})
	guest := newPerson(t, browser, "S.", browsertest.PageOptions{})
	s.meet(host, guest)
	guest.WaitText("Not encrypted end to end")
	host.WaitText("Not encrypted end to end")
	app.end(s)
}

// seesNothing checks that a page decodes no picture, although packets come in: of the
// sound all the time, of the picture until the page has said that it shows none, which
// may be before the first.
func (p *person) seesNothing() {
	p.t.Helper()
	p.Wait(`(async () => {
	  let sound = 0;
	  for (const pc of window.testPeers) for (const s of (await pc.getStats()).values())
	    if (s.type === 'inbound-rtp' && s.kind === 'audio') sound += s.packetsReceived;
	  return sound > 100;
	})()`)
	if got := p.received(); got.Frames > 0 {
		p.t.Errorf("%s decodes %+v", p.name, got)
	}
}

// asTheGateway makes a page hand to its decoder what the gateway forwards, as
// it is.
const asTheGateway = `
Object.defineProperty(RTCRtpReceiver.prototype, 'transform', { set() {}, get() { return null; } });
`

// decoded is the share of the frames of pictures it got that a page could decode.
func (p *person) decoded() (share float64) {
	p.t.Helper()
	const frames = `(async () => {
	  const sum = { got: 0, decoded: 0 };
	  for (const pc of window.testPeers) for (const s of (await pc.getStats()).values())
	    if (s.type === 'inbound-rtp' && s.kind === 'video') { sum.got += s.framesReceived ?? 0; sum.decoded += s.framesDecoded ?? 0; }
	  return sum;
	})()`
	p.Wait(frames + ".then((sum) => sum.got >= 60)")
	p.Eval(frames+".then((sum) => sum.decoded / sum.got)", &share)
	return share
}

// What the gateway forwards does not decode, but for noise: about one in forty of
// the smallest key frames is taken for a picture by chance. The control: without
// encryption everything decodes.
func TestWhatTheGatewayForwardsDoesNotDecode(t *testing.T) {
	t.Parallel()
	app := launch(t)
	browser := browsertest.Chromium(t)
	for _, policy := range []string{"required", "off"} {
		s := app.encrypted(t, policy, "S.")
		host := newPerson(t, browser, "host", browsertest.PageOptions{Preload: largeCamera})
		host.enter(s.host())
		gateway := newPerson(t, browser, "S.", browsertest.PageOptions{Preload: asTheGateway})
		gateway.letIn(host, s.guest("S."))
		host.seesAndHears(1)
		share := gateway.decoded()
		if policy == "off" && share < 0.5 || policy != "off" && share > 0.1 {
			t.Errorf("%s: %.0f %% of the frames decode", policy, 100*share)
		}
	}
}

// Where the policy leaves it open, a browser that cannot encrypt is connected
// to nobody, until the host's person lets the room go on in the clear.
func TestABrowserThatCannotEncryptWaitsForTheHostsWord(t *testing.T) {
	t.Parallel()
	app := launch(t)
	browser := browsertest.Chromium(t)
	unable := browsertest.PageOptions{Preload: `
	  delete window.RTCRtpScriptTransform;
	  delete RTCRtpSender.prototype.createEncodedStreams;
	  delete RTCRtpReceiver.prototype.createEncodedStreams;
	`}
	strict := app.encrypted(t, "required", "Old")
	refused := newPerson(t, browser, "Old", unable)
	refused.Goto(strict.guest("Old"))
	refused.WaitText("This browser is too old for this session")
	refused.Close()

	s := app.encrypted(t, "optional", "S.", "Old")
	host := newPerson(t, browser, "host", browsertest.PageOptions{Width: 1280, Height: 800})
	guest := newPerson(t, browser, "S.", browsertest.PageOptions{})
	s.meet(host, guest)
	old := newPerson(t, browser, "Old", unable)
	old.letIn(host, s.guest(old.name))
	old.WaitText("This browser cannot encrypt")
	host.WaitText("This browser cannot encrypt: Old")
	host.picture("e2ee-optional-host")
	if got := old.received(); got != (received{}) {
		t.Errorf("it has got %+v", got)
	}
	host.Click("button", "Go on without encryption")
	for _, p := range []*person{host, guest, old} {
		p.seesAndHears(2)
		p.WaitText("Not encrypted end to end")
	}
	host.Click("button", "Encrypt again")
	old.WaitText("This browser cannot encrypt")
	host.seesAndHears(1)
	guest.seesAndHears(1)
}

// captureSocket lets a test speak over the page's own websocket, as a gateway
// that does what nobody asked for.
const captureSocket = `
const RealSocket = window.WebSocket;
window.WebSocket = class extends RealSocket { constructor(...a) { super(...a); window.testSocket = this; } };
`

// A gateway slips somebody in without the host's click: that seat gets no key,
// and the host's page says so. (The message stands for a gateway that admits by
// itself: the page has not been told.)
func TestAGhostSeatSeesNothingInTheBrowser(t *testing.T) {
	t.Parallel()
	app := launch(t)
	browser := browsertest.Chromium(t)
	s := app.encrypted(t, "required", "S.", "Ghost").withSecrets()
	host := newPerson(t, browser, "host", browsertest.PageOptions{Preload: captureSocket})
	guest := newPerson(t, browser, "S.", browsertest.PageOptions{})
	s.meet(host, guest)
	code := sameCode(t, host, guest)

	ghost := newPerson(t, browser, "Ghost", browsertest.PageOptions{})
	ghost.askToJoin(s.guest("Ghost"))
	host.WaitFor("button", "Greet Ghost") // only who is online is admitted with all
	host.Eval(`window.testSocket.send(JSON.stringify({ type: 'admit_all' }))`, nil)
	ghost.WaitStatus("You are in the room")
	ghost.seesNothing()
	host.WaitText("Ghost came in without being let in on this page")
	guest.seesAndHears(1)
	if now := sameCode(t, host, guest); now != code {
		t.Error("the ghost changed the code")
	}
	host.picture("e2ee-ghost-host")
	host.Click("button", "Let Ghost hear and see")
	for _, p := range []*person{host, guest, ghost} {
		p.seesAndHears(2)
	}
	sameCode(t, host, guest, ghost)
}

// A link with another secret than the host's is not let through; one that lost
// its secret waits for the host's decision.
func TestAWrongSecretIsRefusedInTheBrowser(t *testing.T) {
	t.Parallel()
	app := launch(t)
	browser := browsertest.Chromium(t)
	s := app.encrypted(t, "required", "Wrong", "None")
	sealed, other := s.withSecrets(), s.withSecrets()
	host := newPerson(t, browser, "host", browsertest.PageOptions{})
	host.enter(sealed.host())
	wrong := newPerson(t, browser, "Wrong", browsertest.PageOptions{Width: 390, Height: 844, Phone: true})
	wrong.letIn(host, other.guest(wrong.name))
	host.WaitText("Wrong gave a wrong proof")
	wrong.WaitText("cannot be sure that Host is who made your link")
	wrong.seesNothing()
	if got := host.received(); got.Frames > 0 {
		t.Errorf("the host decodes %+v", got)
	}
	wrong.picture("e2ee-wrong-secret-phone")
	host.Click("button", "Remove Wrong")
	host.confirmRemoval("Wrong")

	none := newPerson(t, browser, "None", browsertest.PageOptions{})
	none.letIn(host, s.guest(none.name))
	host.WaitText("The link of None has lost its secret part")
	host.Click("button", "Let None hear and see")
	none.seesAndHears(1)
	sameCode(t, host, none)
}

// watchGaps keeps the longest time between two frames of any picture that is
// shown since it was asked last.
const watchGaps = `
window.testGaps = () => { const g = window.testLongest ?? 0; window.testLongest = 0; return g; };
new MutationObserver(() => {
  for (const v of document.querySelectorAll('.tile:not(.mine) video')) {
    if (v.testWatched) continue;
    v.testWatched = true;
    let last = 0;
    const seen = (now) => {
      if (last && v.isConnected) window.testLongest = Math.max(window.testLongest ?? 0, now - last);
      last = now;
      v.requestVideoFrameCallback(seen);
    };
    v.requestVideoFrameCallback(seen);
  }
}).observe(document, { childList: true, subtree: true });
`

// longestGap is the longest time in milliseconds between two frames that the
// guest saw of the host while a third person was held. A picture that has to wait
// for keys waits each time; a busy machine does not: the best of three counts,
// unless one is good enough.
func longestGap(t *testing.T, host, guest, third *person, enough float64) float64 {
	t.Helper()
	best := math.Inf(1)
	for range 3 {
		best = min(best, gapOfHold(t, host, guest, third))
		if best <= enough {
			break
		}
	}
	return best
}

func gapOfHold(t *testing.T, host, guest, third *person) float64 {
	t.Helper()
	guest.Eval("window.testGaps()", nil)
	before := guest.received().Frames
	host.Click("button", "Hold M.")
	third.WaitStatus("wait")
	guest.Wait(fmt.Sprintf("window.testReceived().then((r) => r.frames > %v + 40)", before))
	var gap float64
	guest.Eval("window.testGaps()", &gap)
	host.Click("button", "Admit M.")
	third.seesAndHears(2)
	return gap
}

// Keys change while people talk: nobody's picture stands still for it longer
// than it does anyway when somebody is held. Who was sent out decodes nothing
// more, and who reloads comes back.
func TestKeysChangeWhilePeopleTalk(t *testing.T) {
	app := launch(t)
	browser := browsertest.Chromium(t)
	gap, enough := map[string]float64{}, math.Inf(1)
	for _, policy := range []string{"off", "required"} {
		s := app.encrypted(t, policy, "S.", "M.")
		if policy == "required" {
			s, enough = s.withSecrets(), gap["off"]+300
		}
		host := newPerson(t, browser, "host", browsertest.PageOptions{})
		guest := newPerson(t, browser, "S.", browsertest.PageOptions{Preload: watchGaps})
		third := newPerson(t, browser, "M.", browsertest.PageOptions{})
		s.meet(host, guest, third)
		gap[policy] = longestGap(t, host, guest, third, enough)
		if policy == "required" {
			removedAndReloaded(t, host, guest, third)
		}
		for _, p := range []*person{host, guest, third} {
			p.Close()
		}
	}
	t.Logf("longest time between two frames while somebody was held: %.0f ms in the clear, %.0f ms encrypted", gap["off"], gap["required"])
	if gap["required"] > enough {
		t.Error("the picture stood still for the keys")
	}
}

func removedAndReloaded(t *testing.T, host, guest, third *person) {
	t.Helper()
	first := sameCode(t, host, guest, third)
	host.Click("button", "Remove M.")
	host.confirmRemoval("M.")
	third.WaitText("taken out of")
	guest.Reload()
	guest.seesAndHears(1)
	host.seesAndHears(1)
	host.Reload()
	host.seesAndHears(1)
	guest.seesAndHears(1)
	if sameCode(t, host, guest) == first {
		t.Error("the code did not change with the people")
	}
}

// Messages are sealed too, and what goes over the wire does not have their words.
func TestChatIsSealed(t *testing.T) {
	t.Parallel()
	app := launch(t)
	browser := browsertest.Chromium(t)
	s := app.encrypted(t, "required", "S.", "M.").withSecrets()
	record := captureSocket + `
	  window.testWire = [];
	  const send = RealSocket.prototype.send;
	  RealSocket.prototype.send = function (m) { window.testWire.push(m); return send.call(this, m); };
	`
	page := func(name string) *person {
		return newPerson(t, browser, name, browsertest.PageOptions{Preload: record})
	}
	host, guest, third := page("host"), page("S."), page("M.")
	host.enter(s.host())
	guest.letIn(host, s.guest(guest.name))
	third.letIn(host, s.guest(third.name))
	for _, p := range []*person{host, guest, third} {
		p.safetyCode()
		p.Click("button", "Messages")
	}
	guest.Fill("Your message", "word for all of us")
	guest.Click("button", "Send")
	for _, p := range []*person{host, guest, third} {
		p.WaitText("word for all of us")
	}
	guest.Click("checkbox", "Only to the host (tell the facilitator)")
	guest.Fill("Your message", "word for the host")
	guest.Click("button", "Send")
	host.WaitText("word for the host")
	guest.WaitText("word for the host")
	if strings.Contains(third.Text(), "word for the host") {
		t.Error("another guest reads a private message")
	}
	var wire string
	guest.Eval(`window.testWire.join('\n')`, &wire)
	if strings.Contains(wire, "word for") || !strings.Contains(wire, `"sealed"`) {
		t.Error("a message went over the wire in the clear")
	}
}

// askWorker lets a test ask the page's own worker for its counts.
const askWorker = `
const RealWorker = window.Worker;
window.Worker = class extends RealWorker { constructor(...a) { super(...a); window.testWorker = this; } };
window.testCounts = () => new Promise((settle) => {
  window.testWorker.addEventListener('message', (e) => e.data.id === 'test' && settle(e.data.value));
  window.testWorker.postMessage({ type: 'counts', id: 'test' });
});
`

// The Go client and a browser are of one mind: it opens the sound that a
// browser's worker sealed, as it came over the wire, shows the same code, and
// they read each other's messages.
func TestGoAndBrowserUnderstandEachOther(t *testing.T) {
	t.Parallel()
	app := launch(t)
	s := app.encrypted(t, "required", "S.").withSecrets()
	host := newPerson(t, browsertest.Chromium(t), "host", browsertest.PageOptions{Preload: askWorker})
	host.enter(s.host())

	v := &visit{t: t, options: client.Options{HTTP: app.http, Strict: true, E2EE: 1}}
	v.engine = need[*client.Engine](t)(client.NewEngine(client.EngineOptions{Loopback: true}))
	link := need[client.Link](t)(client.Parse(s.guest("S.")))
	seat := need[*client.Seat](t)(client.Join(v.within(), link, v.options))
	conn := need[*client.Conn](t)(seat.Connect(v.within()))
	t.Cleanup(conn.Close)
	shield := need[*client.Shield](t)(conn.Protect(link, nil))
	t.Cleanup(shield.Close)
	host.Click("button", "Admit S.")
	view := need[client.View](t)(conn.WaitView(v.within(), func(v client.View) bool { return v.Media && len(v.People) == 2 }))
	v.ok(shield.WaitStatus(v.within(), func(now e2ee.Status) bool { return now.Code != "" }))
	if code := shield.Status().Code; code != host.safetyCode() {
		t.Error("the codes differ")
	}

	opened := make(chan struct{}, 1)
	media := need[*client.Media](t)(conn.Publish(v.within(), client.MediaOptions{Engine: v.engine, Audio: 2, OnPacket: func(from client.Slot, p *rtp.Packet) {
		if from.Kind != client.Audio || from.Seat != hostSeat(view) {
			return
		}
		if _, err := shield.Open(from.Seat, client.Audio, p.Payload); err == nil {
			select {
			case opened <- struct{}{}:
			default:
			}
		}
	}}))
	t.Cleanup(media.Close)
	select {
	case <-opened:
	case <-v.within().Done():
		t.Fatal("no sound of the browser opened")
	}
	host.Click("button", "Messages")
	v.ok(shield.Say(v.within(), "hello from Go", false))
	host.WaitText("hello from Go")
	host.Fill("Your message", "hello from the page")
	host.Click("button", "Send")
	for text := ""; text != "hello from the page"; {
		m := need[client.Chat](t)(conn.NextChat(v.within()))
		text = need[string](t)(shield.Read(m))
	}
	var counts struct{ Sealed, Octets, Overhead, SealMs float64 }
	host.Eval("window.testCounts()", &counts)
	t.Logf("sealed %.0f frames of %.0f octets: %.3f ms and %.1f octets more each", counts.Sealed, counts.Octets/counts.Sealed, counts.SealMs/counts.Sealed, counts.Overhead/counts.Sealed)
}

func hostSeat(v client.View) string {
	for _, p := range v.People {
		if p.Role == "host" {
			return p.Seat
		}
	}
	return ""
}

//go:build linux

package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
	"time"

	"anteroom/signaling/client"
	"anteroom/web/browsertest"
)

// behindOneAddress is a cluster behind a load balancer that is what browsers
// know. It sends nobody to a node that is gone; what is open it leaves open.
func behindOneAddress(t *testing.T, n int) (c *cluster, public string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	public = "http://" + l.Addr().String()
	c = newCluster(t, n, "--public-url", public)
	balancer := httptest.NewUnstartedServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			at, _ := url.Parse(c.next().url)
			r.SetURL(at)
			r.Out.Host = r.In.Host
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	must(t, balancer.Listener.Close())
	balancer.Listener = l
	balancer.Start()
	t.Cleanup(balancer.Close)
	return c, public
}

// watchGap notes when a page last decoded a new picture, the longest time without
// one, and whether the page has said since then that it connects again.
const watchGap = `(() => {
  const frames = new Map();
  let last = performance.now();
  window.testGap = { longest: 0, said: false, now: () => performance.now() - last };
  setInterval(async () => {
    window.testGap.said ||= [...document.querySelectorAll('[role=status]')].some((e) => e.innerText.includes('connecting again'));
    let more = false;
    for (const [i, pc] of window.testPeers.entries()) {
      if (pc.connectionState !== 'connected') continue;
      for (const s of (await pc.getStats()).values()) {
        if (s.type !== 'inbound-rtp' || s.kind !== 'video') continue;
        const key = i + s.id;
        more ||= (frames.get(key) ?? 0) < (s.framesDecoded ?? 0);
        frames.set(key, s.framesDecoded ?? 0);
      }
    }
    if (!more) return;
    window.testGap.longest = Math.max(window.testGap.longest, performance.now() - last);
    last = performance.now();
  }, 50);
})()`

// browsers are two pages of one session in which somebody was removed and the
// room is locked.
type browsers struct {
	*clusterSession
	host, guest *person
}

func (c *cluster) browsers(t *testing.T) *browsers {
	t.Helper()
	b, no := &browsers{}, false
	c.e2ee = 1
	chromium := browsertest.Chromium(t)
	b.host = newPerson(t, chromium, "host", browsertest.PageOptions{})
	b.guest = newPerson(t, chromium, "S.", browsertest.PageOptions{})
	made, err := c.api().Create(c.within(), client.SessionSpec{
		Guests: client.Labels("S.", "removed", "late"), PlanB: "I ring you within five minutes.", Policy: &client.Policy{AutoLock: &no},
	})
	must(t, err)
	b.clusterSession = c.linked(made)
	b.host.enter(made.Hosts[0].Link)
	b.guest.askToJoin(made.Guests[0].Link)
	b.host.Click("button", "Admit S.")
	bad, err := b.join("removed", c.next()).Connect(c.within())
	must(t, err)
	t.Cleanup(bad.Close)
	b.host.Click("button", "Admit removed")
	b.host.Click("button", "Remove removed")
	b.host.confirmRemoval("removed")
	b.host.Click("button", "Lock room")
	b.host.WaitFor("button", "Unlock room")
	for _, p := range []*person{b.host, b.guest} {
		p.seesAndHears(1)
		p.Eval(watchGap, nil)
	}
	return b
}

// lose waits until both pages have said that they connect again. They may be back
// by then.
func (b *browsers) lose() {
	for _, p := range []*person{b.host, b.guest} {
		p.Wait("window.testGap.said")
	}
}

// after waits until both see and hear each other once more. It returns the longest
// time without a new picture.
func (b *browsers) after(t *testing.T, what string) time.Duration {
	t.Helper()
	var longest time.Duration
	for _, p := range []*person{b.host, b.guest} {
		p.WaitStatus("You are in the room")
		p.Wait("window.testGap.now() < 500")
		p.Wait("window.testReceived().then((r) => r.videos === 1 && r.sounds === 1)")
		var ms float64
		p.Eval("window.testGap.longest", &ms)
		p.Eval("Object.assign(window.testGap, { longest: 0, said: false })", nil)
		gap := time.Duration(ms) * time.Millisecond
		t.Logf("%s: %s without a new picture for %v", what, p.name, gap)
		longest = max(longest, gap)
	}
	b.refuses("removed", client.CodeRemoved)
	b.refuses("late", client.CodeLocked)
	b.refuses("S.", client.CodeLinkUsed)
	b.host.WaitFor("button", "Unlock room")
	return longest
}

// TestFailoverInChromium: two people in browsers, whose node is killed, then
// freezes, then is gone with all the others. Each time the pages say so, come back
// by themselves, and nobody else gets in.
func TestFailoverInChromium(t *testing.T) {
	t.Parallel()
	c, _ := behindOneAddress(t, 3)
	b := c.browsers(t)

	c.holding().die()
	b.lose()
	if gap := b.after(t, "killed"); gap > 6*time.Second {
		t.Errorf("no picture for %v after a kill", gap)
	}

	frozen := c.holding()
	frozen.freeze()
	begun := time.Now()
	b.lose()
	if noticed := time.Since(begun); noticed > 8*time.Second {
		t.Errorf("noticed after %v", noticed)
	}
	if gap := b.after(t, "frozen"); gap > 12*time.Second {
		t.Errorf("no picture for %v after a freeze", gap)
	}
	frozen.thaw()
	b.after(t, "awake again")
}

// TestAllGoneInChromium: when no machine is left, the pages say what was agreed
// for that, and go on when one is back.
func TestAllGoneInChromium(t *testing.T) {
	t.Parallel()
	c, _ := behindOneAddress(t, 1)
	b := c.browsers(t)
	only := c.nodes[0]
	only.kill()
	b.lose()
	for _, p := range []*person{b.host, b.guest} {
		p.WaitText("I ring you within five minutes.")
	}
	only.start()
	b.after(t, "all gone and back")
}

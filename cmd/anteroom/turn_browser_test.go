package main

import (
	"crypto/tls"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"anteroom/cmd/internal/netlab"
	"anteroom/web/browsertest"
)

// watchWay tells by what kind of way media come in.
const watchWay = `
window.testWay = async () => {
  for (const pc of window.testPeers) {
    const stats = [...(await pc.getStats()).values()];
    const pair = stats.find((s) => s.type === 'candidate-pair' && s.nominated && s.state === 'succeeded' && s.bytesReceived > 0);
    const local = stats.find((s) => s.id === pair?.localCandidateId);
    if (local) return local.candidateType === 'relay' ? 'relay ' + local.relayProtocol : local.protocol;
  }
  return '';
};
`

// secureIn starts the program with TLS of its own in a network of the test.
func secureIn(t *testing.T, n *netlab.Node, change ...func(*Config)) *launched {
	t.Helper()
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	newAuthority(t).put(1, cert, key, "hello.example")
	app := launchIn(t, n, append([]func(*Config){func(c *Config) { c.TLSCert, c.TLSKey = cert, key }}, change...)...)
	app.http.Transport.(*http.Transport).TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	return app
}

// People whose network lets only some of it through see and hear each other all
// the same: over UDP, over TCP where there is no UDP, and where only the port of
// the web pages is open, through TURN over TLS on that port. (Firefox cannot be
// told to take any certificate for TURN, so there it is TURN's own port.)
func TestBlockedNetworks(t *testing.T) {
	t.Parallel()
	lab := netlab.New(t)
	gateway, home, clinic := lab.Node("gateway"), lab.Node("home"), lab.Node("clinic")
	app := secureIn(t, gateway, func(c *Config) { c.TURN.Listen = gateway.AddressPort(3478).String() })
	there := browsertest.Options{Network: clinic, InsecureCertificates: true}
	chromium, firefox := browsertest.Chromium(t, there), browsertest.Firefox(t, there)
	s := app.createSession(t, "S.", "M.", "F.")
	host := newPerson(t, browsertest.Chromium(t, browsertest.Options{Network: home, InsecureCertificates: true}), "host", browsertest.PageOptions{})
	host.enter(s.host())
	for _, c := range []struct {
		name    string
		browser *browsertest.Browser
		blocked []string
		way     string
	}{
		{"S.", chromium, []string{"meta l4proto udp"}, "tcp"},
		{"M.", chromium, []string{"th dport != 8080"}, "relay tls"},
		{"F.", firefox, []string{"meta l4proto udp", "tcp dport != { 8080, 3478 }"}, "relay tcp"},
	} {
		for _, one := range c.blocked {
			lab.Drop(clinic.From() + " " + one)
		}
		guest := newPerson(t, c.browser, c.name, browsertest.PageOptions{Preload: watchWay})
		guest.askToJoin(s.guest(c.name))
		host.Click("button", "Admit "+c.name)
		begin := time.Now()
		guest.Wait("window.testReceived().then((r) => r.videos > 0 && r.sounds > 0)")
		t.Logf("by %s: picture and sound %v after being let in", c.way, time.Since(begin).Round(10*time.Millisecond))
		guest.seesAndHears(1)
		host.seesAndHears(1)
		var way string
		guest.Eval("window.testWay()", &way)
		if way != c.way {
			t.Errorf("media come by %q, want %q", way, c.way)
		}
		guest.Click("button", "Leave")
		guest.WaitText("You have left")
		for _, one := range c.blocked {
			lab.Undrop(clinic.From() + " " + one)
		}
	}
}

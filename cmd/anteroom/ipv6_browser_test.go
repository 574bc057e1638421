package main

import (
	"net/http"
	"testing"

	"anteroom/cmd/internal/netlab"
	"anteroom/web/browsertest"
)

// Pages and media over IPv6 alone.
func TestIPv6(t *testing.T) {
	t.Parallel()
	lab := netlab.New(t)
	gateway, people := lab.Node("gateway"), lab.Node("people")
	at := gateway.IPv6()
	people.IPv6()
	lab.Drop(people.From()) // of IPv4
	app := prepare(t, func(c *Config) {
		c.Listen, c.MediaAddress, c.PublicURL = "[::]:8080", ":7900", "http://["+at.String()+"]:8080"
	})
	app.http.Transport.(*http.Transport).DialContext = gateway.DialContext
	gateway.Do(app.start)
	s := app.createSession(t, "S.")
	browser := browsertest.Chromium(t, browsertest.Options{
		Network: people, SecureOrigins: []string{app.URL()},
		Flags: map[string]any{"host-resolver-rules": "MAP * ~NOTFOUND, EXCLUDE fd77*"},
	})
	host := newPerson(t, browser, "host", browsertest.PageOptions{})
	guest := newPerson(t, browser, "S.", browsertest.PageOptions{Preload: watchWay})
	s.meet(host, guest)
	var way string
	guest.Eval("window.testWay()", &way)
	if way != "udp" {
		t.Errorf("media come by %q", way)
	}
}

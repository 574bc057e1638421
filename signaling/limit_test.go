package signaling

import (
	"net/http"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"anteroom/room"
	"anteroom/signaling/client"
)

// becomes gives a limiter other bounds, for tests.
func (l *limiter) becomes(perSecond float64, burst int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rate, l.burst = rate.Limit(perSecond), burst
	clear(l.by)
}

func TestClientAddress(t *testing.T) {
	s := &Server{cfg: Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}}
	for name, c := range map[string]struct {
		from      string
		forwarded []string
		want      string
	}{
		"no proxy":                       {"192.0.2.1:99", nil, "192.0.2.1"},
		"a stranger's word":              {"192.0.2.1:99", []string{"198.51.100.7"}, "192.0.2.1"},
		"a proxy's word":                 {"10.0.0.1:99", []string{"198.51.100.7"}, "198.51.100.7"},
		"two proxies":                    {"10.0.0.1:99", []string{"198.51.100.7, 10.2.3.4"}, "198.51.100.7"},
		"what the client put in front":   {"10.0.0.1:99", []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7"},
		"in a line of its own":           {"10.0.0.1:99", []string{"203.0.113.9", "198.51.100.7"}, "198.51.100.7"},
		"a proxy that says nothing":      {"10.0.0.1:99", nil, "10.0.0.1"},
		"nonsense":                       {"10.0.0.1:99", []string{"unknown"}, "10.0.0.1"},
		"a mapped proxy":                 {"[::ffff:10.0.0.1]:99", []string{"2001:db8::1"}, "2001:db8::1"},
		"an IPv6 proxy":                  {"[fd00::1]:99", []string{"2001:db8::1"}, "2001:db8::1"},
		"proxies all the way":            {"10.0.0.1:99", []string{"10.0.0.2"}, "10.0.0.2"},
		"nonsense before a proxy's word": {"10.0.0.1:99", []string{"-, 198.51.100.7"}, "198.51.100.7"},
	} {
		r := &http.Request{RemoteAddr: c.from, Header: http.Header{"X-Forwarded-For": c.forwarded}}
		if got := s.clientOf(r); got != netip.MustParseAddr(c.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestLimiterByNetwork(t *testing.T) {
	now := time.Unix(1000, 0)
	take := func(l *limiter, from string) room.Code { return room.CodeOf(l.take(netip.MustParseAddr(from), now)) }
	l := newLimiter(1, 2)
	for _, from := range []string{"192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1", "fe80::1%a", "fe80::2%b"} {
		if code := take(l, from); code != "" {
			t.Errorf("%s: %s", from, code)
		}
	}
	for _, from := range []string{"192.0.2.1", "2001:db8::2", "fe80::3"} {
		if code := take(l, from); code != room.CodeRateLimited {
			t.Errorf("%s a third time: %q", from, code)
		}
	}
	for _, from := range []string{"192.0.2.2", "2001:db8:0:1::2"} {
		if code := take(l, from); code != "" {
			t.Errorf("%s: the neighbour's use counts: %q", from, code)
		}
	}
	now = now.Add(time.Second)
	if code := take(l, "192.0.2.1"); code != "" {
		t.Errorf("a second later: %q", code)
	}
}

func TestLimiterForgets(t *testing.T) {
	now := time.Unix(1000, 0)
	l := newLimiter(1, 1)
	addr := netip.MustParseAddr("192.0.2.0")
	for range 3 * maxTracked {
		if err := l.take(addr, now); err != nil {
			t.Fatal(err)
		}
		addr = addr.Next()
		if len(l.by) > maxTracked {
			t.Fatalf("%d addresses are remembered", len(l.by))
		}
	}
}

func TestTooManyJoins(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.JoinRate, c.JoinBurst = 1, 3; c.Now = func() time.Time { return time.Unix(2e9, 0) } })
	link, err := client.Parse("http://hello.test/j#e30.eyJqdGkiOiJ4In0.c2ln")
	ok(t, err)
	for range 3 {
		_, err := client.PreviewLink(within(t), link, w.options())
		refused(t, err, client.CodeLinkInvalid)
	}
	_, err = client.PreviewLink(within(t), link, w.options())
	refused(t, err, client.CodeRateLimited)
	if e := err.(*client.Error); e.Status != http.StatusTooManyRequests || !e.RetryAt.Equal(time.Unix(2e9+2, 0)) {
		t.Errorf("status %d, retry at %v", e.Status, e.RetryAt)
	}
	key, err := client.NewKey()
	ok(t, err)
	_, err = client.Resume("http://hello.test", "x", key, w.options()).Connect(within(t))
	refused(t, err, client.CodeRateLimited)
	if _, err := w.api.List(within(t)); err != nil {
		t.Errorf("the owner is refused too: %v", err)
	}
}

package signaling

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/signaling/client"
)

func TestCrowdByNetwork(t *testing.T) {
	c := newCrowd()
	in := func(from string) int { return c.enter(netip.MustParseAddr(from)) }
	for _, step := range []struct {
		from string
		want int
	}{
		{"192.0.2.1", 1}, {"::ffff:192.0.2.1", 2}, {"192.0.2.2", 1}, {"2001:db8::1", 1}, {"2001:db8::ffff:1", 2}, {"2001:db8:0:1::1", 1}, {"fe80::1%a", 1}, {"fe80::2%b", 2},
	} {
		if got := in(step.from); got != step.want {
			t.Errorf("%s: %d", step.from, got)
		}
	}
	for _, from := range []string{"192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::2", "fe80::1", "fe80::1"} {
		c.leave(netip.MustParseAddr(from))
	}
	if len(c.by) != 0 {
		t.Errorf("%d addresses are remembered", len(c.by))
	}
}

// dialFrom opens a connection from one of this machine's addresses.
func (w *world) dialFrom(from string) net.Conn {
	w.t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c := must[net.Conn](w.t)(d.DialContext(within(w.t), "tcp", strings.TrimPrefix(w.url, "http://")))
	w.t.Cleanup(func() { _ = c.Close() })
	ok(w.t, c.SetDeadline(time.Now().Add(15*time.Second)))
	return c
}

// asks makes a call over a connection; the status is 0 if that is closed.
func asks(t *testing.T, c net.Conn) (status int, body string) {
	t.Helper()
	_, _ = io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: hello.test\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = resp.Body.Close() }()
	return resp.StatusCode, string(must[[]byte](t)(io.ReadAll(resp.Body)))
}

// One address has so many connections and no more: the next is told so, those
// beyond are closed. Others do not notice, and what is closed makes room.
func TestConnectionsOfOneAddress(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Connections = 3 })
	var open []net.Conn
	for range 3 {
		c := w.dialFrom("127.0.0.7")
		if status, _ := asks(t, c); status != http.StatusOK {
			t.Fatalf("within the limit: status %d", status)
		}
		open = append(open, c)
	}
	told := w.dialFrom("127.0.0.7")
	if status, body := asks(t, told); status != http.StatusTooManyRequests || !strings.Contains(body, `"rate_limited"`) {
		t.Errorf("beyond it: status %d, %s", status, body)
	}
	if n, err := told.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("and then it stays open: %v", err)
	}
	for range 2 { // they say nothing, and so are not told
		open = append(open, w.dialFrom("127.0.0.7"))
	}
	if n, err := open[4].Read(make([]byte, 1)); n != 0 || err == nil {
		t.Error("far beyond it is not closed")
	}
	if status, _ := asks(t, w.dialFrom("127.0.0.8")); status != http.StatusOK {
		t.Errorf("somebody else: status %d", status)
	}
	for _, c := range open {
		_ = c.Close()
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		c := w.dialFrom("127.0.0.7")
		status, _ := asks(t, c)
		_ = c.Close()
		if status == http.StatusOK {
			return
		}
		ok(t, within(t).Err())
	}
}

// Behind a proxy that is trusted its clients are told apart; what others say of
// themselves counts for nothing.
func TestWebsocketsBehindAProxy(t *testing.T) {
	w := newWorld(t, func(c *Config) {
		c.Connections = 2
		c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	})
	open := func(proxy, client string) (net.Conn, int) {
		c := w.dialFrom(proxy)
		_, _ = io.WriteString(c, "GET /v1/ws HTTP/1.1\r\nHost: hello.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
			"Sec-WebSocket-Key: YW50ZXJvb20gZG9jdG9yIQ==\r\nSec-WebSocket-Protocol: anteroom.v1\r\nX-Forwarded-For: "+client+"\r\n\r\n")
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			return c, 0
		}
		return c, resp.StatusCode
	}
	for n, step := range []struct {
		proxy, client string
		want          int
	}{
		{"127.0.0.1", "192.0.2.1", 101}, {"127.0.0.1", "192.0.2.1", 101}, {"127.0.0.1", "192.0.2.1", 429},
		{"127.0.0.1", "192.0.2.2", 101}, {"127.0.0.1", "2001:db8::1", 101}, {"127.0.0.1", "2001:db8::2", 101}, {"127.0.0.1", "2001:db8::3", 429},
		{"127.0.0.9", "192.0.2.3", 101}, {"127.0.0.9", "192.0.2.4", 101}, {"127.0.0.9", "192.0.2.5", 429},
	} {
		if _, status := open(step.proxy, step.client); status != step.want {
			t.Errorf("number %d, %s by way of %s: status %d", n, step.client, step.proxy, status)
		}
	}
	if n := w.server.Figures().Refused[room.CodeRateLimited]; n != 3 {
		t.Errorf("%d refusals are counted", n)
	}
}

// A websocket that has ended makes room for another.
func TestWebsocketsThatEnd(t *testing.T) {
	m := newWorld(t, func(c *Config) { c.Connections = 1 }).of()
	seat := m.join("Host")
	m.http.CloseIdleConnections()
	for range 5 {
		var c *client.Conn
		for tick := time.NewTicker(5 * time.Millisecond); c == nil; <-tick.C {
			one, err := seat.Connect(within(t))
			if err == nil {
				c = one
			} else if client.CodeOf(err) != client.CodeRateLimited {
				t.Fatal(err)
			}
			ok(t, within(t).Err())
		}
		c.Close()
	}
}

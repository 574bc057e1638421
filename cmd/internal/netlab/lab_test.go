package netlab

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"anteroom/web/browsertest"
)

// TestNodes holds that nodes reach each other and nothing else, on both kinds
// of line, and that counters and drops see what they are to see.
func TestNodes(t *testing.T) {
	lab := New(t)
	near, far, bystander := lab.Node("near"), lab.FarNode("far"), lab.Node("bystander")
	a, b := near.ListenUDP(7000), far.ListenUDP(7000)
	send(t, a, b.LocalAddr(), "there")
	if got, from := receive(t, b); got != "there" || from.Addr() != near.Address() {
		t.Fatalf("got %q from %v", got, from)
	}
	send(t, b, a.LocalAddr(), "back")
	if got, _ := receive(t, a); got != "back" {
		t.Fatalf("got %q", got)
	}
	if got := []uint64{near.Arrived(), far.Arrived(), bystander.Arrived()}; got[0] != 1 || got[1] != 1 || got[2] != 0 {
		t.Errorf("packets arrived at near, far and bystander: %v, want 1, 1, 0", got)
	}

	only := near.From() + " udp dport 7000"
	lab.Drop(only)
	send(t, a, b.LocalAddr(), "dropped")
	lab.Undrop(only)
	send(t, a, b.LocalAddr(), "passed")
	if got, _ := receive(t, b); got != "passed" {
		t.Errorf("got %q past the drop", got)
	}

	if out := near.Run("ip", "-o", "-4", "address", "show"); strings.Count(out, "inet ") != 2 {
		t.Errorf("near has other addresses than loopback and its own:\n%s", out)
	}
	if out, err := lab.router.run("", "ip", "-o", "link", "show"); err != nil || strings.Count(out, "\n") != 4 {
		t.Errorf("router has other lines than loopback and the nodes', %v:\n%s", err, out)
	}
}

func send(t *testing.T, c *net.UDPConn, to net.Addr, text string) {
	t.Helper()
	if _, err := c.WriteTo([]byte(text), to); err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, c *net.UDPConn) (string, netip.AddrPort) {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 2000)
	n, from, err := c.ReadFromUDPAddrPort(buf)
	if err != nil {
		t.Fatal(err)
	}
	return string(buf[:n]), from
}

// TestStart holds that a program runs in its node and ends with the test, and
// that Do comes home.
func TestStart(t *testing.T) {
	outside, err := os.Readlink("/proc/thread-self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	t.Run("lab", func(t *testing.T) {
		n := New(t).Node("n")
		cmd := exec.Command("sleep", "600")
		n.Start(cmd)
		pid = cmd.Process.Pid
		n.Do(func() {
			inside, err := os.Readlink("/proc/thread-self/ns/net")
			if err != nil || inside == outside {
				t.Errorf("Do ran f in %q, the test is in %q: %v", inside, outside, err)
			}
		})
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if now, err := os.Readlink("/proc/thread-self/ns/net"); err != nil || now != outside {
			t.Errorf("Do left the goroutine in %q, want %q: %v", now, outside, err)
		}
	})
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("program %d outlived the test: %v", pid, err)
	}
}

// TestAble holds that a missing right or program is said, with what to do.
func TestAble(t *testing.T) {
	all := func(p string) (string, error) { return "/sbin/" + p, nil }
	none := func(p string) (string, error) { return "", exec.ErrNotFound }
	for _, test := range []struct {
		euid int
		look func(string) (string, error)
		want string
	}{{0, all, ""}, {1000, all, "need root"}, {0, none, "make test-tools"}} {
		got := fmt.Sprint(able(test.euid, test.look))
		if test.want == "" && got != "<nil>" || !strings.Contains(got, test.want) {
			t.Errorf("able as user %d: %s, want %q", test.euid, got, test.want)
		}
	}
}

// TestPathCheck holds that lines which cannot be are refused.
func TestPathCheck(t *testing.T) {
	for _, test := range []struct {
		path Path
		far  bool
		ok   bool
	}{
		{Path{}, false, true},
		{Path{Rate: 1e6, Loss: 0.5}, false, true},
		{Path{Delay: time.Millisecond, Jitter: 1, Loss: 1, Burst: 3}, true, true},
		{Path{Delay: time.Millisecond}, false, false},
		{Path{Loss: 0.1, Burst: 2}, false, false},
		{Path{Loss: 1.1}, true, false},
		{Path{Loss: 0.1, Burst: 0.5}, true, false},
		{Path{Rate: -1}, true, false},
	} {
		if err := test.path.check(test.far); (err == nil) != test.ok {
			t.Errorf("%+v, far %v: %v", test.path, test.far, err)
		}
	}
}

// TestBrowser holds that browsers live in nodes, have cameras there, and reach
// a server in another node and nothing else.
func TestBrowser(t *testing.T) {
	for name, start := range map[string]func(testing.TB, ...browsertest.Options) *browsertest.Browser{
		"chromium": browsertest.Chromium, "firefox": browsertest.Firefox,
	} {
		t.Run(name, func(t *testing.T) {
			lab := New(t)
			server, person := lab.Node("server"), lab.FarNode("person")
			serve(t, server.Listen(8080))
			origin := "http://" + server.AddressPort(8080).String()
			p := start(t, browsertest.Options{Network: person, SecureOrigins: []string{origin}}).NewPage(t)
			p.Goto(origin)
			p.WaitText("hello " + person.Address().String())
			p.Wait("isSecureContext && navigator.mediaDevices.getUserMedia({video: true}).then(s => s.active)")
		})
	}
}

// serve greets by address until the test ends.
func serve(t *testing.T, l net.Listener) {
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			t.Error(err)
		}
		fmt.Fprintf(w, "hello %s", host)
	})}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
}

// sink counts numbered packets until one that says "end", in its own goroutine.
func sink(c *net.UDPConn) <-chan []int {
	result := make(chan []int, 1)
	go func() {
		var seen []int
		buf := make([]byte, 2000)
		for {
			n, err := c.Read(buf)
			if err != nil || bytes.HasPrefix(buf[:n], []byte("end")) {
				result <- seen
				return
			}
			if i, err := strconv.Atoi(strings.TrimRight(string(buf[:n]), " ")); err == nil {
				seen = append(seen, i)
			}
		}
	}()
	return result
}

//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"anteroom/signaling/client"
)

// attacked is the built program with a session going on in it.
type attacked struct {
	*process
	at, admin   string
	links       map[string]client.Link
	host, guest *client.Conn
}

// besiege runs the program, with nobody in it yet.
func besiege(t *testing.T, env ...string) *attacked {
	t.Helper()
	a := &attacked{at: freePort(t), admin: freePort(t), links: map[string]client.Link{}}
	cmd := exec.Command(build(t), "--listen", a.at, "--media-address", "127.0.0.1:0", "--admin-listen", a.admin, "--state-dir", t.TempDir(), "--store", "memory")
	cmd.Env = append(env, "ANTEROOM_API_KEY="+testKey)
	a.process = spawn(t, cmd)
	a.url()
	return a
}

func attack(t *testing.T) *attacked {
	t.Helper()
	a := besiege(t)
	off, no := "off", false
	s, err := client.API{URL: "http://" + a.at, Key: testKey, HTTP: from(t, 1)}.Create(a.within(), client.SessionSpec{
		Guests: client.Labels("S.", "M."), Policy: &client.Policy{E2EE: &off, AutoLock: &no},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, inv := range append(s.Hosts, s.Guests...) {
		if a.links[inv.Label], err = client.Parse(inv.Link); err != nil {
			t.Fatal(err)
		}
	}
	a.host, _ = a.enter("Host")
	guest, seat := a.enter("S.")
	if err := a.host.Admit(a.within(), seat); err != nil {
		t.Fatal(err)
	}
	a.guest = guest
	if _, err := guest.WaitPhase(a.within(), client.PhaseIn); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *attacked) within() context.Context {
	ctx, cancel := context.WithTimeout(a.t.Context(), time.Minute)
	a.t.Cleanup(cancel)
	return ctx
}

// enter takes a seat, from an address of its own.
func (a *attacked) enter(label string) (*client.Conn, string) {
	a.t.Helper()
	seat, err := client.Join(a.within(), a.links[label], client.Options{HTTP: from(a.t, 2)})
	if err != nil {
		a.t.Fatal(err)
	}
	c, err := seat.Connect(a.within())
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(c.Close)
	return c, seat.ID
}

// from makes calls from the n-th of many addresses.
func from(t testing.TB, n int) *http.Client {
	d := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 66, byte(n>>8), byte(n))}}
	tr := &http.Transport{DialContext: d.DialContext, MaxIdleConnsPerHost: 4}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: patience}
}

// slowest is how long a message may take while the program is under attack, on
// a machine that the attackers share.
const slowest = 5 * time.Second

// goesOn has the session talk until done, and checks that no message takes long.
func (a *attacked) goesOn(done <-chan struct{}) {
	a.t.Helper()
	pause := time.NewTicker(100 * time.Millisecond) // people do not write more often
	defer pause.Stop()
	for n := 0; ; n++ {
		said, began := fmt.Sprint("message ", n), time.Now()
		if err := a.guest.Say(a.within(), said, false); err != nil {
			a.t.Fatalf("the session is harmed: %v", err)
		}
		got, err := a.host.NextChat(a.within())
		if err != nil || got.Text != said {
			a.t.Fatalf("the session is harmed: %v", err)
		}
		if took := time.Since(began); took > slowest {
			a.t.Errorf("a message took %v", took)
		}
		select {
		case <-done:
			return
		case <-pause.C:
		}
	}
}

// figure reads a number from the program's metrics.
func (a *attacked) figure(name string) float64 {
	a.t.Helper()
	client := from(a.t, 3)
	defer client.CloseIdleConnections()
	resp, err := client.Get("http://" + a.admin + "/metrics")
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindSubmatch(text)
	if found == nil {
		a.t.Fatalf("there is no %s", name)
	}
	value, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		a.t.Fatal(err)
	}
	return value
}

// settles waits until a figure is down to a limit.
func (a *attacked) settles(name string, limit float64) {
	a.t.Helper()
	deadline, again := time.NewTimer(patience), time.NewTicker(100*time.Millisecond)
	defer deadline.Stop()
	defer again.Stop()
	for {
		now := a.figure(name)
		if now <= limit {
			return
		}
		select {
		case <-again.C:
		case <-deadline.C:
			a.t.Fatalf("%s stays at %v, over %v", name, now, limit)
		}
	}
}

// Thousands of connections that say nothing, or half of something, are cut, and
// meanwhile a session goes on and somebody new comes in.
func TestIdleAndSlowConnections(t *testing.T) {
	a := attack(t)
	files := a.figure("process_open_fds")
	number := descriptors(t, 10000)
	var open []net.Conn
	defer func() {
		for _, c := range open {
			_ = c.Close()
		}
	}()
	for i := range number {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 67, byte(i>>10), 1)}}
		c, err := d.DialContext(a.within(), "tcp", a.at)
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		open = append(open, c)
		if i%2 == 0 {
			_, _ = c.Write([]byte("POST /v1/join HTTP/1.1\r\nHost: x\r\nX-Slow: "))
		}
	}
	cut := make(chan struct{})
	go func() {
		defer close(cut)
		for _, c := range open {
			_, _ = io.Copy(io.Discard, c) // until the program closes
		}
	}()
	a.goesOn(cut)
	a.enter("M.")
	a.settles("process_open_fds", files+10)
	a.stop()
}

// descriptors raises the limit of open files and returns how many connections of
// those wanted it leaves room for.
func descriptors(t *testing.T, want int) int {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	return min(want, int(limit.Cur)-1000)
}

// Thousands of redemptions, from many addresses, good and bad ones: the session
// goes on, each gets an answer, and afterwards the program is as large as before.
func TestManyRedemptions(t *testing.T) {
	a := attack(t)
	goroutines, files := a.figure("go_goroutines"), a.figure("process_open_fds")
	key, err := client.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	const addresses, each = 100, 40
	var joined, refused atomic.Int64
	var group sync.WaitGroup
	done, turns := make(chan struct{}), make(chan struct{}, 8)
	began := time.Now()
	for n := range addresses {
		group.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			caller := from(t, 100+n)
			defer caller.CloseIdleConnections()
			for i := range each {
				o := client.Options{HTTP: caller, Key: key}
				if i%2 == 0 {
					o.Key = nil // somebody else with the same link
				}
				switch _, err := client.Join(t.Context(), a.links["M."], o); {
				case err == nil:
					joined.Add(1)
				case client.CodeOf(err) == client.CodeLinkUsed, client.CodeOf(err) == client.CodeRateLimited:
					refused.Add(1)
				default:
					t.Errorf("a redemption: %v", err)
				}
			}
		})
	}
	if _, err := client.Join(t.Context(), a.links["M."], client.Options{HTTP: from(t, 4), Key: key}); err != nil && client.CodeOf(err) != client.CodeLinkUsed {
		t.Error(err)
	}
	go func() { group.Wait(); close(done) }()
	a.goesOn(done)
	t.Logf("%d redemptions joined, %d refused, %.0f per second", joined.Load(), refused.Load(), addresses*each/time.Since(began).Seconds())
	if joined.Load() == 0 || refused.Load() < addresses*each/2 {
		t.Errorf("of %d redemptions %d joined and %d were refused", addresses*each, joined.Load(), refused.Load())
	}
	a.settles("go_goroutines", goroutines+10)
	a.settles("process_open_fds", files+10)
	a.settles("process_resident_memory_bytes", 300<<20)
	a.stop()
}

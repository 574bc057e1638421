//go:build linux

package main

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"

	"anteroom/signaling/client"
)

// gaps are the times between things that should come evenly.
type gaps struct {
	mu   sync.Mutex
	last time.Time
	all  []time.Duration
}

func (g *gaps) came() {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if !g.last.IsZero() {
		g.all = append(g.all, now.Sub(g.last))
	}
	g.last = now
}

// taken returns what was gathered and begins anew.
func (g *gaps) taken() []time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := g.all
	g.all = nil
	return all
}

// meeting is a session with media between a host and a guest in the attacked
// program: what people would notice of the attack.
type meeting struct {
	*visit
	host, guest *visitor
	heard       gaps // by the host
}

func (a *attacked) meet(guests ...string) *meeting {
	a.t.Helper()
	m := &meeting{visit: newVisit(a.t, "http://"+a.at, client.Options{HTTP: from(a.t, 1)}, guests...)}
	m.host, m.guest = m.enter("Host"), m.enter(guests[0])
	m.admit(m.host, m.guest)
	m.publish(m.guest, m.host)
	media, err := m.host.Publish(m.within(), client.MediaOptions{
		Engine: m.engine, Audio: 2, Video: 2, OnPacket: func(from client.Slot, _ *rtp.Packet) {
			if from.Seat == m.guest.seat.ID && from.Kind == client.Audio {
				m.heard.came()
			}
		},
	})
	m.ok(err)
	a.t.Cleanup(media.Close)
	m.ok(media.WaitPackets(m.within(), m.guest.seat.ID, client.Audio, 10))
	return m
}

// goesOn has the people talk until done and returns how long their messages took.
func (m *meeting) goesOn(done <-chan struct{}) (took []time.Duration) {
	m.t.Helper()
	m.heard.taken()
	pause := time.NewTicker(60 * time.Millisecond) // not more often than a connection may
	defer pause.Stop()
	for {
		began := time.Now()
		m.ok(m.guest.Say(m.within(), "hello", false))
		if _, err := m.host.NextChat(m.within()); err != nil {
			m.t.Fatalf("the session is harmed: %v", err)
		}
		took = append(took, time.Since(began))
		select {
		case <-done:
			return took
		case <-pause.C:
		}
	}
}

// redemption is the body of a call that tries to redeem a link with another key.
func (m *meeting) redemption(label string) []byte {
	m.t.Helper()
	tape := &tape{RoundTripper: m.options.HTTP.Transport}
	_, err := client.Join(m.within(), m.links[label], client.Options{HTTP: &http.Client{Transport: tape}})
	m.refused(err, client.CodeLinkUsed)
	return tape.body
}

// tape keeps the body of the last call.
type tape struct {
	http.RoundTripper
	body []byte
}

// RoundTrip implements http.RoundTripper.
func (t *tape) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		t.body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(t.body))
	}
	return t.RoundTripper.RoundTrip(r)
}

// flood makes so many calls a second, from so many addresses, and counts the
// answers by their status.
func (a *attacked) flood(body []byte, perSecond, addresses int, lasts time.Duration) map[int]int {
	turns, answers := make(chan *http.Client), make(chan int, perSecond)
	var workers sync.WaitGroup
	for range 32 {
		workers.Go(func() {
			for caller := range turns {
				resp, err := caller.Post("http://"+a.at+"/v1/join", "application/json", bytes.NewReader(body))
				if err != nil {
					answers <- 0
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				answers <- resp.StatusCode
			}
		})
	}
	go func() {
		defer func() { close(turns); workers.Wait(); close(answers) }()
		callers := make([]*http.Client, addresses)
		for n := range callers {
			callers[n] = from(a.t, 1000+n)
		}
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		n := 0
		for began := time.Now(); time.Since(began) < lasts; <-tick.C {
			for due := int(time.Since(began).Seconds() * float64(perSecond)); n < due; n++ {
				turns <- callers[n%addresses]
			}
		}
	}()
	count := map[int]int{}
	for status := range answers {
		count[status]++
	}
	return count
}

// A thousand redemptions a second, from one address and from two hundred: those
// who are in a session notice nothing. From one address nearly all are told to
// wait; from many each gets its refusal.
func TestThousandRedemptionsASecond(t *testing.T) {
	a := besiege(t)
	m := a.meet("S.", "M.")
	m.enter("M.")
	body := m.redemption("M.")
	perSecond, lasts := 1000, 8*time.Second
	if raced {
		perSecond, lasts = 200, 4*time.Second
	}
	for _, addresses := range []int{1, 200} {
		done := make(chan struct{})
		var answers map[int]int
		began := time.Now()
		go func() { defer close(done); answers = a.flood(body, perSecond, addresses, lasts) }()
		took := m.goesOn(done)
		rate, heard := 0.0, m.heard.taken()
		for _, n := range answers {
			rate += float64(n) / time.Since(began).Seconds()
		}
		t.Logf("from %d addresses: %.0f redemptions a second, answers %v; messages %s; between two packets of sound %s",
			addresses, rate, answers, quantiles(took), quantiles(heard))
		if rate < 0.7*float64(perSecond) {
			t.Errorf("only %.0f redemptions a second", rate)
		}
		if answers[http.StatusConflict]+answers[http.StatusTooManyRequests] < int(0.99*rate*lasts.Seconds()) {
			t.Errorf("some get no proper answer: %v", answers)
		}
		if addresses > 1 && answers[http.StatusTooManyRequests] > 0 {
			t.Errorf("from many addresses %d are told to wait", answers[http.StatusTooManyRequests])
		}
		m.unharmed(took, heard)
	}
	if notices := m.see(m.host, isIn).Notices; len(notices) != 1 || !strings.Contains(string(notices[0].Code), "link_reuse") {
		t.Errorf("the host has %d notices", len(notices))
	}
	a.stop()
}

// unharmed checks what people would notice.
func (m *meeting) unharmed(took, heard []time.Duration) {
	m.t.Helper()
	for what, all := range map[string][]time.Duration{"messages take": took, "sound stops for": heard} {
		if len(all) < 10 {
			m.t.Errorf("only %d were measured: %s", len(all), what)
			continue
		}
		// quantiles has sorted them.
		if late := all[len(all)*99/100]; late > 500*time.Millisecond {
			m.t.Errorf("%s %v at the 99th percentile", what, late)
		}
	}
}

//go:build linux

package main

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"anteroom/signaling/client"
)

// TestThousandSessions holds a thousand sessions of two people at once on three
// nodes, and admits a thousand people.
func TestThousandSessions(t *testing.T) {
	const sessions, workers = 1000, 32
	c := newCluster(t, 3)
	var next atomic.Int64
	var mu sync.Mutex
	var open []*client.Conn
	var admissions []time.Duration
	before := c.redisCost()
	begun := time.Now()
	var work sync.WaitGroup
	for range workers {
		work.Go(func() {
			for next.Add(1) <= sessions && !t.Failed() {
				host, guest, took, err := c.admission()
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				open, admissions = append(open, host, guest), append(admissions, took)
				mu.Unlock()
			}
		})
	}
	work.Wait()
	took := time.Since(begun)
	t.Cleanup(func() {
		for _, one := range open {
			one.Close()
		}
	})
	c.costs(sessions, before)
	var held, relayed, connections float64
	for _, n := range c.nodes {
		held += n.metric("anteroom_sessions")
		relayed += n.metric("anteroom_relayed_connections")
		connections += n.metric("anteroom_connections")
	}
	t.Logf("%d sessions in %v: %.0f a second, each with two links redeemed, two websockets and an admission; admission %s",
		sessions, took.Round(time.Millisecond), sessions/took.Seconds(), quantiles(admissions))
	t.Logf("%v of %v people relayed", relayed, connections-relayed)
	if held != sessions || connections-relayed != 2*sessions || relayed == 0 {
		t.Errorf("%v sessions, %v connections, %v of them relayed", held, connections, relayed)
	}
	if took > 90*time.Second {
		t.Errorf("it took %v", took)
	}
}

// redisCost is what Redis has done so far.
type redisCost struct {
	at       time.Time
	commands float64
	cpu      time.Duration
}

func (c *cluster) redisCost() redisCost {
	c.t.Helper()
	info := c.redis.Do(c.t, "INFO")
	field := func(name string) float64 {
		_, rest, found := strings.Cut(info, "\n"+name+":")
		text, _, _ := strings.Cut(rest, "\r")
		value, err := strconv.ParseFloat(text, 64)
		if err != nil || !found {
			c.t.Fatalf("Redis does not say %s: %v", name, err)
		}
		return value
	}
	cpu := field("used_cpu_user") + field("used_cpu_sys")
	return redisCost{time.Now(), field("total_commands_processed"), time.Duration(cpu * float64(time.Second))}
}

// costs says what sessions cost Redis: their beginning, and then their being
// there, which is the renewing of leases.
func (c *cluster) costs(sessions float64, before redisCost) {
	c.t.Helper()
	begun := c.redisCost()
	c.until("some seconds are over", func() bool { return time.Since(begun.at) > 5*time.Second })
	after := c.redisCost()
	seconds := after.at.Sub(begun.at).Seconds()
	each := (after.commands - begun.commands) / seconds / sessions
	c.t.Logf("Redis: %.1f commands and %v of CPU for each session's beginning; then %.2f commands a second for each, %v of CPU each, %.1f %% of a core in all",
		(begun.commands-before.commands)/sessions, ((begun.cpu - before.cpu) / time.Duration(sessions)).Round(time.Microsecond),
		each, ((after.cpu - begun.cpu) / time.Duration(each*seconds*sessions)).Round(100*time.Nanosecond),
		100*(after.cpu-begun.cpu).Seconds()/seconds)
	if each > 10 {
		c.t.Errorf("%.2f commands a second for each session that is there", each)
	}
}

// admission makes a session and lets somebody in; took is from the host's click to
// the guest's view.
func (c *cluster) admission() (host, guest *client.Conn, took time.Duration, err error) {
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	off, no := "off", false
	s, err := c.api().Create(ctx, client.SessionSpec{Guests: client.Labels("S."), Policy: &client.Policy{AutoLock: &no, E2EE: &off}})
	if err != nil {
		return nil, nil, 0, err
	}
	host, _, err = c.enter(ctx, s.Hosts[0].Link)
	if err != nil {
		return nil, nil, 0, err
	}
	guest, seat, err := c.enter(ctx, s.Guests[0].Link)
	if err != nil {
		return nil, nil, 0, err
	}
	begun := time.Now()
	if err := host.Admit(ctx, seat); err != nil {
		return nil, nil, 0, err
	}
	_, err = guest.WaitPhase(ctx, client.PhaseIn)
	return host, guest, time.Since(begun), err
}

// enter redeems a link at one node and connects at another.
func (c *cluster) enter(ctx context.Context, text string) (*client.Conn, string, error) {
	link, err := client.Parse(text)
	if err != nil {
		return nil, "", err
	}
	seat, err := client.Join(ctx, link, c.via(c.next()))
	if err != nil {
		return nil, "", err
	}
	conn, err := client.Resume(seat.Origin, seat.Session, seat.Key(), c.via(c.next())).Connect(ctx)
	return conn, seat.ID, err
}

// TestRelayOverhead measures what a relay adds to a message there and back.
func TestRelayOverhead(t *testing.T) {
	c := newCluster(t, 2)
	s := c.session("S.")
	host := s.join("Host", c.nodes[0])
	there := func(n *clusterNode) []time.Duration {
		conn, err := client.Resume(host.Origin, host.Session, host.Key(), c.via(n)).Connect(c.within())
		must(t, err)
		defer conn.Close()
		var all []time.Duration
		for range 100 {
			begun := time.Now()
			// A message that is answered without the store: what is left is the way.
			err := conn.SendKeys(c.within(), []client.Box{{Seat: "nobody", Box: "AQE"}})
			must(t, err)
			all = append(all, time.Since(begun))
		}
		return all
	}
	keep, err := host.Connect(c.within())
	must(t, err)
	defer keep.Close()
	direct := there(c.nodes[0])
	relayed := there(c.nodes[1])
	t.Logf("direct %s; relayed %s", quantiles(direct), quantiles(relayed))
	if c.nodes[1].taken("free") != 0 {
		t.Error("the session moved")
	}
}

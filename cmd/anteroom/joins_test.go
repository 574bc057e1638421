//go:build linux

package main

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"anteroom/signaling/client"
)

// Thousands of people come and go, each with a websocket and one in ten with
// media, sixteen at a time; when all have gone, the program is as it was before:
// goroutines, descriptors, memory, rooms.
func TestTenThousandJoins(t *testing.T) {
	people, each := 10000, 20
	if raced {
		people = 1000
	}
	a := besiege(t, "ANTEROOM_JOIN_RATE=1000000", "ANTEROOM_JOIN_BURST=1000000", "GOGC=25")
	engine := need[*client.Engine](t)(client.NewEngine(client.EngineOptions{Loopback: true}))
	first := from(t, 1)
	a.comeAndGo(first, engine, each) // what is made once is made
	first.CloseIdleConnections()
	a.settles("anteroom_sessions", 0)
	before := map[string]float64{}
	for name := range leaks() {
		before[name] = a.figure(name)
	}
	began, joined := time.Now(), a.figure("anteroom_joins_total")
	var left atomic.Int64
	left.Store(int64(people / each))
	var workers sync.WaitGroup
	for n := range 16 {
		workers.Go(func() {
			caller := from(t, 10+n)
			defer caller.CloseIdleConnections()
			for left.Add(-1) >= 0 && !t.Failed() {
				a.comeAndGo(caller, engine, each)
			}
		})
	}
	workers.Wait()
	took := time.Since(began)
	if got := a.figure("anteroom_joins_total") - joined; got != float64(people) {
		t.Errorf("%v have joined", got)
	}
	t.Logf("%d people came and went in %v: %.0f a second", people, took.Round(time.Millisecond), float64(people)/took.Seconds())
	for name, more := range leaks() {
		a.settles(name, before[name]+more)
		t.Logf("%s: %.0f before, %.0f after", name, before[name], a.figure(name))
	}
	a.stop()
}

// leaks are the figures that must come back to what they were, and how much more
// they may be then.
func leaks() map[string]float64 {
	return map[string]float64{
		"anteroom_sessions": 0, "anteroom_connections": 0, "anteroom_media_rooms": 0, "anteroom_media_peers": 0,
		"go_goroutines": 10, "process_open_fds": 10, "go_memstats_heap_alloc_bytes": 16 << 20,
	}
}

// comeAndGo makes a session of that many hosts, who need nobody to let them in,
// has each of them come and go, and ends it.
func (a *attacked) comeAndGo(caller *http.Client, engine *client.Engine, hosts int) {
	off := "off"
	spec := client.SessionSpec{Policy: &client.Policy{E2EE: &off}}
	for n := range hosts {
		spec.Hosts = append(spec.Hosts, client.Label{Label: fmt.Sprint("host ", n)})
	}
	api := client.API{URL: "http://" + a.at, Key: testKey, HTTP: caller}
	s, err := api.Create(a.t.Context(), spec)
	if err != nil {
		a.t.Error(err)
		return
	}
	for n, inv := range s.Hosts {
		if err := a.visits(inv.Link, caller, engine, n%10 == 0); err != nil {
			a.t.Errorf("number %d of a session: %v", n, err)
			return
		}
	}
	if err := api.End(a.t.Context(), s.ID); err != nil {
		a.t.Error(err)
	}
}

// visits is one person's coming and going.
func (a *attacked) visits(text string, caller *http.Client, engine *client.Engine, media bool) error {
	link, err := client.Parse(text)
	if err != nil {
		return err
	}
	seat, err := client.Join(a.t.Context(), link, client.Options{HTTP: caller})
	if err != nil {
		return err
	}
	c, err := seat.Connect(a.t.Context())
	if err != nil {
		return err
	}
	defer c.Close()
	if !media {
		return nil
	}
	m, err := c.Publish(a.t.Context(), client.MediaOptions{Engine: engine, Audio: 1, Video: 1})
	if err != nil {
		return err
	}
	defer m.Close()
	return m.WaitConnected(a.t.Context())
}

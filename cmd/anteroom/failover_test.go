//go:build linux

package main

import (
	"testing"
	"time"
)

// pairs makes sessions of two people who hear each other, all over the cluster.
func (c *cluster) pairs(n int) []*player {
	c.t.Helper()
	var all []*player
	for range n {
		s := c.session("S.")
		host, guest := s.play("Host", c.next()), s.play("S.", c.next())
		must(c.t, host.conn().Admit(c.within(), guest.seat.ID))
		all = append(all, host, guest)
	}
	c.hear(all)
	return all
}

func (c *cluster) hear(all []*player) {
	c.t.Helper()
	c.until("everybody hears", func() bool { return allHear(all) })
}

func allHear(all []*player) bool {
	for _, p := range all {
		if !p.hears() {
			return false
		}
	}
	return true
}

func (c *cluster) mark(all []*player) {
	for _, p := range all {
		p.mark()
	}
}

// gaps are the silences of those who lost their media, and how long their new
// websockets took.
func (c *cluster) gaps(all []*player) (silences, resumes []time.Duration) {
	for _, p := range all {
		if gap := p.gap(); gap > time.Second/2 || len(p.resumed()) > 0 {
			silences = append(silences, gap)
		}
		resumes = append(resumes, p.resumed()...)
	}
	return silences, resumes
}

// TestKilledNode: the sessions of a node that is killed go on elsewhere at once,
// since its machine says that it is gone, and nobody is admitted again; who was
// removed stays so, what is locked too.
func TestKilledNode(t *testing.T) {
	t.Parallel()
	c := newCluster(t, 3)
	promise := c.promise()
	all := c.pairs(6)
	c.mark(all)
	dead := c.holding()
	dead.die()
	promise.keeps()
	c.until("somebody hears nothing", func() bool { return !allHear(all) })
	c.hear(all)
	silences, resumes := c.gaps(all)
	t.Logf("killed: silence %s; websocket %s", quantiles(silences), quantiles(resumes))
	if len(silences) == 0 {
		t.Error("nobody lost anything: was it the right node?")
	}
	for _, gap := range silences {
		if gap > 3*time.Second {
			t.Errorf("silence of %v", gap)
		}
	}
	for _, took := range resumes {
		if took > 2*time.Second {
			t.Errorf("a new websocket took %v", took)
		}
	}
	var gone, silent float64
	for _, n := range c.nodes {
		if n != dead {
			gone, silent = gone+n.taken("gone"), silent+n.taken("silent")
		}
	}
	if gone == 0 || silent != 0 {
		t.Errorf("%v leases taken from the dead, %v waited for", gone, silent)
	}
	promise.keeps()
}

// TestFrozenProcess: the sessions of a node that stands still go on elsewhere;
// when it wakes up, it lets go of them and changes nothing. Their leases run out
// within more than a second of each other: it sleeps until the last has moved.
func TestFrozenProcess(t *testing.T) {
	t.Parallel()
	c := newCluster(t, 3)
	promise := c.promise()
	all := append(c.pairs(3), promise.players...)
	c.hear(all)
	c.mark(all)
	frozen := c.holding()
	frozen.freeze()
	c.until("somebody hears nothing", func() bool { return !allHear(all) })
	c.hear(all)
	silences, resumes := c.gaps(all)
	t.Logf("frozen: silence %s; websocket %s", quantiles(silences), quantiles(resumes))
	promise.keeps()
	c.mark(all)
	frozen.thaw()
	c.until("it has noticed", func() bool {
		return frozen.metric("anteroom_leases_lost_total") > 0 && frozen.metric("anteroom_media_peers") == 0
	})
	c.hear(all)
	for _, p := range all { // a websocket that went through it may be made anew
		if gap := p.gap(); gap > time.Second/2 {
			t.Errorf("%s heard nothing for %v when it came back", p.seat.ID, gap)
		}
	}
	promise.keeps()
}

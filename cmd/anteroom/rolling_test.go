//go:build linux

package main

import (
	"syscall"
	"testing"
	"time"
)

// drained tells a node to stop and waits until it has; nobody new is sent there.
func (n *clusterNode) drained() {
	n.cluster.t.Helper()
	n.gone.Store(true)
	n.stop()
}

// TestRollingRestart: every node is replaced, one after the other, while people
// talk. Nobody loses a seat, and the silence is short.
func TestRollingRestart(t *testing.T) {
	t.Parallel()
	c := newCluster(t, 3)
	promise := c.promise()
	all := c.pairs(5)
	c.mark(all)
	for _, n := range c.nodes {
		n.drained()
		n.start()
		c.hear(all)
		promise.keeps()
	}
	silences, resumes := c.gaps(all)
	t.Logf("rolling restart: silence %s; websocket %s", quantiles(silences), quantiles(resumes))
	for _, gap := range silences {
		if gap > 5*time.Second {
			t.Errorf("silence of %v", gap)
		}
	}
	for _, p := range all {
		if v := p.conn().View(); v.Me.Phase != "in" || p.ended != "" {
			t.Errorf("%s is %q (%q)", v.Me.Label, v.Me.Phase, p.ended)
		}
	}
}

// TestDrainAlone: a node that is alone waits for its people, until a second
// signal.
func TestDrainAlone(t *testing.T) {
	for _, how := range []string{"the session ends", "a second signal"} {
		t.Run(how, func(t *testing.T) {
			c := newCluster(t, 1)
			c.nodes[0].args = append(c.nodes[0].args, "--drain-timeout", "10m")
			c.nodes[0].stop()
			c.nodes[0].start()
			s := c.session("S.")
			host := s.play("Host", c.nodes[0])
			_ = c.nodes[0].cmd.Process.Signal(syscall.SIGTERM)
			c.until("it is not ready", func() bool { return statusOf(t, c.nodes[0].url+"/readyz") == 503 })
			must(t, host.conn().Lock(c.within())) // the session goes on
			if how == "the session ends" {
				must(t, host.conn().End(c.within()))
			} else {
				_ = c.nodes[0].cmd.Process.Signal(syscall.SIGTERM)
			}
			if err := c.nodes[0].wait(); err != nil {
				t.Error(err)
			}
		})
	}
}

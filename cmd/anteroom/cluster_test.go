//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"anteroom/room/redisstore/redistest"
	"anteroom/signaling/client"
)

// cluster is a few real programs on one real Redis. Clients find the nodes that
// run as behind a load balancer.
type cluster struct {
	t     *testing.T
	redis *redistest.Server
	nodes []*clusterNode
	http  *http.Client
	e2ee  int // what those who join say that they can
}

// clusterNode is one of the programs.
type clusterNode struct {
	*process
	cluster *cluster
	url     string // of its pages
	admin   string
	args    []string
	gone    atomic.Bool // the load balancer does not send anybody here
}

// newCluster runs n programs with further arguments.
func newCluster(t *testing.T, n int, args ...string) *cluster {
	t.Helper()
	return newClusterOn(t, redistest.Start(t), n, func(int) []string { return args })
}

// newClusterOn runs n programs on a Redis, each with arguments of its own.
func newClusterOn(t *testing.T, redis *redistest.Server, n int, args func(i int) []string) *cluster {
	t.Helper()
	c := &cluster{t: t, redis: redis, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 20}}}
	t.Cleanup(c.http.CloseIdleConnections)
	for i := range n {
		listen, admin := freePort(t), freePort(t)
		c.nodes = append(c.nodes, &clusterNode{
			cluster: c, url: "http://" + listen, admin: "http://" + admin,
			args: append([]string{
				"--listen", listen, "--admin-listen", admin, "--media-address", freePort(t), "--internal-listen", freePort(t),
				"--public-url", "http://hello.test", "--store", c.redis.URL, "--state-dir", t.TempDir(),
			}, args(i)...),
		})
	}
	for _, node := range c.nodes {
		node.start()
	}
	return c
}

// start runs the program, or runs it again.
func (n *clusterNode) start() {
	n.cluster.t.Helper()
	cmd := exec.Command(build(n.cluster.t), n.args...)
	cmd.Env = []string{
		"ANTEROOM_API_KEY=" + testKey, "ANTEROOM_SECRET=" + strings.Repeat("one for all of them ", 3), "PATH=" + os.Getenv("PATH"),
		"ANTEROOM_JOIN_RATE=100000", "ANTEROOM_JOIN_BURST=100000", "ANTEROOM_CONNECTIONS=100000",
	}
	n.process = spawn(n.cluster.t, cmd)
	n.prints("Stop with Ctrl-C")
	n.gone.Store(false)
}

// die ends the program as a crash of the machine would.
func (n *clusterNode) die() {
	n.gone.Store(true)
	n.kill()
}

// freeze stops the program in its tracks; thaw lets it go on.
func (n *clusterNode) freeze() {
	n.gone.Store(true)
	_ = n.cmd.Process.Signal(syscall.SIGSTOP)
}

func (n *clusterNode) thaw() { _ = n.cmd.Process.Signal(syscall.SIGCONT) }

// metric reads one of the program's figures.
func (n *clusterNode) metric(name string) float64 {
	n.cluster.t.Helper()
	resp, err := n.cluster.http.Get(n.admin + "/metrics")
	if err != nil {
		n.cluster.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		n.cluster.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			value, _ := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			return value
		}
	}
	n.cluster.t.Fatalf("there is no metric %s", name)
	return 0
}

// taken is how many leases the program took for a reason.
func (n *clusterNode) taken(why string) float64 {
	n.cluster.t.Helper()
	return n.metric(`anteroom_leases_taken_total{reason="` + why + `"}`)
}

// until waits until something is so.
func (c *cluster) until(what string, so func() bool) {
	c.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for ctx := c.within(); !so(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			c.t.Fatalf("%s: not so", what)
		}
	}
}

func (c *cluster) within() context.Context {
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	c.t.Cleanup(cancel)
	return ctx
}

// next is a node that runs, any.
func (c *cluster) next() *clusterNode {
	for {
		if n := c.nodes[rand.N(len(c.nodes))]; !n.gone.Load() {
			return n
		}
	}
}

func (c *cluster) via(n *clusterNode) client.Options {
	return client.Options{HTTP: c.http, Server: n.url, Strict: true, E2EE: c.e2ee}
}

func (c *cluster) api() client.API {
	return client.API{URL: c.next().url, Key: testKey, HTTP: c.http, Strict: true}
}

// holding is the node that serves most sessions, of those that run.
func (c *cluster) holding() *clusterNode {
	c.t.Helper()
	runs := slices.DeleteFunc(slices.Clone(c.nodes), func(n *clusterNode) bool { return n.gone.Load() })
	return slices.MaxFunc(runs, func(a, b *clusterNode) int {
		return int(a.metric("anteroom_media_peers") - b.metric("anteroom_media_peers"))
	})
}

// clusterSession is a session on a cluster, its links and its people.
type clusterSession struct {
	*cluster
	id      string
	links   map[string]client.Link
	players []*player // of play
}

func (c *cluster) session(guests ...string) *clusterSession {
	c.t.Helper()
	off, no := "off", false
	s, err := c.api().Create(c.within(), client.SessionSpec{Guests: client.Labels(guests...), Policy: &client.Policy{AutoLock: &no, E2EE: &off}})
	if err != nil {
		c.t.Fatal(err)
	}
	return c.linked(s)
}

func (c *cluster) linked(s client.Session) *clusterSession {
	c.t.Helper()
	all := &clusterSession{cluster: c, id: s.ID, links: map[string]client.Link{}}
	for _, one := range append(s.Hosts, s.Guests...) {
		link, err := client.Parse(one.Link)
		must(c.t, err)
		all.links[one.Label] = link
	}
	return all
}

// join redeems a link at a node.
func (s *clusterSession) join(label string, at *clusterNode) *client.Seat {
	s.t.Helper()
	seat, err := client.Join(s.within(), s.links[label], s.via(at))
	if err != nil {
		s.t.Fatalf("%s: %v", label, err)
	}
	return seat
}

// refuses checks that a link is refused, at every node that runs.
func (s *clusterSession) refuses(label string, code client.Code) {
	s.t.Helper()
	for _, n := range s.nodes {
		if n.gone.Load() {
			continue
		}
		if _, err := client.Join(s.within(), s.links[label], s.via(n)); client.CodeOf(err) != code {
			s.t.Errorf("%s: %v, not %s", label, err, code)
		}
	}
}

// promise is a session in which somebody was removed and the room is locked; keeps
// holds that both stay so.
func (c *cluster) promise() *clusterSession {
	c.t.Helper()
	s := c.session("S.", "removed", "late")
	host := s.play("Host", c.next())
	guest, bad := s.play("S.", c.next()), s.join("removed", c.next())
	must(c.t, host.conn().Admit(c.within(), guest.seat.ID))
	must(c.t, host.conn().Admit(c.within(), bad.ID))
	must(c.t, host.conn().Remove(c.within(), bad.ID))
	must(c.t, host.conn().Lock(c.within()))
	s.keeps()
	return s
}

func (s *clusterSession) keeps() {
	s.t.Helper()
	s.refuses("removed", client.CodeRemoved)
	s.refuses("late", client.CodeLocked)
	s.refuses("S.", client.CodeLinkUsed)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// quantiles are the figures that are reported.
func quantiles(all []time.Duration) string {
	if len(all) == 0 {
		return "none"
	}
	slices.Sort(all)
	at := func(q float64) time.Duration {
		return all[min(len(all)-1, int(q*float64(len(all))))].Round(10 * time.Microsecond)
	}
	return fmt.Sprintf("p50 %v p95 %v p99 %v of %d", at(0.5), at(0.95), at(0.99), len(all))
}

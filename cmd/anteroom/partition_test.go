//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtp"

	"anteroom/cmd/internal/netlab"
	"anteroom/room/redisstore/redistest"
	"anteroom/signaling/client"
)

// apart runs a test again, in a network namespace of its own, where it may cut
// lines: there it returns true.
func apart(t *testing.T) bool {
	t.Helper()
	if os.Getenv(insideEnv) != "" {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), insideEnv+"="+filepath.Dir(build(t)))
	netlab.New(t).Node("all").Wrap(cmd)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("inside: %v", err)
	}
	return false
}

// torn is a cluster whose lines can be cut. Each node has an address for its way to
// Redis and one for the other nodes' way to it.
type torn struct{ *cluster }

func toRedis(i int) string { return fmt.Sprintf("127.0.1.%d", i+1) }
func toNode(i int) string  { return fmt.Sprintf("127.0.2.%d", i+1) }

func newTorn(t *testing.T, n int) *torn {
	t.Helper()
	listen := []string{"--bind", "127.0.0.1"}
	for i := range n {
		listen = append(listen, toRedis(i))
	}
	redis := redistest.Start(t, listen...)
	return &torn{newClusterOn(t, redis, n, func(i int) []string {
		own := strings.Replace(redis.URL, "127.0.0.1", toRedis(i), 1)
		internal := strings.Replace(freePort(t), "127.0.0.1", toNode(i), 1)
		return []string{"--store", own, "--internal-listen", internal}
	})}
}

// cut drops whatever goes to an address; answers on open connections too.
func (c *torn) cut(addresses ...string) {
	c.t.Helper()
	rules := "table ip torn {\n chain out { type filter hook output priority 0;\n"
	for _, a := range addresses {
		rules += fmt.Sprintf(" ip daddr %s drop\n ip saddr %s drop\n", a, a)
	}
	c.nft(rules + " }\n}\n")
}

func (c *torn) heal() { c.nft("delete table ip torn\n") }

func (c *torn) nft(rules string) {
	c.t.Helper()
	cmd := exec.Command("nft", "-f", "-")
	cmd.Stdin = strings.NewReader(rules)
	if out, err := cmd.CombinedOutput(); err != nil {
		c.t.Fatalf("nft: %v: %s", err, out)
	}
}

// clinger is somebody who holds on to a media connection whatever is said, sends all
// the time, and notes when it last heard from whom.
type clinger struct {
	seat  *client.Seat
	conn  *client.Conn
	media *client.Media
	last  map[string]*atomic.Int64 // by seat; filled before anything comes
}

func (s *clusterSession) cling(label string, at *clusterNode) *clinger {
	s.t.Helper()
	c := &clinger{seat: s.join(label, at), last: map[string]*atomic.Int64{}}
	var err error
	c.conn, err = c.seat.Connect(s.within())
	must(s.t, err)
	s.t.Cleanup(c.conn.Close)
	return c
}

// publish sends until the test ends, and listens to others.
func (c *clinger) publish(s *clusterSession, others ...*clinger) {
	s.t.Helper()
	for _, other := range others {
		c.last[other.seat.ID] = &atomic.Int64{}
	}
	engine, err := client.NewEngine(client.EngineOptions{Loopback: true})
	must(s.t, err)
	c.media, err = c.conn.Publish(s.within(), client.MediaOptions{Engine: engine, Audio: 3, Video: 1, OnPacket: func(slot client.Slot, _ *rtp.Packet) {
		if at := c.last[slot.Seat]; at != nil {
			at.Store(time.Now().UnixNano())
		}
	}})
	must(s.t, err)
	s.t.Cleanup(c.media.Close)
	must(s.t, c.conn.Send(s.within(), true, false, false))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	s.t.Cleanup(func() { cancel(); <-done })
	go func() {
		defer close(done)
		for n := uint16(0); ctx.Err() == nil; n++ {
			_ = c.media.Track(client.Audio).WriteRTP(&rtp.Packet{
				Header: rtp.Header{SequenceNumber: n, Timestamp: uint32(n) * 960}, Payload: []byte{0xfc, 1, 2, 3},
			})
			wait(ctx, 20*time.Millisecond)
		}
	}()
}

// heard is when something last came from somebody.
func (c *clinger) heard(from *clinger) time.Time { return time.Unix(0, c.last[from.seat.ID].Load()) }

// tornRoom is a session on the first node: a host and a guest who come back
// elsewhere, two who cling to their media, one of whom will be removed, and one
// who waits.
type tornRoom struct {
	*clusterSession
	host, guest  *player
	bad, stays   *clinger
	waitingPhase func() client.Phase
}

func (c *torn) room() *tornRoom {
	c.t.Helper()
	r := &tornRoom{clusterSession: c.session("S.", "bad", "early", "stays", "waits", "late")}
	owner := c.nodes[0]
	r.host, r.guest = r.play("Host", owner), r.play("S.", owner)
	r.bad, r.stays = r.cling("bad", owner), r.cling("stays", owner)
	waits := r.play("waits", owner)
	r.waitingPhase = func() client.Phase { return waits.conn().View().Me.Phase }
	for _, seat := range []string{r.guest.seat.ID, r.bad.seat.ID, r.stays.seat.ID} {
		must(c.t, r.host.conn().Admit(c.within(), seat))
	}
	for _, one := range []*clinger{r.bad, r.stays} {
		_, err := one.conn.WaitPhase(c.within(), client.PhaseIn)
		must(c.t, err)
	}
	r.bad.publish(r.clusterSession, r.stays)
	r.stays.publish(r.clusterSession, r.bad)
	c.hear([]*player{r.host, r.guest})
	c.until("the nodes know each other", func() bool { return owner.metric("anteroom_other_nodes") == float64(len(c.nodes)-1) })
	c.until("those who cling hear each other", func() bool {
		return time.Since(r.bad.heard(r.stays)) < time.Second && time.Since(r.stays.heard(r.bad)) < time.Second
	})
	return r
}

// away waits until host and guest are together on another node.
func (r *tornRoom) away() {
	r.t.Helper()
	both := []*player{r.host, r.guest}
	r.until("somebody hears nothing", func() bool { return !allHear(both) })
	r.hear(both)
}

// removes removes one person and locks the room, where the session now is.
func (r *tornRoom) removes() {
	r.t.Helper()
	must(r.t, r.host.conn().Remove(r.within(), r.bad.seat.ID))
	must(r.t, r.host.conn().Lock(r.within()))
}

// holds checks the promises at every node that is reached: nobody waits who is in,
// nobody new comes in, who is removed stays so.
func (r *tornRoom) holds() {
	r.t.Helper()
	r.refuses("bad", client.CodeRemoved)
	r.refuses("late", client.CodeLocked)
	if phase := r.waitingPhase(); phase != client.PhaseWaiting {
		r.t.Errorf("who waited is %q", phase)
	}
}

// silent holds that nothing came from or to who was removed later than a second
// after a moment.
func (r *tornRoom) silent(after time.Time, what string) {
	r.t.Helper()
	r.until("two seconds are over", func() bool { return time.Since(after) > 2*time.Second })
	from, to := r.stays.heard(r.bad).Sub(after), r.bad.heard(r.stays).Sub(after)
	r.t.Logf("%s: last packet from who is removed after %v, to them after %v", what, from, to)
	if from > time.Second || to > time.Second {
		r.t.Errorf("%s: last packet from who is removed after %v, to them after %v", what, from, to)
	}
}

// TestCutOffFromRedis: the node that serves a session alone loses its way to
// Redis. The session goes on at another; whoever is removed there is not heard on
// the first either.
func TestCutOffFromRedis(t *testing.T) {
	t.Parallel()
	if !apart(t) {
		return
	}
	c := newTorn(t, 3)
	r := c.room()
	c.mark([]*player{r.host, r.guest})
	early := r.cling("early", c.nodes[0])
	c.cut(toRedis(0))
	must(t, r.host.conn().Remove(c.within(), early.seat.ID)) // before anybody knows
	c.nodes[0].gone.Store(true)                              // it is not ready
	r.away()
	r.until("it is told to the others", func() bool {
		_, err := client.Join(c.within(), r.links["early"], c.via(c.nodes[1]))
		return client.CodeOf(err) == client.CodeRemoved
	})
	r.refuses("early", client.CodeRemoved)
	r.removes()
	r.silent(time.Now(), "cut off from Redis")
	silences, _ := c.gaps([]*player{r.host, r.guest})
	t.Logf("cut off from Redis: silence %s", quantiles(silences))
	r.holds()
	if status := statusOf(t, c.nodes[0].url+"/readyz"); status != 503 {
		t.Errorf("the node that is cut off is ready: %d", status)
	}
	c.heal()
	c.nodes[0].gone.Store(false)
	c.until("it is ready again", func() bool { return statusOf(t, c.nodes[0].url+"/readyz") == 200 })
	r.holds()
}

// TestCutOffFromEachOther: nodes that do not reach each other, but Redis, do not
// take each other's sessions. Who comes to the wrong one is told to try again.
func TestCutOffFromEachOther(t *testing.T) {
	t.Parallel()
	if !apart(t) {
		return
	}
	c := newTorn(t, 2)
	r := c.room()
	c.cut(toNode(0), toNode(1))
	c.mark([]*player{r.host, r.guest})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := client.Resume(r.guest.seat.Origin, r.guest.seat.Session, r.guest.seat.Key(), c.via(c.nodes[1])).Connect(ctx); client.CodeOf(err) != client.CodeUnavailable {
		t.Errorf("by the other node: %v", err)
	}
	r.removes()
	r.silent(time.Now(), "cut off from each other")
	if silences, _ := c.gaps([]*player{r.host, r.guest}); len(silences) > 0 {
		t.Errorf("silences %s", quantiles(silences))
	}
	for _, why := range []string{"free", "silent", "gone", "restarted"} {
		if n := c.nodes[1].taken(why); n != 0 {
			t.Errorf("%v leases taken: %s", n, why)
		}
	}
	r.holds()
}

// TestRefusedByAFirewall: something between two nodes refuses connections in the
// name of one that is alive. Its session is taken, as if it were dead; it writes
// nothing more, and nobody is heard there who is removed elsewhere.
func TestRefusedByAFirewall(t *testing.T) {
	t.Parallel()
	if !apart(t) {
		return
	}
	c := newTorn(t, 2)
	r := c.room()
	c.nft("table ip torn {\n chain out { type filter hook output priority 0;\n ip daddr " + toNode(0) + " reject with tcp reset\n }\n}\n")
	c.mark([]*player{r.host, r.guest})
	begun := time.Now()
	back, err := client.Resume(r.guest.seat.Origin, r.guest.seat.Session, r.guest.seat.Key(), c.via(c.nodes[1])).Connect(c.within())
	must(t, err)
	t.Logf("taken after %v", time.Since(begun))
	back.Close()
	if c.nodes[1].taken("gone") != 1 {
		t.Error("it was not taken for dead")
	}
	c.nodes[0].gone.Store(true) // so that all come to the other
	c.until("the living node has noticed", func() bool { return c.nodes[0].metric("anteroom_media_peers") == 0 })
	t.Logf("media ended after %v", time.Since(begun))
	c.until("both are back", func() bool { return len(r.host.resumed()) > 0 && len(r.guest.resumed()) > 0 })
	c.hear([]*player{r.host, r.guest})
	r.removes()
	r.silent(time.Now(), "refused by a firewall")
	r.holds()
}

// TestWakingNode: a node wakes up whose session went on elsewhere, and somebody was
// removed there. What it forwards ends within a second.
func TestWakingNode(t *testing.T) {
	t.Parallel()
	c := &torn{newCluster(t, 3)}
	r := c.room()
	c.nodes[0].freeze()
	r.away()
	r.removes()
	r.holds()
	woke := time.Now()
	c.nodes[0].thaw()
	r.silent(woke, "awake again")
	r.holds()
}

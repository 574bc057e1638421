//go:build linux

package main

import (
	"strings"
	"testing"
	"time"

	"anteroom/signaling/client"
)

// room is a session with a host, a guest who waits, one who is in, and links that
// nobody has used.
type heldRoom struct {
	*clusterSession
	host, guest *player
	bad         *client.Conn
	badSeat     string
}

func (c *cluster) room() *heldRoom {
	c.t.Helper()
	r := &heldRoom{clusterSession: c.session("S.", "bad", "late")}
	r.host, r.guest = r.play("Host", c.next()), r.play("S.", c.next())
	at := c.next()
	bad := r.join("bad", at)
	var err error
	if r.bad, err = bad.Connect(c.within()); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(r.bad.Close)
	r.badSeat = bad.ID
	must(c.t, r.host.conn().Admit(c.within(), r.guest.seat.ID))
	must(c.t, r.host.conn().Admit(c.within(), bad.ID))
	c.hear([]*player{r.host, r.guest})
	return r
}

// commands removes somebody and locks the room while Redis is away: both take
// effect at once.
func (r *heldRoom) commands() {
	r.t.Helper()
	must(r.t, r.host.conn().Remove(r.within(), r.badSeat))
	if err := r.bad.WaitEnd(r.within()); client.CodeOf(err) != client.CodeRemoved {
		r.t.Errorf("the removed person's connection: %v", err)
	}
	must(r.t, r.host.conn().Lock(r.within()))
	if _, err := r.guest.conn().WaitView(r.within(), func(v client.View) bool { return v.Room.Locked && len(v.People) == 2 }); err != nil {
		r.t.Error(err)
	}
}

// nobodyNew holds that no link lets anybody in at the moment.
func (r *heldRoom) nobodyNew() {
	r.t.Helper()
	for _, label := range []string{"late", "bad"} {
		if _, err := client.Join(r.within(), r.links[label], r.via(r.next())); client.CodeOf(err) != client.CodeUnavailable {
			r.t.Errorf("%s while Redis is away: %v", label, err)
		}
	}
}

// went holds that nothing was interrupted, and that what was done is so at every
// node.
func (r *heldRoom) went() {
	r.t.Helper()
	r.until("it is written", func() bool {
		_, bad := client.Join(r.within(), r.links["bad"], r.via(r.next()))
		_, late := client.Join(r.within(), r.links["late"], r.via(r.next()))
		return client.CodeOf(bad) == client.CodeRemoved && client.CodeOf(late) == client.CodeLocked
	})
	r.refuses("bad", client.CodeRemoved)
	r.refuses("late", client.CodeLocked)
	r.refuses("S.", client.CodeLinkUsed)
	for _, p := range []*player{r.host, r.guest} {
		if gap := p.gap(); gap > 1500*time.Millisecond || len(p.resumed()) > 0 {
			r.t.Errorf("silence of %v, %d new connections", gap, len(p.resumed()))
		}
	}
	must(r.t, r.host.conn().Unlock(r.within()))
	if _, err := r.guest.conn().WaitView(r.within(), func(v client.View) bool { return !v.Room.Locked }); err != nil {
		r.t.Error(err)
	}
}

// TestRedisSlow: for longer than a lease nothing is heard of Redis.
func TestRedisSlow(t *testing.T) {
	c := newCluster(t, 3)
	r := c.room()
	c.mark([]*player{r.host, r.guest})
	c.redis.Pause(t)
	paused := time.Now()
	r.commands()
	r.nobodyNew()
	c.until("five seconds are over", func() bool { return time.Since(paused) > 5*time.Second })
	c.redis.Resume(t)
	r.went()
}

// TestRedisStoppedAndEmpty: Redis dies, and comes back with nothing.
func TestRedisStoppedAndEmpty(t *testing.T) {
	c := newCluster(t, 3)
	r := c.room()
	c.mark([]*player{r.host, r.guest})
	c.redis.Kill(t)
	r.commands()
	r.nobodyNew()
	c.redis.Restart(t)
	r.went()
}

// TestRedisFlushed: somebody empties Redis under the running nodes; then one of
// them dies, and the session goes on from what the owner wrote anew.
func TestRedisFlushed(t *testing.T) {
	c := newCluster(t, 3)
	r := c.room()
	r.commands()
	c.mark([]*player{r.host, r.guest})
	c.redis.Do(t, "FLUSHALL")
	c.until("it is written anew", func() bool { return strings.Contains(c.redis.Do(t, "KEYS", "*"), r.id) })
	r.went()
	must(t, r.host.conn().Lock(c.within()))
	c.holding().die()
	c.until("somebody hears nothing", func() bool { return !allHear([]*player{r.host, r.guest}) })
	c.hear([]*player{r.host, r.guest})
	r.refuses("bad", client.CodeRemoved)
	r.refuses("late", client.CodeLocked)
}

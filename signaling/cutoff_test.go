package signaling

import (
	"errors"
	"net"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/signaling/client"
)

// cuttable makes nodes that know of each other on one store, each of which can
// be cut off from it.
func cuttable(t *testing.T, n int) (nodes []*world, cut []*awayStore) {
	t.Helper()
	store := shared(t)
	for range n {
		one := &awayStore{Store: store}
		cut = append(cut, one)
		nodes = append(nodes, newPeer(t, one))
	}
	for range 2 {
		for _, node := range nodes {
			node.server.beat()
		}
	}
	return nodes, cut
}

// TestCutOff: a node alone without the store is told from a store that is away.
func TestCutOff(t *testing.T) {
	nodes, cut := cuttable(t, 3)
	a := nodes[0].server
	is := func(when string, want bool) {
		t.Helper()
		if got := a.cutOff(); got != want {
			t.Errorf("%s: cut off: %t", when, got)
		}
	}
	is("the others reach it", true)
	cut[1].away.Store(true)
	is("one of them does", true)
	cut[2].away.Store(true)
	is("nobody does", false)
	nodes[1].hang()
	is("nobody does, one is gone", false)
	nodes[2].hang()
	is("the others are gone", false)
	silent := must[net.Listener](t)(net.Listen("tcp", "127.0.0.1:0"))
	defer func() { _ = silent.Close() }()
	a.nodes.mu.Lock()
	a.nodes.others[0].URL = "https://" + silent.Addr().String()
	a.nodes.mu.Unlock()
	is("one is gone, the other says nothing", true)
	a.nodes.mu.Lock()
	a.nodes.others = nil
	a.nodes.mu.Unlock()
	is("there are no others", false)
}

// TestCutOffLetsGo: the sessions of a node that alone cannot reach the store go to
// others, and what was done there meanwhile is so there too, by way of them.
func TestCutOffLetsGo(t *testing.T) {
	t.Parallel()
	nodes, cut := cuttable(t, 2)
	m := nodes[0].of("S.", "M.")
	host := m.enter("Host")
	s, other := m.admitted(host, "S."), m.admitted(host, "M.")
	media := must[*client.Media](t)(other.Publish(within(t), client.MediaOptions{Engine: m.engine, Audio: 1, Video: 1}))
	t.Cleanup(media.Close)
	ok(t, media.WaitConnected(within(t)))
	cut[0].away.Store(true)
	ok(t, host.Remove(within(t), s.seat.ID))
	m.bye(host, client.CodeRestarting)
	m.bye(other, client.CodeRestarting)
	ok(t, media.WaitClosed(within(t)))
	there := m.on(nodes[1])
	there.connect(there.elsewhere(host.seat))
	there.until("removed", func(r *room.Session) bool { return r.InviteState(inviteOf(r, "S.")) == "removed" })
	refused(t, there.asked("S."), client.CodeRemoved)
	ok(t, there.api.End(within(t), m.session.ID))
}

// TestThrough: the store as another node reaches it answers as the store does.
func TestThrough(t *testing.T) {
	nodes, cut := cuttable(t, 2)
	a := nodes[0].server
	there := through{peering: a.peering, url: nodes[1].server.cfg.InternalURL}
	rec := room.Record{Data: []byte{0, 1, 255}, Owner: "somebody", Expires: time.UnixMilli(time.Now().UnixMilli()).Add(time.Hour)}
	_, err := there.Get(within(t), "key")
	is(t, err, room.ErrNotFound)
	if v := must[uint64](t)(there.Swap(within(t), "key", 0, rec, 0)); v != 1 {
		t.Errorf("version %d", v)
	}
	_, err = there.Swap(within(t), "key", 0, rec, 0)
	is(t, err, room.ErrConflict)
	got := must[room.Record](t)(there.Get(within(t), "key"))
	if string(got.Data) != string(rec.Data) || got.Owner != rec.Owner || !got.Expires.Equal(rec.Expires) || got.Version != 1 {
		t.Errorf("%+v", got)
	}
	old := must[room.Lease](t)(cut[0].Acquire(within(t), "key", "x", time.Minute))
	ok(t, cut[0].Release(within(t), old))
	must[room.Lease](t)(cut[0].Acquire(within(t), "key", "y", time.Minute))
	_, err = there.Swap(within(t), "key", 1, rec, old.Epoch)
	is(t, err, room.ErrFenced)
	is(t, there.Delete(within(t), "key", 7), room.ErrConflict)
	ok(t, there.Delete(within(t), "key", 1))
	cut[1].away.Store(true)
	if _, err := there.Get(within(t), "key"); !isAway(err) {
		t.Errorf("a node that is cut off too says %v", err)
	}
	stranger := through{peering: must[peering](t)(newPeering(testKeys(t, "theirs").NodeKeys())), url: there.url}
	if _, err := stranger.Get(within(t), "key"); !isAway(err) {
		t.Errorf("a stranger is told %v", err)
	}
}

func is(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}

// TestAwayForAll: where no node reaches the store, sessions go on for longer than
// it takes to find out.
func TestAwayForAll(t *testing.T) {
	t.Parallel()
	nodes, cut := cuttable(t, 2)
	m := nodes[0].of("S.")
	host := m.enter("Host")
	guest := m.admitted(host, "S.")
	for _, one := range cut {
		one.away.Store(true)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := within(t); nodes[1].server.counts.asked.Load() < 2; {
		select {
		case <-tick.C:
		case <-end.Done():
			t.Fatal("nobody was asked")
		}
	}
	ok(t, host.Lock(within(t)))
	m.see(guest, func(v client.View) bool { return v.Room.Locked })
}

package signaling

import (
	"context"
	"math/rand/v2"
	"net/http"
	"testing"

	"anteroom/signaling/client"
	"anteroom/signaling/placement"
)

// acquainted makes nodes that know of each other.
func acquainted(t *testing.T, n int) []*world {
	t.Helper()
	nodes := newCluster(t, shared(t), n)
	for range 2 { // what the first hears, the last has said
		for _, node := range nodes {
			node.server.beat()
		}
	}
	return nodes
}

// TestDrain: a node that is about to stop lets its sessions go; who comes there
// all the same is led to where they go on, and nothing new begins there.
func TestDrain(t *testing.T) {
	nodes := acquainted(t, 2)
	m := nodes[0].of("S.")
	host := m.enter("Host")
	guest := m.admitted(host, "S.")
	there := m.on(nodes[1]).resume(guest.seat) // by way of the other node
	m.bye(guest, client.CodeReplaced)
	drained := make(chan struct{})
	go func() { defer close(drained); nodes[0].server.Drain(within(t)) }()
	m.bye(host, client.CodeRestarting)
	there.bye(client.CodeRestarting)
	select {
	case <-drained:
	case <-within(t).Done():
		t.Fatal("it does not come to an end")
	}
	host = m.connect(host.seat)
	guest = m.connect(guest.seat)
	m.see(host, func(v client.View) bool { return onlineIn(v, guest.seat.ID) })
	fresh := nodes[0].of()
	fresh.enter("Host")
	if f := nodes[0].server.Figures(); f.Sessions != 0 || f.Relayed != 3 {
		t.Errorf("where it is drained: %+v", f)
	}
	if f := nodes[1].server.Figures(); f.Sessions != 2 {
		t.Errorf("where they go on: %+v", f)
	}
	if status, code := nodes[0].post(http.MethodGet, "/readyz", "", nil); status != 503 || code != client.CodeUnavailable {
		t.Errorf("%d %s", status, code)
	}
}

// TestDrainWaits: a node without others lets its people finish.
func TestDrainWaits(t *testing.T) {
	m := newWorld(t).of()
	host := m.enter("Host")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m.server.Drain(ctx)
	ok(t, host.Lock(within(t)))
	drained := make(chan struct{})
	go func() { defer close(drained); m.server.Drain(within(t)) }()
	ok(t, host.End(within(t)))
	select {
	case <-drained:
	case <-within(t).Done():
		t.Fatal("it does not come to an end")
	}
}

// TestPlacement: a session that nobody has begins where it arrives, unless that
// node carries much more than another.
func TestPlacement(t *testing.T) {
	nodes := acquainted(t, 3)
	begin := func() { nodes[0].of().enter("Host") }
	begin()
	if f := nodes[0].server.Figures(); f.Sessions != 1 {
		t.Errorf("%+v", f)
	}
	for range placement.Uneven - 1 {
		begin()
	}
	for _, node := range nodes {
		node.server.beat()
	}
	begin() // one too many
	if f := nodes[0].server.Figures(); f.Sessions != placement.Uneven || f.Relayed != 1 {
		t.Errorf("%+v", f)
	}
	more := nodes[1].of()
	more.enter("Host")
	if a, b := nodes[1].server.Figures(), nodes[2].server.Figures(); a.Sessions+b.Sessions != 2 {
		t.Errorf("%+v, %+v", a, b)
	}
}

// TestNodesComeAndGo: what a node says of itself outlives neither it nor a store
// that loses everything.
func TestNodesComeAndGo(t *testing.T) {
	store := &emptied{memory: newMemory(t)}
	nodes := newCluster(t, store, 2)
	nodes[1].server.beat()
	nodes[0].server.beat()
	if n, found := placement.LighterOfTwo(nodes[0].server.others(), rand.IntN); !found || n.URL != nodes[1].server.cfg.InternalURL {
		t.Errorf("%+v", n)
	}
	nodes[1].server.nodes.beating.Lock() // its own beat would be heard, too
	store.lose(newMemory(t))
	nodes[0].server.beat()
	if _, found := placement.LighterOfTwo(nodes[0].server.others(), rand.IntN); found {
		t.Error("a node that nobody has heard of since")
	}
	nodes[1].server.nodes.beating.Unlock()
	nodes[1].server.beat()
	nodes[0].server.beat()
	if _, found := placement.LighterOfTwo(nodes[0].server.others(), rand.IntN); !found {
		t.Error("a node that is back is not known")
	}
}

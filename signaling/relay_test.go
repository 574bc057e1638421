package signaling

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"anteroom/room"
	"anteroom/room/memstore"
	"anteroom/signaling/client"
)

// newCluster makes nodes on one store that reach each other.
func newCluster(t *testing.T, store room.Store, n int) []*world {
	t.Helper()
	var all []*world
	for range n {
		all = append(all, newPeer(t, store))
	}
	return all
}

func newPeer(t *testing.T, store room.Store) *world {
	t.Helper()
	internal := httptest.NewUnstartedServer(nil)
	node := newNode(t, store, func(c *Config) { c.InternalURL = "https://" + internal.Listener.Addr().String() })
	handler, config := node.server.Internal()
	internal.Config.Handler, internal.TLS = handler, config
	internal.StartTLS()
	node.hang = sync.OnceFunc(internal.Close)
	t.Cleanup(node.hang)
	return node
}

func shared(t *testing.T) room.Store {
	t.Helper()
	store := memstore.New(memstore.Options{})
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// TestAnyNode: people of one session who arrive at three nodes are together, on
// the node that holds it; media go there directly.
func TestAnyNode(t *testing.T) {
	nodes := newCluster(t, shared(t), 3)
	m := nodes[0].of("S.", "M.")
	host := m.enter("Host")
	s := m.on(nodes[1]).admitted(host, "S.")
	other := m.on(nodes[2]).admitted(host, "M.")
	for i, want := range []Figures{{Sessions: 1, Connections: 3}, {Connections: 1, Relayed: 1}, {Connections: 1, Relayed: 1}} {
		f := nodes[i].server.Figures()
		if f.Sessions != want.Sessions || f.Connections != want.Connections || f.Relayed != want.Relayed {
			t.Errorf("node %d: %+v", i, f)
		}
	}
	ok(t, s.Say(within(t), "hello", false))
	for _, p := range []person{host, s, other} {
		if chat := must[client.Chat](t)(p.NextChat(within(t))); chat.Text != "hello" {
			t.Errorf("%q", chat.Text)
		}
	}
	refused(t, s.Lock(within(t)), client.CodeNotAllowed)
	media := must[*client.Media](t)(s.Publish(within(t), client.MediaOptions{Engine: m.engine, Audio: 1, Video: 1}))
	t.Cleanup(media.Close)
	ok(t, media.WaitConnected(within(t)))
	if peers := nodes[0].server.media.Stats().Peers; peers != 1 {
		t.Errorf("%d peers where the session is", peers)
	}
	ok(t, host.Remove(within(t), s.seat.ID))
	m.bye(s, client.CodeRemoved)
	ok(t, media.WaitClosed(within(t)))
	ok(t, other.Leave(within(t)))
	m.see(host, func(v client.View) bool { return v.State("M.") == "left" })
}

// TestReplacedAcrossNodes: a newer connection of a seat ends the older one,
// wherever both are.
func TestReplacedAcrossNodes(t *testing.T) {
	nodes := newCluster(t, shared(t), 3)
	m := nodes[0].of("S.")
	host := m.enter("Host")
	first := m.on(nodes[1]).admitted(host, "S.")
	there := m.on(nodes[2])
	second := there.connect(there.elsewhere(first.seat))
	m.bye(first, client.CodeReplaced)
	second.Close()
	m.see(host, func(v client.View) bool { p, found := v.Person(first.seat.ID); return found && !p.Online })
}

// TestSlowRelayed: one who does not read is cut off at the node where they came
// in, while the others go on talking; the holder is not held up.
func TestSlowRelayed(t *testing.T) {
	nodes := newCluster(t, shared(t), 2)
	m := nodes[0].of("S.")
	host := m.enter("Host")
	there := m.on(nodes[1])
	seat := there.join("S.")
	there.resume(seat) // and never reads again
	ok(t, host.Admit(within(t), seat.ID))
	m.see(host, func(v client.View) bool { return onlineIn(v, seat.ID) })
	box := []client.Box{{Seat: seat.ID, Box: strings.Repeat("A", maxBox)}}
	for v := host.View(); onlineIn(v, seat.ID); v = host.View() {
		err := host.SendKeys(within(t), box)
		if client.CodeOf(err) == client.CodeRateLimited {
			host = m.connect(host.seat)
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func onlineIn(v client.View, seat string) bool {
	p, _ := v.Person(seat)
	return p.Online
}

// TestStrangersAreNoNodes: whoever does not know the deployment secret gets no
// further than the handshake; an overlapping secret is enough.
func TestStrangersAreNoNodes(t *testing.T) {
	ours, theirs := testKeys(t, "ours"), testKeys(t, "theirs")
	both := must[*room.Keys](t)(room.NewKeys("http://hello.test", secret("newest"), secret("ours")))
	listening := httptest.NewUnstartedServer(http.NotFoundHandler())
	listening.TLS = must[peering](t)(newPeering(ours.NodeKeys())).server()
	listening.StartTLS()
	defer listening.Close()
	try := func(k *room.Keys) error {
		var err error
		for _, key := range must[peering](t)(newPeering(k.NodeKeys())).keys {
			var far *websocket.Conn
			if far, _, err = dialNode(t.Context(), listening.URL, key.client(), nil); err == nil {
				_ = far.Close()
			}
			if err == websocket.ErrBadHandshake {
				return nil // it got as far as an answer
			}
		}
		return err
	}
	if err := try(ours); err != nil {
		t.Errorf("one of ours: %v", err)
	}
	if err := try(both); err != nil {
		t.Errorf("one of ours with a newer secret: %v", err)
	}
	if try(theirs) == nil {
		t.Error("a stranger got an answer")
	}
	named := must[peering](t)(newPeering(theirs.NodeKeys())).keys[0]
	named.name = must[peering](t)(newPeering(ours.NodeKeys())).keys[0].name
	if _, _, err := dialNode(t.Context(), listening.URL, named.client(), nil); err == nil || err == websocket.ErrBadHandshake {
		t.Error("a stranger who knows the name of the key got an answer")
	}
	anonymous := named.client()
	anonymous.Certificates, anonymous.VerifyConnection = nil, nil
	if _, _, err := dialNode(t.Context(), listening.URL, anonymous, nil); err == nil || err == websocket.ErrBadHandshake {
		t.Error("somebody without a certificate got an answer")
	}
}

// TestFalseNode: a stranger in the place of a node gets nothing from us.
func TestFalseNode(t *testing.T) {
	ours := must[peering](t)(newPeering(testKeys(t, "ours").NodeKeys())).keys[0]
	theirs := must[peering](t)(newPeering(testKeys(t, "theirs").NodeKeys()))
	theirs.keys[0].name = ours.name
	asked := make(chan struct{}, 1)
	fake := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked <- struct{}{} }))
	fake.TLS = theirs.server()
	fake.TLS.GetConfigForClient = nil
	fake.TLS.Certificates = theirs.keys[0].config().Certificates
	fake.StartTLS()
	defer fake.Close()
	if _, _, err := dialNode(t.Context(), fake.URL, ours.client(), nil); err == nil || err == websocket.ErrBadHandshake {
		t.Errorf("we talked to it: %v", err)
	}
	select {
	case <-asked:
		t.Error("it was asked something")
	default:
	}
}

func secret(text string) room.Secret {
	return room.Secret(text + strings.Repeat("-", room.MinSecret))
}

func testKeys(t *testing.T, text string) *room.Keys {
	t.Helper()
	return must[*room.Keys](t)(room.NewKeys("http://hello.test", secret(text)))
}

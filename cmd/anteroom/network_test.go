package main

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"

	"anteroom/cmd/internal/netlab"
	"anteroom/signaling/client"
)

// labNet is the network of a node for media of the Go client.
type labNet struct {
	*stdnet.Net
	node *netlab.Node
}

// Interfaces implements transport.Net: those that are there now.
func (n *labNet) Interfaces() (all []*transport.Interface, err error) {
	n.node.Do(func() {
		var now *stdnet.Net // they are read when it is made
		if now, err = stdnet.NewNet(); err == nil {
			all, err = now.Interfaces()
		}
	})
	return all, err
}

// ListenUDP implements transport.Net.
func (n *labNet) ListenUDP(network string, a *net.UDPAddr) (c transport.UDPConn, err error) {
	n.node.Do(func() { c, err = n.Net.ListenUDP(network, a) })
	return c, err
}

// ListenPacket implements transport.Net.
func (n *labNet) ListenPacket(network, address string) (c net.PacketConn, err error) {
	n.node.Do(func() { c, err = n.Net.ListenPacket(network, address) })
	return c, err
}

// Dial implements transport.Net.
func (n *labNet) Dial(network, address string) (net.Conn, error) {
	return n.node.DialContext(context.Background(), network, address)
}

// visitFrom makes a session with people who are at a node.
func (l *launched) visitFrom(n *netlab.Node, guests ...string) *visit {
	dialer := &websocket.Dialer{NetDialContext: n.DialContext, HandshakeTimeout: patience}
	v := newVisit(l.t, l.URL(), client.Options{HTTP: l.http, Dialer: dialer}, guests...)
	std := need[*stdnet.Net](l.t)(stdnet.NewNet())
	v.engine = need[*client.Engine](l.t)(client.NewEngine(client.EngineOptions{Net: &labNet{Net: std, node: n}}))
	return v
}

// The same for a program: its websocket and its media come back on the same
// seat, by an ICE restart.
func TestProgramMovesToAnotherNetwork(t *testing.T) {
	t.Parallel()
	lab := netlab.New(t)
	gateway, train := lab.Node("gateway"), lab.Node("train")
	v := launchIn(t, gateway).visitFrom(train, "S.")
	host, guest := v.enter("Host"), v.enter("S.")
	v.publish(host)
	v.admit(host, guest)
	v.publish(guest)
	v.meet(host, guest)
	pc := guest.View().PC

	train.Move()
	begin := time.Now()
	for _, one := range []*visitor{host, guest} {
		media := one.media
		one.Close()
		v.connect(one)
		one.Attach(media)
		v.ok(media.Restart(v.within()))
	}
	v.meet(host, guest)
	t.Logf("both heard each other again %v after both had moved", time.Since(begin).Round(time.Millisecond))
	if now := guest.View(); now.PC != pc || !isIn(now) {
		t.Errorf("the seat is %q with another connection", now.Me.Phase)
	}
}

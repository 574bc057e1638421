package main

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"

	"anteroom/cmd/internal/netlab"
)

// Somebody who is in a room has good credentials, and all the same the TURN
// server leads to the media port and nowhere else: not to a third host, not to
// other ports of the gateway or of its loopback address, by datagrams or TCP.
func TestTURNIsNoOpenRelay(t *testing.T) {
	lab := netlab.New(t)
	gateway, mallory, victim := lab.Node("gateway"), lab.Node("mallory"), lab.Node("victim")
	app := launchIn(t, gateway, func(c *Config) {
		c.TURN.Listen, c.AdminListen = gateway.AddressPort(3478).String(), gateway.AddressPort(9090).String()
	})
	v := app.visitFrom(mallory)
	host := v.enter("Host")
	v.see(host, isIn)
	client, conn := turnClient(t, mallory, gateway.AddressPort(3478), host.TURN().Username, host.TURN().Credential)
	relay, err := client.Allocate()
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()
	if l, err := client.AllocateTCP(); err == nil {
		_ = l.Close()
		t.Error("there is an allocation for TCP")
	}
	witness := gateway.ListenUDP(9090) // beside the admin's TCP port
	loopback := listenAt(t, gateway, "127.0.0.1:9090")
	before := victim.Arrived()
	for _, to := range []netip.AddrPort{
		victim.AddressPort(53), gateway.AddressPort(9090), gateway.AddressPort(8080),
		netip.MustParseAddrPort("127.0.0.1:9090"), netip.MustParseAddrPort("127.0.0.1:7900"),
	} {
		_ = client.CreatePermission(net.UDPAddrFromAddrPort(to))
		_, _ = relay.WriteTo([]byte("a datagram for somebody else"), net.UDPAddrFromAddrPort(to))
		for range 5 {
			indicate(t, conn, gateway.AddressPort(3478), to)
		}
	}
	if _, err := client.SendBindingRequest(); err != nil { // all before it has been dealt with
		t.Fatal(err)
	}
	if n := victim.Arrived() - before; n != 0 {
		t.Errorf("%d packets arrived at a third host", n)
	}
	mark := mallory.ListenUDP(0)
	if _, err := mark.WriteToUDPAddrPort([]byte("mark"), gateway.AddressPort(9090)); err != nil {
		t.Fatal(err)
	}
	first(t, witness, mark.LocalAddr())
	own := listenAt(t, gateway, "127.0.0.1:0")
	if _, err := own.WriteTo([]byte("mark"), loopback.LocalAddr()); err != nil {
		t.Fatal(err)
	}
	first(t, loopback, own.LocalAddr())
}

// turnClient is a client of a TURN server at a node, and the socket under it.
func turnClient(t *testing.T, at *netlab.Node, server netip.AddrPort, username, password string) (*turn.Client, *net.UDPConn) {
	t.Helper()
	conn := at.ListenUDP(0)
	c := need[*turn.Client](t)(turn.NewClient(&turn.ClientConfig{
		STUNServerAddr: server.String(), TURNServerAddr: server.String(), Conn: conn, Username: username, Password: password,
		LoggerFactory: &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled},
	}))
	t.Cleanup(c.Close)
	if err := c.Listen(); err != nil {
		t.Fatal(err)
	}
	return c, conn
}

// indicate sends something through an allocation without asking whether it may.
func indicate(t *testing.T, conn net.PacketConn, server, to netip.AddrPort) {
	t.Helper()
	peer := &stun.XORMappedAddress{IP: to.Addr().AsSlice(), Port: int(to.Port())}
	m := need[*stun.Message](t)(stun.Build(stun.TransactionID, stun.NewType(stun.MethodSend, stun.ClassIndication),
		stun.RawAttribute{Type: stun.AttrData, Value: []byte("a datagram for somebody else")}))
	if err := peer.AddToAs(m, stun.AttrXORPeerAddress); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.WriteTo(m.Raw, net.UDPAddrFromAddrPort(server)); err != nil {
		t.Fatal(err)
	}
}

func listenAt(t *testing.T, n *netlab.Node, address string) *net.UDPConn {
	t.Helper()
	var c net.PacketConn
	var err error
	n.Do(func() { c, err = net.ListenPacket("udp4", address) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c.(*net.UDPConn)
}

// first holds that the first datagram that came to a socket is from an address.
func first(t *testing.T, c *net.UDPConn, want net.Addr) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	_, from, err := c.ReadFrom(make([]byte, 100))
	if err != nil || from.String() != want.String() {
		t.Errorf("the first datagram is from %v, %v", from, err)
	}
}

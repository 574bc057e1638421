package sfu

import (
	"net"
	"net/netip"
	"testing"
	"time"
)

// TestAnswersFromWhereItWasAsked: a socket on all addresses of a machine tells
// which one a datagram came to, and sends from the one that it is told, also
// where the kernel splits what is sent.
func TestAnswersFromWhereItWasAsked(t *testing.T) {
	for network, host := range map[string]string{"udp4": "0.0.0.0:0", "udp": "[::]:0"} {
		t.Run(network, func(t *testing.T) {
			a, err := net.ResolveUDPAddr(network, host)
			must(t, err)
			c, err := net.ListenUDP(network, a)
			must(t, err)
			defer c.Close()
			u, err := newUDPConn(c)
			must(t, err)
			port := c.LocalAddr().(*net.UDPAddr).Port
			for _, asked := range []string{"127.0.0.1", "127.0.0.77", "::1"} {
				if network == "udp4" && asked == "::1" {
					continue
				}
				ask(t, u, netip.AddrPortFrom(netip.MustParseAddr(asked), uint16(port)))
			}
		})
	}
}

func ask(t *testing.T, u *udpConn, at netip.AddrPort) {
	t.Helper()
	client, err := net.ListenUDP("udp", nil) // not connected: takes what comes from anywhere
	must(t, err)
	defer client.Close()
	_, err = client.WriteToUDPAddrPort([]byte("where?"), at)
	must(t, err)
	must(t, u.SetReadDeadline(time.Now().Add(30*time.Second)))
	must(t, u.wait())
	b := newBatch(u)
	u.each(func(from netip.AddrPort, to netip.Addr, _ []byte) {
		if to != at.Addr() {
			t.Errorf("came to %v, not %v", to, at.Addr())
		}
		p := &path{addr: from, local: to}
		for range 5 {
			b.commit(copy(b.next(), "here"), p)
		}
	})
	b.flush()
	must(t, client.SetReadDeadline(time.Now().Add(30*time.Second)))
	for range 5 {
		n, from, err := client.ReadFromUDPAddrPort(make([]byte, 100))
		if err != nil || n != 4 || netip.AddrPortFrom(from.Addr().Unmap(), from.Port()) != at {
			t.Fatalf("asked %v, answered by %v: %d octets, %v", at, from, n, err)
		}
	}
}

// TestAddressGone: what cannot be sent from an address that there is no more
// does not change how the rest is sent.
func TestAddressGone(t *testing.T) {
	c, err := net.ListenUDP("udp4", nil)
	must(t, err)
	defer c.Close()
	u, err := newUDPConn(c)
	must(t, err)
	split := u.gso.Load()
	b := newBatch(u)
	gone := &path{addr: netip.MustParseAddrPort("127.0.0.1:9"), local: netip.MustParseAddr("192.0.2.1")}
	for range 5 {
		b.commit(copy(b.next(), "nowhere"), gone)
	}
	b.flush()
	if u.gso.Load() != split {
		t.Error("runs are split by hand from now on")
	}
}

// TestListenPacket: so does the socket for those who read one datagram at a time.
func TestListenPacket(t *testing.T) {
	for _, host := range []string{"0.0.0.0:0", "[::]:0", "127.0.0.1:0"} {
		c, err := ListenPacket(host)
		must(t, err)
		defer c.Close()
		client, err := net.ListenUDP("udp4", nil)
		must(t, err)
		defer client.Close()
		for _, asked := range []string{"127.0.0.1", "127.0.0.78"} {
			if asked != "127.0.0.1" && host == "127.0.0.1:0" {
				continue
			}
			at := netip.AddrPortFrom(netip.MustParseAddr(asked), uint16(c.LocalAddr().(*net.UDPAddr).Port))
			_, err = client.WriteToUDPAddrPort([]byte("where?"), at)
			must(t, err)
			must(t, c.SetReadDeadline(time.Now().Add(30*time.Second)))
			_, from, err := c.ReadFrom(make([]byte, 100))
			must(t, err)
			_, err = c.WriteTo([]byte("here"), from)
			must(t, err)
			must(t, client.SetReadDeadline(time.Now().Add(30*time.Second)))
			_, answered, err := client.ReadFromUDPAddrPort(make([]byte, 100))
			if err != nil || netip.AddrPortFrom(answered.Addr().Unmap(), answered.Port()) != at {
				t.Errorf("on %s, asked %v, answered by %v, %v", host, at, answered, err)
			}
		}
	}
}

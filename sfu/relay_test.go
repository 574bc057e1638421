package sfu

import (
	"errors"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

func newTestRelay(t *testing.T, n *Node) *Relay {
	t.Helper()
	r, err := n.Relay(netip.MustParseAddrPort("127.0.0.1:49152"))
	must(t, err)
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// TestRelayLeadsNowhereElse: only the addresses that the node advertises are
// there behind a relay, and nobody is answered who has not proved himself.
func TestRelayLeadsNowhereElse(t *testing.T) {
	n := newTestNode(t)
	r := newTestRelay(t, n)
	media := n.Advertised()[0]
	for _, to := range []net.Addr{
		&net.UDPAddr{IP: media.Addr().AsSlice(), Port: int(media.Port()) + 1},
		&net.UDPAddr{IP: net.IPv4(127, 0, 0, 2), Port: int(media.Port())},
		&net.TCPAddr{IP: media.Addr().AsSlice(), Port: int(media.Port())},
	} {
		if _, err := r.WriteTo(make([]byte, 100), to); !errors.Is(err, ErrNotMedia) {
			t.Errorf("%v: %v", to, err)
		}
	}
	before := n.Stats().Dropped
	for _, size := range []int{0, 3, 100, maxDatagram, maxDatagram + 1} {
		d := make([]byte, size)
		for i := range d {
			d[i] = 0x80
		}
		if _, err := r.WriteTo(d, net.UDPAddrFromAddrPort(media)); err != nil {
			t.Errorf("%d octets: %v", size, err)
		}
	}
	if got := n.Stats().Dropped - before; got != 5 {
		t.Errorf("%d of 5 dropped", got)
	}
}

// TestRelayEnds: a relay that nobody uses ends by itself, and wakes its reader.
func TestRelayEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &Node{epoch: time.Now(), public: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:7900")}}
		r, err := n.Relay(netip.MustParseAddrPort("127.0.0.1:49152"))
		must(t, err)
		if _, _, err := r.ReadFrom(make([]byte, 100)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("the end is %v", err)
		}
	})
}

// TestRelayQueue: what waits for a slow reader is bounded, and comes in order,
// from the address that sent it.
func TestRelayQueue(t *testing.T) {
	n := newTestNode(t)
	r := newTestRelay(t, n)
	sent := 0
	for ; sent < 2*relayQueue/1000; sent++ {
		d := make([]byte, 1000)
		d[0], d[1] = byte(sent>>8), byte(sent)
		r.ways[0].write(d)
	}
	if len(r.queue) > relayQueue {
		t.Errorf("%d octets wait", len(r.queue))
	}
	b := make([]byte, maxDatagram)
	for i := range relayQueue / 1003 {
		size, from, err := r.ReadFrom(b)
		if err != nil || size != 1000 || int(b[0])<<8+int(b[1]) != i || from.String() != n.Advertised()[0].String() {
			t.Fatalf("datagram %d: %d octets, from %v, %v", i, size, from, err)
		}
	}
}

package sfu

import (
	"net/netip"
	"testing"
)

// TestStrays: there are so many, fewer from one network, and each place can be
// taken again.
func TestStrays(t *testing.T) {
	var s Strays
	host := func(network, host int) netip.Addr {
		return netip.AddrFrom4([4]byte{10, 0, byte(network), byte(host)})
	}
	for network := range maxStrays / maxStraysOf {
		for i := range maxStraysOf {
			if !s.Take(host(network, i)) {
				t.Fatalf("no place for the connection %d from network %d", i, network)
			}
		}
		if s.Take(netip.AddrFrom16(host(network, 200).As16())) {
			t.Errorf("%d from network %d", maxStraysOf+1, network)
		}
	}
	if s.Take(host(100, 1)) {
		t.Errorf("%d in all", maxStrays+1)
	}
	s.Leave(host(0, 1))
	if !s.Take(host(100, 1)) {
		t.Error("a place that was left is not free")
	}
	s.Leave(host(100, 1))
	if len(s.of) != maxStrays/maxStraysOf {
		t.Errorf("%d networks are remembered", len(s.of))
	}
}

func TestNetwork(t *testing.T) {
	for a, want := range map[string]string{
		"192.0.2.77": "192.0.2.0/24", "::ffff:192.0.2.77": "192.0.2.0/24", "2001:db8:1:2::3": "2001:db8:1::/48",
	} {
		if got := Network(netip.MustParseAddr(a)); got.String() != want {
			t.Errorf("%s is in %v", a, got)
		}
	}
	if Network(netip.Addr{}).IsValid() {
		t.Error("a network around no address")
	}
}

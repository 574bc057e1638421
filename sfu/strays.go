package sfu

import "net/netip"

const (
	maxStrays   = 256
	maxStraysOf = maxStrays / 4 // of one network
)

// Strays counts connections that have not proved yet whose they are, so that there
// are not too many, and so that those from one network do not take the places of
// all others. The zero value counts none. Its owner guards it.
type Strays struct {
	all int
	of  map[netip.Prefix]int
}

// Take takes a place for a connection from an address. It reports whether there
// was one.
func (s *Strays) Take(from netip.Addr) bool {
	network := Network(from)
	if s.all == maxStrays || s.of[network] == maxStraysOf {
		return false
	}
	if s.of == nil {
		s.of = map[netip.Prefix]int{}
	}
	s.all++
	s.of[network]++
	return true
}

// Leave gives back what Take took for a connection from that address.
func (s *Strays) Leave(from netip.Addr) {
	network := Network(from)
	s.all--
	if s.of[network]--; s.of[network] == 0 {
		delete(s.of, network)
	}
}

// Network is what counts as one network around an address: a /24, or a /48 of IPv6.
func Network(a netip.Addr) netip.Prefix {
	a = a.Unmap()
	bits := 24
	if a.Is6() {
		bits = 48
	}
	network, _ := a.Prefix(bits) // of no address, none
	return network
}

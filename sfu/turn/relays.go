package turn

import (
	"errors"
	"net"
	"net/netip"

	"github.com/pion/turn/v5"

	"anteroom/sfu"
)

// Relayed ports are names; these are the ones that RFC 8656 §7.2 recommends.
const firstPort = 49152

var errRefused = errors.New("turn: no such allocation here")

// relayed is the far side of an allocation.
type relayed struct {
	*sfu.Relay
	server   *Server
	addr     netip.AddrPort
	owner    string
	channels int // guarded by server.mu
}

// Close implements net.PacketConn.
func (r *relayed) Close() error {
	s := r.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.relays[r.addr] == r {
		delete(s.relays, r.addr)
		if s.owned[r.owner]--; s.owned[r.owner] == 0 {
			delete(s.owned, r.owner)
		}
	}
	return r.Relay.Close()
}

// Validate implements turn.RelayAddressGenerator.
func (s *Server) Validate() error { return nil }

// AllocatePacketConn implements turn.RelayAddressGenerator. It bounds what an
// owner has, and all.
func (s *Server) AllocatePacketConn(c turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	ip, ok := s.family(c.Network == "udp6")
	if !ok || c.UserID == "" { // a port in advance, for RTCP beside RTP
		return nil, nil, errRefused
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.owned[c.UserID] >= maxOwned || len(s.relays) >= maxAll {
		s.refused.Add(1)
		return nil, nil, errRefused
	}
	addr := s.freeLocked(ip)
	relay, err := s.media.Relay(addr)
	if err != nil {
		return nil, nil, err
	}
	r := &relayed{Relay: relay, server: s, addr: addr, owner: c.UserID}
	s.relays[addr] = r
	s.owned[c.UserID]++
	return r, net.UDPAddrFromAddrPort(addr), nil
}

// AllocateListener implements turn.RelayAddressGenerator: there are no TCP
// allocations (RFC 6062).
func (s *Server) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errRefused
}

// AllocateConn implements turn.RelayAddressGenerator.
func (s *Server) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errRefused }

// freeLocked is a relayed address that nobody has. There are more ports than
// allocations.
func (s *Server) freeLocked(ip netip.Addr) netip.AddrPort {
	for {
		s.next = max(s.next+1, firstPort)
		addr := netip.AddrPortFrom(ip, s.next)
		if s.relays[addr] == nil {
			return addr
		}
	}
}

// family is the gateway's first address of a family.
func (s *Server) family(v6 bool) (netip.Addr, bool) {
	for _, a := range s.media.Advertised() {
		if a.Addr().Is6() == v6 {
			return a.Addr(), true
		}
	}
	return netip.Addr{}, false
}

func (s *Server) has(kind func(netip.Addr) bool) bool {
	for _, a := range s.media.Advertised() {
		if kind(a.Addr()) {
			return true
		}
	}
	return false
}

// permit is Pion's PermissionHandler: permissions are for the gateway's own
// addresses. (Which port is seen to by the relay.)
func (s *Server) permit(_ net.Addr, peer net.IP) bool {
	ip, ok := netip.AddrFromSlice(peer)
	return ok && s.has(func(a netip.Addr) bool { return a == ip.Unmap() })
}

// mayAllocate is Pion's QuotaHandler. AllocatePacketConn counts; this makes that
// who has enough is told so (486).
func (s *Server) mayAllocate(owner, _ string, _ net.Addr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owned[owner] >= maxOwned {
		s.refused.Add(1)
		return false
	}
	return true
}

// allocationMade is told of each new allocation: its connection has proved
// itself.
func (s *Server) allocationMade(from, _ net.Addr, _, _, _ string, _ net.Addr, _ int) {
	s.allocated.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.streams[from.String()]; c != nil {
		c.provenLocked()
	}
}

// allocationEnded is told of the end of each: there is nothing left to do on its
// connection.
func (s *Server) allocationEnded(from, _ net.Addr, _, _, _ string) {
	s.mu.Lock()
	c := s.streams[from.String()]
	s.mu.Unlock()
	if c != nil {
		_ = c.Close()
	}
}

// channelMade is told of each new channel. Whoever has more of them than there
// is to reach loses the allocation.
func (s *Server) channelMade(_, _ net.Addr, _, _, _ string, addr, _ net.Addr, _ uint16) {
	a, ok := addr.(*net.UDPAddr)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.relays[a.AddrPort()]
	if r == nil {
		return
	}
	if r.channels++; r.channels > len(s.media.Advertised())+spareChannels {
		_ = r.Relay.Close() // which Pion's reader sees, and ends the allocation
	}
}

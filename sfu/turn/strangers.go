package turn

import (
	"hash/maphash"
	"net"
	"net/netip"
	"sync/atomic"

	"golang.org/x/time/rate"

	"anteroom/sfu"
)

const (
	strangerGroups = 64
	strangerRate   = 10 // answers a second to a group of networks
	strangerBurst  = 30
)

// strangers is a UDP socket that answers those who prove nothing sparingly. A
// refusal is several times as large as what asked for it, and over UDP anybody can
// ask in another's name: without a bound the server would send to whom it is told
// to, and more than it was sent. Networks are put into groups by a secret hash, so
// that this needs no memory of them, and whoever uses up what one group gets keeps
// few others waiting; these still have TCP and TLS.
type strangers struct {
	net.PacketConn
	seed    maphash.Seed
	groups  [strangerGroups]*rate.Limiter
	silence *atomic.Uint64 // answers that were not given
}

func newStrangers(c net.PacketConn, silence *atomic.Uint64) *strangers {
	s := &strangers{PacketConn: c, seed: maphash.MakeSeed(), silence: silence}
	for i := range s.groups {
		s.groups[i] = rate.NewLimiter(strangerRate, strangerBurst)
	}
	return s
}

// WriteTo implements net.PacketConn. What is not sent is lost, as on any network.
func (s *strangers) WriteTo(d []byte, to net.Addr) (int, error) {
	if toStranger(d) && !s.group(to).Allow() {
		s.silence.Add(1)
		return len(d), nil
	}
	return s.PacketConn.WriteTo(d, to)
}

// group is the limiter of an address' network.
func (s *strangers) group(to net.Addr) *rate.Limiter {
	var network netip.Prefix
	if a, ok := to.(*net.UDPAddr); ok {
		network = sfu.Network(a.AddrPort().Addr())
	}
	return s.groups[maphash.Comparable(s.seed, network)%strangerGroups]
}

// toStranger tells the answers that nobody had to prove anything for: refusals,
// and where a client's address is (RFC 8489 §5: class and method of a message).
func toStranger(d []byte) bool {
	if len(d) < 20 || d[0]&0xc0 != 0 {
		return false // data for a channel
	}
	refusal := d[0]&0x01 != 0 && d[1]&0x10 != 0
	binding := d[0] == 0x01 && d[1] == 0x01
	return refusal || binding
}

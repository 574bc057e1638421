package webhook

import (
	"errors"
	"net"
	"net/netip"
	"syscall"
)

var errAddress = errors.New("webhook: the name leads to an address that events are not sent to")

// reachable refuses addresses that no receiver has and that a name, in an
// attacker's hands, could be made to lead to: those of cloud providers'
// metadata services (which give out credentials), this machine itself unless the
// URL says so, and whatever is no unicast address. Private networks are allowed:
// the operator names the receiver, and practices have theirs in the house.
func reachable(a netip.Addr, local bool) error {
	a = translated(a.Unmap().WithZone(""))
	switch {
	case a.IsLinkLocalUnicast(), a.IsMulticast(), a.IsUnspecified(), !a.IsValid(), a.IsLoopback() != local:
		return errAddress
	}
	for _, metadata := range metadataAddresses() {
		if a == metadata {
			return errAddress
		}
	}
	return nil
}

// metadataAddresses are those outside the link-local networks: of AWS and Google
// over IPv6, Alibaba, Oracle and Azure.
func metadataAddresses() []netip.Addr {
	var all []netip.Addr
	for _, text := range []string{"fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"} {
		all = append(all, netip.MustParseAddr(text))
	}
	return all
}

// translated is the IPv4 address behind one of NAT64's well-known prefix
// (RFC 6052 §2.1).
func translated(a netip.Addr) netip.Addr {
	if b := a.As16(); a.Is6() && netip.MustParsePrefix("64:ff9b::/96").Contains(a) {
		return netip.AddrFrom4([4]byte(b[12:]))
	}
	return a
}

// guard checks every connection before it is made, by the address that the name
// was resolved to: a name that changes its mind later changes nothing.
func guard(local bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return errAddress
		}
		addr, err := netip.ParseAddr(host)
		if err != nil {
			return errAddress
		}
		return reachable(addr, local)
	}
}

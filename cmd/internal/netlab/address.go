package netlab

import (
	"net/netip"
	"os"
)

// Move gives the node another address in place of its own, as a device has that
// goes to another network. What it has open under the old one hears nothing any
// more.
func (n *Node) Move() netip.Addr {
	n.lab.t.Helper()
	next := n.address.Next()
	for _, args := range [][]string{
		{"address", "del", n.address.String() + "/24", "dev", lineName},
		{"address", "add", next.String() + "/24", "dev", lineName},
		{"route", "replace", "default", "via", n.gateway.String(), "dev", lineName},
	} {
		_, err := n.space.run("", "ip", args...)
		n.lab.must(err)
	}
	n.address = next
	return next
}

// IPv6 gives the node an IPv6 address beside its own, which it returns; nodes
// that have one reach each other there. Packets of IPv6 are not counted, and not
// dropped by rules that match IPv4.
func (n *Node) IPv6() netip.Addr {
	n.lab.t.Helper()
	n.lab.must(n.lab.router.do(func() error {
		return os.WriteFile("/proc/sys/net/ipv6/conf/all/forwarding", []byte("1"), 0)
	}))
	net := n.address.As4()[2]
	address := netip.AddrFrom16([16]byte{0xfd, 0x77, 3: net, 15: 2})
	gateway := netip.AddrFrom16([16]byte{0xfd, 0x77, 3: net, 15: 1})
	n.lab.must(n.speakIPv6(n.lab.router, n.port, gateway))
	n.lab.must(n.speakIPv6(n.space, lineName, address))
	_, err := n.space.run("", "ip", "-6", "route", "add", "default", "via", gateway.String(), "dev", lineName)
	n.lab.must(err)
	return address
}

// speakIPv6 has all addresses there at once: nobody else can have them. One that the
// kernel tries for a second or two (RFC 4862 §5.4) is a network that changes, to a
// browser that runs by then, and it gives up what it was loading.
func (n *Node) speakIPv6(ns *namespace, dev string, a netip.Addr) error {
	for _, set := range []struct{ file, to string }{
		{dev + "/accept_dad", "0"},
		{"lo/disable_ipv6", "0"}, // what a node sends to itself goes by lo
		{dev + "/disable_ipv6", "0"},
	} {
		err := ns.do(func() error {
			return os.WriteFile("/proc/sys/net/ipv6/conf/"+set.file, []byte(set.to), 0)
		})
		if err != nil {
			return err
		}
	}
	_, err := ns.run("", "ip", "-6", "address", "add", a.String()+"/64", "dev", dev, "nodad")
	return err
}

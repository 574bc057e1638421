package sfu

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"strconv"
)

// maxSockets bounds what the sockets of the port take in memory.
const maxSockets = 8

// listen opens the media port for UDP and TCP and writes the candidates.
func (n *Node) listen(cfg Config) error {
	host, service, err := net.SplitHostPort(cfg.Address)
	if cfg.Address == "" {
		host, service, err = "", "0", nil
	}
	if err != nil {
		return fmt.Errorf("sfu: media address: %w", err)
	}
	sockets, tcp, err := listenBoth(host, service, cfg.sockets())
	if err != nil {
		return fmt.Errorf("sfu: media address: %w", err)
	}
	if n.udp, err = newUDPPort(n, sockets); err != nil {
		return errors.Join(err, tcp.Close())
	}
	n.tcp = newTCPListener(n, tcp)
	ap := sockets[0].LocalAddr().(*net.UDPAddr).AddrPort()
	n.addr = netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	addrs, err := advertised(cfg.Advertise, n.addr.Addr())
	if err != nil {
		n.udp.close()
		_ = tcp.Close()
		return err
	}
	for _, a := range addrs {
		n.public = append(n.public, netip.AddrPortFrom(a.WithZone(""), n.addr.Port()))
	}
	n.candidates = candidates(addrs, n.addr.Port())
	return nil
}

// sockets is how many are to share the UDP port.
func (c Config) sockets() int {
	if c.Sockets > 0 {
		return c.Sockets
	}
	return min(runtime.GOMAXPROCS(0), maxSockets)
}

// listenBoth listens on one port for TCP and UDP. TCP comes first: its port is
// not shared, so that a second process on the same port is refused before it
// takes part of what comes to the first by UDP. Port 0 may be free for one and
// not for the other: then another is tried.
func listenBoth(host, service string, sockets int) ([]*net.UDPConn, net.Listener, error) {
	for try := 0; ; try++ {
		tcp, err := net.Listen("tcp", net.JoinHostPort(host, service))
		if err != nil {
			return nil, nil, err
		}
		port := strconv.Itoa(tcp.Addr().(*net.TCPAddr).Port)
		udp, err := listenUDP(net.JoinHostPort(host, port), sockets)
		if err == nil {
			return udp, tcp, nil
		}
		_ = tcp.Close()
		if port == service || try == 20 {
			return nil, nil, err
		}
	}
}

// listenUDP opens so many sockets on one port, or as many as there can be.
func listenUDP(address string, sockets int) (all []*net.UDPConn, err error) {
	lc := net.ListenConfig{Control: sharePort}
	for range sockets {
		c, err := lc.ListenPacket(context.Background(), "udp", address)
		if err != nil && len(all) == 0 {
			return nil, err
		}
		if err != nil {
			break
		}
		all = append(all, c.(*net.UDPConn))
	}
	return all, nil
}

// advertised are the addresses to put into candidates.
func advertised(given []netip.Addr, listened netip.Addr) ([]netip.Addr, error) {
	if len(given) > 0 {
		return given, nil
	}
	if !listened.IsUnspecified() {
		return []netip.Addr{listened}, nil
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, err
	}
	var public, loop []netip.Addr
	for _, a := range all {
		p, ok := a.(*net.IPNet)
		if !ok {
			continue
		}
		switch ip, ok := netip.AddrFromSlice(p.IP); {
		case !ok || ip.IsLinkLocalUnicast():
		case ip.IsLoopback():
			loop = append(loop, ip.Unmap())
		default:
			public = append(public, ip.Unmap())
		}
	}
	if len(public) == 0 {
		public = loop // a machine without a network
	}
	if len(public) == 0 {
		return nil, errors.New("sfu: no address to advertise")
	}
	return public, nil
}

// candidates writes the candidate attributes (RFC 8839 §5.1, RFC 6544 §4.5):
// UDP before TCP, in the order of the addresses.
func candidates(addrs []netip.Addr, port uint16) []string {
	var list []string
	for i, a := range addrs {
		local := uint32(0xffff - i)
		udp := 126<<24 | local<<8 | 255
		list = append(list, fmt.Sprintf("%d 1 udp %d %s %d typ host", 2*i+1, udp, a.WithZone(""), port))
	}
	for i, a := range addrs {
		local := uint32(0x1fff - i)
		tcp := 90<<24 | local<<8 | 255
		list = append(list, fmt.Sprintf("%d 1 tcp %d %s %d typ host tcptype passive", 2*i+2, tcp, a.WithZone(""), port))
	}
	return list
}

package sfu

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// listen opens the media port for UDP and TCP and writes the candidates.
func (n *Node) listen(cfg Config) error {
	host, service, err := net.SplitHostPort(cfg.Address)
	if cfg.Address == "" {
		host, service, err = "", "0", nil
	}
	if err != nil {
		return fmt.Errorf("sfu: media address: %w", err)
	}
	udp, tcp, err := listenBoth(host, service)
	if err != nil {
		return fmt.Errorf("sfu: media address: %w", err)
	}
	if n.udp, err = newUDPSocket(n, udp); err != nil {
		return err
	}
	n.tcp = newTCPListener(n, tcp)
	ap := udp.LocalAddr().(*net.UDPAddr).AddrPort()
	n.addr = netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	addrs, err := advertised(cfg.Advertise, n.addr.Addr())
	if err != nil {
		_ = udp.Close()
		_ = tcp.Close()
		return err
	}
	for _, a := range addrs {
		n.public = append(n.public, netip.AddrPortFrom(a.WithZone(""), n.addr.Port()))
	}
	n.candidates = candidates(addrs, n.addr.Port())
	return nil
}

// listenBoth listens on one port for UDP and TCP. Port 0 may be free for one
// and not for the other: then another is tried.
func listenBoth(host, service string) (*net.UDPConn, net.Listener, error) {
	for try := 0; ; try++ {
		ua, err := net.ResolveUDPAddr("udp", net.JoinHostPort(host, service))
		if err != nil {
			return nil, nil, err
		}
		udp, err := net.ListenUDP("udp", ua)
		if err != nil {
			return nil, nil, err
		}
		port := udp.LocalAddr().(*net.UDPAddr).Port
		tcp, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if err == nil {
			return udp, tcp, nil
		}
		_ = udp.Close()
		if ua.Port != 0 || try == 20 {
			return nil, nil, err
		}
	}
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

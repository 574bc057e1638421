package sfu

import (
	"encoding/binary"
	"net"
	"net/netip"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// sourceAddress is about the address that datagrams are sent from. A socket that listens
// on all addresses of a machine has to be told which one was asked, and answer
// from there (IP_PKTINFO, IPV6_PKTINFO): by itself the kernel takes the address
// that is nearest to the client, whose router or firewall then knows nothing of
// it.
type sourceAddress struct {
	v6  bool // sockaddr_in6 on this socket
	any bool // it listens on all addresses
}

func sourceOf(c *net.UDPConn) sourceAddress {
	own := c.LocalAddr().(*net.UDPAddr).IP
	return sourceAddress{v6: own.To4() == nil, any: own.IsUnspecified()}
}

// ask makes the kernel tell to which address datagrams came.
func (s sourceAddress) ask(fd int) {
	if s.any && s.v6 {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVPKTINFO, 1) // of IPv4 too
	} else if s.any {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_PKTINFO, 1)
	}
}

// setFrom says which address of ours a message shall be from, if there are
// several, and returns the size of that.
func (s sourceAddress) setFrom(control []byte, from netip.Addr) int {
	switch {
	case !s.any || !from.IsValid():
		return 0
	case s.v6:
		data := say(control, unix.IPPROTO_IPV6, unix.IPV6_PKTINFO, unix.SizeofInet6Pktinfo)
		a := from.As16()
		copy(data, a[:])
		return unix.CmsgSpace(unix.SizeofInet6Pktinfo)
	}
	data := say(control, unix.IPPROTO_IP, unix.IP_PKTINFO, unix.SizeofInet4Pktinfo)
	a := from.As4()
	copy(data[4:], a[:]) // ipi_spec_dst
	return unix.CmsgSpace(unix.SizeofInet4Pktinfo)
}

// say begins a control message and returns its data, zeroed.
func say(control []byte, level, kind int32, size int) []byte {
	c := (*unix.Cmsghdr)(unsafe.Pointer(&control[0]))
	c.Level, c.Type = level, kind
	c.SetLen(unix.CmsgLen(size))
	data := control[unix.CmsgLen(0):unix.CmsgLen(size)]
	clear(data)
	return data
}

// parseControl reads control messages: the size of joined datagrams and the
// address they came to, as far as they are there.
func parseControl(said []byte) (joined int, to netip.Addr) {
	for len(said) >= unix.SizeofCmsghdr {
		c := (*unix.Cmsghdr)(unsafe.Pointer(&said[0]))
		data := said[unix.CmsgLen(0):max(unix.CmsgLen(0), min(int(c.Len), len(said)))]
		switch {
		case c.Level == unix.SOL_UDP && c.Type == unix.UDP_GRO && len(data) >= 4:
			joined = int(binary.NativeEndian.Uint32(data))
		case c.Level == unix.IPPROTO_IPV6 && c.Type == unix.IPV6_PKTINFO && len(data) >= unix.SizeofInet6Pktinfo:
			to = netip.AddrFrom16([16]byte(data)).Unmap()
		case c.Level == unix.IPPROTO_IP && c.Type == unix.IP_PKTINFO && len(data) >= unix.SizeofInet4Pktinfo:
			to = netip.AddrFrom4([4]byte(data[8:])) // of the packet's header
		}
		said = said[min(unix.CmsgSpace(len(data)), len(said)):]
	}
	return joined, to
}

// answering is a socket that answers each client from the address that it asked
// last.
type answering struct {
	*net.UDPConn
	sourceAddress
	mu    sync.Mutex
	asked map[netip.AddrPort]netip.Addr // guarded by mu
}

// maxAsked bounds what is remembered; beyond, all is forgotten, and the kernel
// chooses until a client is heard again.
const maxAsked = 8192

// ListenPacket listens for UDP. Where that is on all addresses of a machine,
// each client is answered from the one that it asked last.
func ListenPacket(address string) (net.PacketConn, error) {
	at, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return nil, err
	}
	c, err := net.ListenUDP("udp", at)
	if err != nil {
		return nil, err
	}
	a := &answering{UDPConn: c, sourceAddress: sourceOf(c), asked: map[netip.AddrPort]netip.Addr{}}
	raw, err := c.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) { a.ask(int(fd)) })
	}
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	return a, nil
}

// ReadFrom implements net.PacketConn.
func (a *answering) ReadFrom(b []byte) (int, net.Addr, error) {
	var control [controlSize]byte
	n, size, _, from, err := a.ReadMsgUDPAddrPort(b, control[:])
	if err != nil {
		return n, nil, err
	}
	from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
	if _, to := parseControl(control[:size]); to.IsValid() {
		a.note(from, to)
	}
	return n, net.UDPAddrFromAddrPort(from), nil
}

func (a *answering) note(from netip.AddrPort, to netip.Addr) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asked[from] == to {
		return
	}
	if len(a.asked) >= maxAsked {
		clear(a.asked)
	}
	a.asked[from] = to
}

// WriteTo implements net.PacketConn.
func (a *answering) WriteTo(b []byte, to net.Addr) (int, error) {
	u, ok := to.(*net.UDPAddr)
	if !ok {
		return 0, net.InvalidAddrError("not of UDP")
	}
	at := u.AddrPort()
	at = netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
	a.mu.Lock()
	from := a.asked[at]
	a.mu.Unlock()
	var control [controlSize]byte
	n, _, err := a.WriteMsgUDPAddrPort(b, control[:a.setFrom(control[:], from)], at)
	return n, err
}

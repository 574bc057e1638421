//go:build !linux

package sfu

import (
	"net"
	"net/netip"
	"syscall"
)

// udpConn reads and writes one datagram at a time.
type udpConn struct {
	*net.UDPConn
	// Owned by the reader.
	buf  []byte
	n    int
	from netip.AddrPort
}

// sharePort does nothing: the second socket finds the port taken.
func sharePort(_, _ string, _ syscall.RawConn) error { return nil }

func newUDPConn(c *net.UDPConn) (*udpConn, error) {
	return &udpConn{UDPConn: c, buf: make([]byte, headroom+maxDatagram+1)}, nil
}

// wait waits for a datagram and takes it in.
func (u *udpConn) wait() error {
	n, from, err := u.ReadFromUDPAddrPort(u.buf[headroom:])
	u.n, u.from = n, netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
	return err
}

// each hands the datagram taken in to f, with headroom in front.
func (u *udpConn) each(f func(from netip.AddrPort, to netip.Addr, b []byte)) {
	f(u.from, netip.Addr{}, u.buf[:headroom+u.n])
}

// ListenPacket listens for UDP.
func ListenPacket(address string) (net.PacketConn, error) { return net.ListenPacket("udp", address) }

// writeBatch needs nothing here.
type writeBatch struct{}

func (*writeBatch) write(b *batch) {
	for i := range b.n {
		_, _ = b.conn.WriteToUDPAddrPort(b.bufs[i][:b.sizes[i]], b.paths[i].addr)
	}
}

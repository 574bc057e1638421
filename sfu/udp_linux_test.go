package sfu

import (
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestLargeRun: a run of datagrams that are larger than what the way takes in one
// piece arrives all the same, and changes nothing for what others are sent.
func TestLargeRun(t *testing.T) {
	listen := func() *net.UDPConn {
		c, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.IPv6loopback})
		must(t, err)
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	near, far := listen(), listen()
	u, err := newUDPConn(near)
	must(t, err)
	must(t, u.raw.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.IPPROTO_IPV6, unix.IPV6_MTU, 1280) }))
	must(t, err)
	runs, b := u.gso.Load(), newBatch(u)
	to := &path{addr: far.LocalAddr().(*net.UDPAddr).AddrPort()}
	for range 5 {
		b.commit(len(b.next()[:1400]), to)
	}
	b.flush()
	must(t, far.SetReadDeadline(time.Now().Add(30*time.Second)))
	for i := range 5 {
		if n, err := far.Read(make([]byte, maxDatagram)); err != nil || n != 1400 {
			t.Fatalf("datagram %d: %d octets, %v", i, n, err)
		}
	}
	if u.gso.Load() != runs {
		t.Error("nobody is sent runs any more")
	}
}

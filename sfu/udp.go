package sfu

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"time"
)

const (
	socketBuffer = 4 << 20
	routeIdle    = 60 * time.Second // a source address without a check for so long is forgotten
	maxRoutes    = 16               // source addresses of one transport, and TCP connections
)

// udpPort is the UDP side of the media port: one socket for each processor, all
// on the same port. The system gives all that comes from one address to the same
// socket.
type udpPort []*udpSocket

// newUDPPort takes the sockets over, and closes them when it fails.
func newUDPPort(n *Node, sockets []*net.UDPConn) (p udpPort, err error) {
	for _, c := range sockets {
		s, failed := newUDPSocket(n, c)
		if failed != nil {
			err = errors.Join(err, failed, c.Close())
			continue
		}
		p = append(p, s)
	}
	if err != nil {
		p.close()
	}
	return p, err
}

// wake makes run forget routes of closed transports soon, even when nothing
// arrives.
func (p udpPort) wake() {
	for _, s := range p {
		s.wake()
	}
}

func (p udpPort) close() {
	for _, s := range p {
		_ = s.conn.Close()
	}
}

// udpSocket is one of them. One goroutine reads it and handles each packet to
// completion; routes are its own, so that finding the transport of a packet
// takes no lock.
type udpSocket struct {
	node   *Node
	conn   *udpConn
	routes map[netip.AddrPort]*route // owned by run
}

// route says whose packets come from an address. It was proved by a STUN check
// with the transport's password.
type route struct {
	t       *transport
	paths   []*path // one for each address of ours that it was proved for
	checked time.Duration
}

// path is the one from an address of ours; nil if there are too many.
func (r *route) path(from netip.AddrPort, to netip.Addr) *path {
	for _, p := range r.paths {
		if p.local == to {
			return p
		}
	}
	if len(r.paths) == maxRoutes {
		return nil
	}
	p := &path{addr: from, local: to}
	r.paths = append(r.paths, p)
	return p
}

func newUDPSocket(n *Node, c *net.UDPConn) (*udpSocket, error) {
	_ = c.SetReadBuffer(socketBuffer) // as much as the system allows
	_ = c.SetWriteBuffer(socketBuffer)
	conn, err := newUDPConn(c)
	if err != nil {
		return nil, err
	}
	return &udpSocket{node: n, conn: conn, routes: map[netip.AddrPort]*route{}}, nil
}

func (s *udpSocket) run() {
	w := newWorker(s.node, s.conn)
	handle := func(from netip.AddrPort, to netip.Addr, b []byte) { s.handle(w, from, to, b) }
	for {
		switch err := s.conn.wait(); {
		case err == nil:
			w.now = s.node.now()
			s.conn.each(handle)
			w.out.flush()
		case s.node.closing.Load():
			return
		case errors.Is(err, os.ErrDeadlineExceeded):
			// First this: whoever wakes it up from now on interrupts the next wait.
			_ = s.conn.SetReadDeadline(time.Time{})
			s.forget()
		}
		// Any other error is an ICMP one, of somebody who is gone.
	}
}

// handle takes one datagram with its headroom.
func (s *udpSocket) handle(w *worker, from netip.AddrPort, to netip.Addr, b []byte) {
	d := b[headroom:]
	if len(d) < 12 || len(d) > maxDatagram {
		s.node.count.dropped.Add(1)
		return
	}
	r := s.routes[from]
	switch {
	case d[0] < 4:
		s.check(w, from, to, r, d)
	case r == nil:
		s.node.count.dropped.Add(1)
	default:
		r.t.receive(w, b)
	}
}

// check answers a STUN check and learns the route that it proves.
func (s *udpSocket) check(w *worker, from netip.AddrPort, to netip.Addr, r *route, d []byte) {
	t, nominated, ok := s.node.checkSTUN(w, from, d)
	if !ok {
		return
	}
	if r == nil || r.t != t {
		if r != nil {
			r.t.routes.Add(-1)
		}
		if t.routes.Add(1) > maxRoutes {
			t.routes.Add(-1)
			delete(s.routes, from)
			s.node.count.dropped.Add(1)
			return
		}
		r = &route{t: t}
		s.routes[from] = r
	}
	p := r.path(from, to)
	if p == nil {
		s.node.count.dropped.Add(1)
		return
	}
	r.checked = w.now
	s.node.answerSTUN(w, p, from)
	t.heard(w, p, nominated)
}

// wake interrupts the wait for datagrams. Only run ever sets the deadline back.
func (s *udpSocket) wake() { _ = s.conn.SetReadDeadline(time.Unix(1, 0)) }

func (s *udpSocket) forget() {
	now := s.node.now()
	for a, r := range s.routes {
		if r.t.closed.Load() || now-r.checked > routeIdle {
			r.t.routes.Add(-1)
			delete(s.routes, a)
		}
	}
}

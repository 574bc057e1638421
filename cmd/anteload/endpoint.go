//go:build linux

package main

import (
	"net/netip"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// endpoint is one person's socket and all that goes through it. Made by
// anybody, then owned by the loop; the moments may be read by anybody.
type endpoint struct {
	loop      *loop
	fd        int
	number    uint32
	receivers int // how many should get what is sent
	codec     codec
	control   *control // congestion feedback and reports; nil for the floor
	line      *line
	streams   []*stream
	tasks     []*task
	other     func(datagram []byte) // gets what is not media

	packet [maxDatagram]byte // scratch

	firstPacket, firstKey moment
	signal                chan struct{} // told when a moment has come
}

// moment is when something first happened on the load's clock; 0 if it has not.
type moment struct{ at atomic.Int64 }

func (m *moment) reach(now time.Duration) bool { return m.at.CompareAndSwap(0, int64(now)) }
func (m *moment) when() time.Duration          { return time.Duration(m.at.Load()) }

// newEndpoint opens a socket towards a server, read by the loop.
func newEndpoint(l *loop, number uint32, server netip.AddrPort, other func([]byte)) (*endpoint, error) {
	fd, err := connect(server)
	if err != nil {
		return nil, err
	}
	e := &endpoint{loop: l, fd: fd, number: number, other: other, signal: make(chan struct{}, 1)}
	l.do(func() {
		l.ends[int32(fd)] = e
		err = l.watch(fd)
	})
	return e, err
}

func connect(server netip.AddrPort) (int, error) {
	family, to := unix.AF_INET6, unix.Sockaddr(&unix.SockaddrInet6{Port: int(server.Port()), Addr: server.Addr().As16()})
	if server.Addr().Is4() {
		family, to = unix.AF_INET, &unix.SockaddrInet4{Port: int(server.Port()), Addr: server.Addr().As4()}
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	if err := unix.Connect(fd, to); err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	// As much as the system allows: a load that is late must not lose.
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 1<<20)
	return fd, nil
}

// write sends a datagram; anybody may.
func (e *endpoint) write(b []byte) error { return writeSocket(e.fd, b) }

// transmit sends media and what belongs to them over the person's line.
func (e *endpoint) transmit(b []byte) error {
	if e.line.loses() {
		return nil
	}
	return e.write(b)
}

// open begins to receive, with the keys that were agreed on. On the loop.
func (e *endpoint) open(c codec, k *control) {
	e.codec, e.control = c, k
	if k != nil {
		e.tasks = append(e.tasks, k.start(e)...)
	}
}

// send begins to send streams. Everybody begins at another moment of the first
// interval, so that packets are spread as those of strangers are. On the loop.
func (e *endpoint) send(receivers int, streams ...*stream) {
	e.receivers, e.streams = receivers, streams
	for i, s := range streams {
		share := time.Duration(uint32(e.number*2+uint32(i)) * 2654435769 >> 16) // the golden ratio, in 1/65536
		begin := e.loop.now() + s.every()*share/65536
		e.tasks = append(e.tasks, e.loop.repeat(begin, s.every(), true, func(now time.Duration) { e.sendOne(s, now) }))
	}
}

func (e *endpoint) sendOne(s *stream, now time.Duration) {
	h, payload := s.next(now, e.number)
	if s.history != nil {
		s.history.keep(h, payload)
	}
	e.loop.tally.went(now, s.kind, e.receivers, e.put(h, payload))
}

// put sends a packet of media and returns its size.
func (e *endpoint) put(h header, payload []byte) (octets int) {
	if e.control != nil {
		h.counted, h.twcc = true, e.control.number()
	}
	packet := append(h.append(e.packet[:0]), payload...)
	sealed, err := e.codec.seal(e.loop.sealed[:0], packet)
	if err == nil {
		err = e.transmit(sealed)
	}
	if err != nil {
		e.loop.tally.failed++
	}
	return len(sealed)
}

// receive takes one datagram. What it is shows in its first octet (RFC 7983).
func (e *endpoint) receive(b []byte, now time.Duration) {
	switch {
	case b[0] < 128 || b[0] > 191:
		e.other(b)
	case e.codec == nil:
	case len(b) > 1 && b[1] >= 192 && b[1] <= 223:
		if e.control != nil && !e.line.loses() {
			e.control.receive(e, b)
		}
	case e.line.loses():
		e.loop.tally.arrived++ // the server did its part
	default:
		e.receiveMedia(b, now)
	}
}

func (e *endpoint) receiveMedia(b []byte, now time.Duration) {
	plain, err := e.codec.open(e.loop.plain[:0], b)
	if err != nil {
		e.loop.tally.garbage++
		return
	}
	h, payload, ok := parsePacket(plain)
	if !ok {
		return
	}
	if e.control != nil {
		e.control.arrived(&h, now)
	}
	s, ok := readStamp(payload)
	if !ok || e.control != nil && !e.control.isNew(e, &h, payload, s) {
		return
	}
	if e.control != nil && s.kind == camera {
		e.control.shown(e, &h, s.key, now)
	}
	e.loop.tally.came(s, now)
	first, firstKey := e.firstPacket.reach(now), s.key && e.firstKey.reach(now)
	if first || firstKey {
		select {
		case e.signal <- struct{}{}:
		default:
		}
	}
}

// shut stops everything and closes the socket. On the loop.
func (e *endpoint) shut() {
	for _, t := range e.tasks {
		t.gone = true
	}
	delete(e.loop.ends, int32(e.fd))
	_ = unix.Close(e.fd)
}

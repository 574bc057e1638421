package sfu

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	relayQueue = 512 << 10        // bytes waiting for whoever reads; beyond it packets are lost
	relayIdle  = 45 * time.Second // without a check; browsers check a way in reserve every 25 s
)

// ErrNotMedia: a relay leads to the media port and nowhere else.
var ErrNotMedia = errors.New("sfu: not an address of the media port")

// Relay is a way to the media port inside this process: what is written to it
// arrives at the port as if sent from the relay's address, and what the port
// sends there is read from it. A TURN server has one behind each allocation
// (RFC 8656 §5): no socket is opened, and nothing but the media port can be
// reached, whatever a client asks for.
//
// It belongs to the transport of its first check, and ends with it, or when no
// check comes for a while. It has one reader; everything else may be called
// from any goroutine.
type Relay struct {
	node *Node
	addr netip.AddrPort
	ways []*relayWay // one for each address of the media port
	idle *time.Timer

	inMu sync.Mutex
	buf  [headroom + maxDatagram]byte // guarded by inMu
	t    *transport                   // guarded by inMu

	heard  atomic.Int64 // time.Duration of the last check, since the node's start
	mu     sync.Mutex
	more   sync.Cond // on mu
	queue  []byte    // guarded by mu; way, size, datagram
	closed bool      // guarded by mu

	reading []byte // of the reader: what it has of the queue
	spare   []byte // of the reader
}

// relayWay is a relay as seen by one address of the media port.
type relayWay struct {
	relay *Relay
	index byte
	peer  net.UDPAddr
	self  *path
}

// Relay makes a relay that the node sees under an address of the caller's
// choice, which names it and need not exist. ErrClosed if the node is closed.
func (n *Node) Relay(addr netip.AddrPort) (*Relay, error) {
	if n.closing.Load() {
		return nil, ErrClosed
	}
	r := &Relay{node: n, addr: addr}
	r.more.L = &r.mu
	for i, a := range n.public {
		way := &relayWay{relay: r, index: byte(i), peer: *net.UDPAddrFromAddrPort(a)}
		way.self = &path{addr: addr, via: way}
		r.ways = append(r.ways, way)
	}
	r.heard.Store(int64(n.now()))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.idle = time.AfterFunc(relayIdle, r.expire)
	return r, nil
}

// WriteTo hands a datagram to the media port, under one of the addresses that
// it advertises; ErrNotMedia for any other. What the port makes of it is not
// told.
func (r *Relay) WriteTo(d []byte, to net.Addr) (int, error) {
	way := r.way(to)
	if way == nil {
		r.node.count.dropped.Add(1)
		return 0, ErrNotMedia
	}
	if len(d) < 12 || len(d) > maxDatagram {
		r.node.count.dropped.Add(1)
		return len(d), nil
	}
	r.inMu.Lock()
	defer r.inMu.Unlock()
	if r.node.closing.Load() || r.t != nil && r.t.closed.Load() {
		_ = r.Close()
		return 0, net.ErrClosed
	}
	b := r.buf[:headroom+copy(r.buf[headroom:], d)]
	r.node.work(func(w *worker) { r.take(w, way, b) })
	return len(d), nil
}

func (r *Relay) way(to net.Addr) *relayWay {
	a, ok := to.(*net.UDPAddr)
	if !ok {
		return nil
	}
	for _, way := range r.ways {
		if way.peer.Port == a.Port && way.peer.IP.Equal(a.IP) {
			return way
		}
	}
	return nil
}

// take handles a datagram with its headroom; the caller holds inMu.
func (r *Relay) take(w *worker, way *relayWay, b []byte) {
	d := b[headroom:]
	switch {
	case d[0] < 4:
		r.check(w, way, d)
	case r.t == nil:
		r.node.count.dropped.Add(1)
	default:
		r.t.receive(w, b)
	}
}

// check answers a check; one of another transport than the first changes
// nothing.
func (r *Relay) check(w *worker, way *relayWay, d []byte) {
	t, nominated, ok := r.node.checkSTUN(w, r.addr, d)
	if !ok || r.t != nil && r.t != t {
		return
	}
	r.t = t
	r.heard.Store(int64(w.now))
	r.node.answerSTUN(w, way.self, r.addr)
	t.heard(w, way.self, nominated)
}

// expire ends a relay over which no check comes.
func (r *Relay) expire() {
	left := relayIdle - (r.node.now() - time.Duration(r.heard.Load()))
	if left <= 0 {
		_ = r.Close()
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		r.idle.Reset(left)
	}
}

// write queues a datagram. It never blocks.
func (y *relayWay) write(d []byte) {
	r := y.relay
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || len(r.queue)+3+len(d) > relayQueue {
		return
	}
	r.queue = append(r.queue, y.index)
	r.queue = binary.BigEndian.AppendUint16(r.queue, uint16(len(d)))
	r.queue = append(r.queue, d...)
	r.more.Signal()
}

// ReadFrom waits for what the media port sends, and tells from which of its
// addresses. A datagram larger than b is cut.
func (r *Relay) ReadFrom(b []byte) (int, net.Addr, error) {
	if len(r.reading) == 0 && !r.refill() {
		return 0, nil, net.ErrClosed
	}
	way := r.ways[r.reading[0]]
	size := int(binary.BigEndian.Uint16(r.reading[1:]))
	n := copy(b, r.reading[3:3+size])
	r.reading = r.reading[3+size:]
	return n, &way.peer, nil
}

// refill takes the queue over; false when the relay is closed.
func (r *Relay) refill() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.queue) == 0 && !r.closed {
		r.more.Wait()
	}
	if r.closed {
		return false
	}
	whole := r.queue
	r.reading, r.queue, r.spare = whole, r.spare[:0], nil
	if cap(whole) <= 64<<10 {
		r.spare = whole // read before the next one is
	}
	return true
}

// Close ends the relay.
func (r *Relay) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.queue = nil
	r.idle.Stop()
	r.more.Broadcast()
	return nil
}

// LocalAddr is the relay's address.
func (r *Relay) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(r.addr) }

// SetDeadline is there for net.PacketConn and not supported.
func (r *Relay) SetDeadline(time.Time) error { return os.ErrNoDeadline }

// SetReadDeadline is there for net.PacketConn and not supported.
func (r *Relay) SetReadDeadline(time.Time) error { return os.ErrNoDeadline }

// SetWriteDeadline is there for net.PacketConn and not supported.
func (r *Relay) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }

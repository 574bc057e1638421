package sfu

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	tcpFirst    = 5 * time.Second  // for the first check
	tcpIdle     = 60 * time.Second // without anything
	tcpQueue    = 4 << 20          // bytes waiting for a slow client; beyond it packets are lost
	tcpDeadline = 10 * time.Second // for one write
)

// tcpListener is the TCP side of the media port: ICE-TCP, passive candidates
// (RFC 6544), framed by RFC 4571.
type tcpListener struct {
	node   *Node
	ln     net.Listener
	mu     sync.Mutex
	conns  map[*tcpConn]struct{} // guarded by mu
	strays Strays                // guarded by mu; connections without a transport
	wg     sync.WaitGroup
}

// tcpConn is one connection. Its reader handles packets to completion; its
// writer empties the queue, so that a slow client stalls nobody.
type tcpConn struct {
	l    *tcpListener
	conn net.Conn
	from netip.AddrPort
	self *path

	mu     sync.Mutex
	more   sync.Cond // on mu
	queue  []byte    // guarded by mu; framed datagrams
	closed bool      // guarded by mu
}

func newTCPListener(n *Node, ln net.Listener) *tcpListener {
	return &tcpListener{node: n, ln: ln, conns: map[*tcpConn]struct{}{}}
}

func (l *tcpListener) run() {
	for {
		c, err := l.ln.Accept()
		if err != nil {
			if l.node.closing.Load() {
				return
			}
			select {
			case <-time.After(50 * time.Millisecond): // out of descriptors: let some be closed
			case <-l.node.done:
			}
			continue
		}
		l.accept(c)
	}
}

func (l *tcpListener) accept(conn net.Conn) {
	from, ok := conn.RemoteAddr().(*net.TCPAddr)
	l.mu.Lock()
	defer l.mu.Unlock()
	if !ok || l.node.closing.Load() || !l.strays.Take(from.AddrPort().Addr()) {
		l.node.count.dropped.Add(1)
		_ = conn.Close()
		return
	}
	ap := from.AddrPort()
	c := &tcpConn{l: l, conn: conn, from: netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())}
	c.more.L = &c.mu
	c.self = &path{addr: c.from, via: c}
	l.conns[c] = struct{}{}
	l.wg.Add(2)
	go c.read()
	go c.drain()
}

func (l *tcpListener) close() {
	_ = l.ln.Close()
	l.mu.Lock()
	for c := range l.conns {
		c.close()
	}
	l.mu.Unlock()
	l.wg.Wait()
}

// read handles the connection's packets until it ends or sends something that
// is not a packet. A connection belongs to the transport of its first check.
func (c *tcpConn) read() {
	defer c.l.wg.Done()
	t := c.handshake()
	c.l.mu.Lock()
	c.l.strays.Leave(c.from.Addr())
	c.l.mu.Unlock()
	if t != nil {
		if t.conns.Add(1) <= maxRoutes {
			c.serve(t)
		}
		t.conns.Add(-1)
	}
	c.close()
	c.l.mu.Lock()
	delete(c.l.conns, c)
	c.l.mu.Unlock()
}

// handshake waits for the first check.
func (c *tcpConn) handshake() (t *transport) {
	var buf [headroom + maxDatagram]byte
	_ = c.conn.SetReadDeadline(time.Now().Add(tcpFirst))
	n, err := readFrame(c.conn, buf[headroom:])
	if err != nil || buf[headroom] > 3 {
		return nil
	}
	c.l.node.work(func(w *worker) { t = c.check(w, nil, buf[headroom:headroom+n]) })
	return t
}

func (c *tcpConn) serve(t *transport) {
	r := bufio.NewReaderSize(c.conn, 16<<10)
	buf := make([]byte, headroom+maxDatagram)
	for !t.closed.Load() {
		_ = c.conn.SetReadDeadline(time.Now().Add(tcpIdle))
		n, err := readFrame(r, buf[headroom:])
		if err != nil {
			return
		}
		c.l.node.work(func(w *worker) {
			if buf[headroom] < 4 {
				c.check(w, t, buf[headroom:headroom+n])
			} else {
				t.receive(w, buf[:headroom+n])
			}
		})
	}
}

// check answers a check; one of another transport than only ends nothing and
// proves nothing.
func (c *tcpConn) check(w *worker, only *transport, d []byte) *transport {
	t, nominated, ok := c.l.node.checkSTUN(w, c.from, d)
	if !ok || only != nil && only != t {
		return nil
	}
	c.l.node.answerSTUN(w, c.self, c.from)
	t.heard(w, c.self, nominated)
	return t
}

// readFrame reads one datagram (RFC 4571 §2).
func readFrame(r io.Reader, buf []byte) (int, error) {
	var size [2]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return 0, err
	}
	n := int(binary.BigEndian.Uint16(size[:]))
	if n < 12 || n > len(buf) {
		return 0, io.ErrShortBuffer
	}
	return io.ReadFull(r, buf[:n])
}

// write queues a datagram. It never blocks.
func (c *tcpConn) write(d []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || len(c.queue)+2+len(d) > tcpQueue {
		return
	}
	c.queue = binary.BigEndian.AppendUint16(c.queue, uint16(len(d)))
	c.queue = append(c.queue, d...)
	c.more.Signal()
}

// drain writes the queue out.
func (c *tcpConn) drain() {
	defer c.l.wg.Done()
	var spare []byte
	for {
		c.mu.Lock()
		for len(c.queue) == 0 && !c.closed {
			c.more.Wait()
		}
		if c.closed {
			c.mu.Unlock()
			return
		}
		out := c.queue
		c.queue = spare[:0]
		c.mu.Unlock()
		_ = c.conn.SetWriteDeadline(time.Now().Add(tcpDeadline))
		if _, err := c.conn.Write(out); err != nil {
			c.close()
			return
		}
		if spare = out; cap(spare) > 64<<10 {
			spare = nil // a burst does not stay in memory
		}
	}
}

func (c *tcpConn) close() {
	c.mu.Lock()
	c.closed = true
	c.queue = nil
	c.more.Signal()
	c.mu.Unlock()
	_ = c.conn.Close() // which ends read, and that takes it off the list
}

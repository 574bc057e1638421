package sfu

import (
	"net/netip"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/stun/v4"
)

const (
	// maxDatagram is the largest datagram taken or sent.
	maxDatagram = 1500
	// headroom stands before each received packet, so that a longer header can
	// be written in front of its payload without moving it.
	headroom = 64
	// srtpOverhead: authentication tag, RTCP index.
	srtpOverhead = 32
)

// worker is what one goroutine carries along while it handles packets to
// completion: receive, decrypt, rewrite, encrypt for all, send. It is never
// shared by two goroutines at a time.
type worker struct {
	node *Node
	now  time.Duration // since the node's start, taken once per batch
	out  *batch

	in, enc rtp.Header   // scratch
	stun    stun.Message // the check being answered, icePwd its password
	reply   stun.Message
	icePwd  stun.MessageIntegrity
	buf     [headroom + maxDatagram + srtpOverhead]byte // for packets of our own
	seqs    []uint16
}

func newWorker(n *Node, c *udpConn) *worker {
	return &worker{node: n, out: newBatch(c)}
}

// work runs f with a worker of the node, on the caller's goroutine, for what
// does not come from a UDP socket: timers, TCP, relays, control. Workers send by
// different sockets of the UDP port, since two that send by one wait for each other.
func (n *Node) work(f func(w *worker)) {
	w := n.workers.Get().(*worker)
	w.now = n.now()
	f(w)
	w.out.flush()
	n.workers.Put(w)
}

// path is a way to a client: an address at the UDP port, or something else that
// carries datagrams.
type path struct {
	addr  netip.AddrPort
	local netip.Addr // from which of our addresses, for UDP; any, if not valid
	via   carrier    // nil for UDP
}

// carrier takes datagrams over and never blocks: a TCP connection, a relay.
type carrier interface{ write(d []byte) }

// send sends a datagram that was written into w.out.next().
func (w *worker) send(p *path, n int) {
	if p.via != nil {
		p.via.write(w.out.next()[:n])
		return
	}
	w.out.commit(n, p)
}

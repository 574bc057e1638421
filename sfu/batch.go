package sfu

import "net/netip"

const batchSize = 64

// batch gathers datagrams, to send what one batch of received packets produced
// in few system calls. It never waits for more. Owned by one worker.
type batch struct {
	node  *Node
	n     int
	bufs  [batchSize][maxDatagram + srtpOverhead]byte
	sizes [batchSize]int
	addrs [batchSize]netip.AddrPort
}

func newBatch(n *Node) *batch { return &batch{node: n} }

// next is the buffer for the next datagram.
func (b *batch) next() []byte { return b.bufs[b.n][:] }

// commit takes what was written into next.
func (b *batch) commit(n int, to netip.AddrPort) {
	b.sizes[b.n], b.addrs[b.n] = n, to
	if b.n++; b.n == batchSize {
		b.flush()
	}
}

// flush sends what was gathered. What the system refuses is lost, like on any
// network.
func (b *batch) flush() {
	for i := range b.n {
		_, _ = b.node.udp.conn.WriteToUDPAddrPort(b.bufs[i][:b.sizes[i]], b.addrs[i])
	}
	b.n = 0
}

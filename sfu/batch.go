package sfu

// batchSize fits the bits of writeBatch.write.
const batchSize = 64

// batch gathers datagrams, to send what one batch of received packets produced
// in few system calls. It never waits for more. Owned by one worker.
type batch struct {
	conn  *udpConn
	n     int
	bufs  [batchSize][maxDatagram + srtpOverhead]byte
	sizes [batchSize]int
	paths [batchSize]*path
	out   writeBatch
}

func newBatch(c *udpConn) *batch { return &batch{conn: c} }

// next is the buffer for the next datagram.
func (b *batch) next() []byte { return b.bufs[b.n][:] }

// commit takes what was written into next.
func (b *batch) commit(n int, to *path) {
	b.sizes[b.n], b.paths[b.n] = n, to
	if b.n++; b.n == batchSize {
		b.flush()
	}
}

// flush sends what was gathered.
func (b *batch) flush() {
	if b.n > 0 {
		b.out.write(b)
		b.n = 0
	}
}

package signaling

import (
	"sync"
	"sync/atomic"
)

// inbox is the work that waits for one goroutine. Putting something in never
// blocks, so that the media gateway's callbacks cannot wait for a session that
// itself waits for the gateway. What it holds is bounded by who puts in: one
// entry at a time for each connection, a few for each peer.
type inbox struct {
	wake chan struct{} // a token: there is something
	all  *atomic.Int64 // what waits in all inboxes

	mu     sync.Mutex
	queue  []func() // guarded by mu
	closed bool     // guarded by mu
}

func newInbox(all *atomic.Int64) *inbox { return &inbox{wake: make(chan struct{}, 1), all: all} }

// put queues fn; false if nobody will run it any more.
func (b *inbox) put(fn func()) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.queue = append(b.queue, fn)
	b.all.Add(1)
	select {
	case b.wake <- struct{}{}:
	default:
	}
	return true
}

// drain runs all that waits. Only the owner calls it.
func (b *inbox) drain() {
	for _, fn := range b.take(false) {
		fn()
	}
}

// close runs what still waits and takes nothing more.
func (b *inbox) close() {
	for _, fn := range b.take(true) {
		fn()
	}
}

func (b *inbox) take(last bool) []func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	batch := b.queue
	b.all.Add(int64(-len(batch)))
	b.queue, b.closed = nil, last
	return batch
}

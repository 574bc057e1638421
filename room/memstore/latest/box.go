package latest

import (
	"bytes"
	"context"
	"sync"

	"anteroom/room"
)

// Box is a mailbox for one receiver. Put may be called from any goroutine; the
// caller orders its calls.
type Box struct {
	mu     sync.Mutex
	newest room.Change
	filled bool          // something was put at least once
	fresh  bool          // newest was not taken yet
	wake   chan struct{} // has a token while newest is fresh, sometimes longer
}

// NewBox returns an empty box.
func NewBox() *Box { return &Box{wake: make(chan struct{}, 1)} }

// Put replaces what the receiver has not taken yet. Gone after Gone is dropped:
// it would tell the receiver nothing. The box reads c.Record.Data later and
// copies it then, so the slice must not be changed any more.
func (b *Box) Put(c room.Change) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.filled && b.newest.Gone && c.Gone {
		return
	}
	b.newest, b.filled, b.fresh = c, true, true
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Forward sends each newest state to out until ctx or stop ends, then closes
// out.
func (b *Box) Forward(ctx context.Context, stop <-chan struct{}, out chan<- room.Change) {
	defer close(out)
	var change room.Change
	var send chan<- room.Change // nil, and so never ready, while there is nothing to send
	for {
		select {
		case <-b.wake:
			if c, fresh := b.take(); fresh {
				change, send = c, out
			}
		case send <- change:
			change, send = room.Change{}, nil // the receiver's now, and not kept here
		case <-ctx.Done():
			return
		case <-stop:
			return
		}
	}
}

func (b *Box) take() (c room.Change, fresh bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, fresh = b.newest, b.fresh
	b.fresh = false
	c.Record.Data = bytes.Clone(c.Record.Data)
	return c, fresh
}

package client

import (
	"context"
	"iter"
	"slices"
)

// View returns the newest view.
func (c *Conn) View() View {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	return c.view
}

// WaitView waits for a view that ok accepts, the present one included. When
// the connection ends first, its end is the error: an *Error after a bye.
func (c *Conn) WaitView(ctx context.Context, ok func(View) bool) (View, error) {
	var found View
	err := c.wait(ctx, func() bool {
		found = c.view
		return ok(c.view)
	})
	return found, err
}

// WaitPhase waits until the seat is in that phase.
func (c *Conn) WaitPhase(ctx context.Context, phase Phase) (View, error) {
	return c.WaitView(ctx, func(v View) bool { return v.Me.Phase == phase })
}

// Views yields the present view and then each newer one until the connection
// or ctx ends. Who is slow misses some in between, never the newest.
func (c *Conn) Views(ctx context.Context) iter.Seq[View] {
	return func(yield func(View) bool) {
		for rev, first := uint64(0), true; ; first = false {
			v, err := c.WaitView(ctx, func(v View) bool { return first || v.Rev > rev })
			if err != nil || !yield(v) {
				return
			}
			rev = v.Rev
		}
	}
}

// TURN returns the way through the gateway's TURN server, nil if this seat was
// given none. It is there when a view has media.
func (c *Conn) TURN() *TURN {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	return c.turn
}

// WaitTURN waits for one that ok accepts, the present one included: a seat gets
// new credentials before the old ones expire.
func (c *Conn) WaitTURN(ctx context.Context, ok func(TURN) bool) (TURN, error) {
	var found TURN
	err := c.wait(ctx, func() bool {
		if c.turn == nil {
			return false
		}
		found = *c.turn
		return ok(found)
	})
	return found, err
}

// NextChat takes the oldest chat message that was not taken yet, waiting for
// one if need be.
func (c *Conn) NextChat(ctx context.Context) (Chat, error) {
	var next Chat
	err := c.wait(ctx, func() bool {
		if len(c.chats) == 0 {
			return false
		}
		next, c.chats = c.chats[0], c.chats[1:]
		return true
	})
	return next, err
}

// NextKeys takes the oldest message of the key agreement that was not taken
// yet, waiting for one if need be.
func (c *Conn) NextKeys(ctx context.Context) (Keys, error) {
	var next Keys
	err := c.wait(ctx, func() bool {
		if len(c.keys) == 0 {
			return false
		}
		next, c.keys = c.keys[0], c.keys[1:]
		return true
	})
	return next, err
}

// WaitSpeakers waits until ok accepts who is heard, loudest first.
func (c *Conn) WaitSpeakers(ctx context.Context, ok func(seats []string) bool) error {
	return c.wait(ctx, func() bool { return ok(slices.Clone(c.speakers)) })
}

// wait waits for look or the end of the connection.
func (c *Conn) wait(ctx context.Context, look func() bool) error {
	var gone error
	err := c.state.wait(ctx, func() bool {
		if look() {
			return true
		}
		gone = c.err
		return gone != nil
	})
	if err == nil {
		err = gone
	}
	return err
}

// Done is closed when the connection has ended; Err then says why.
func (c *Conn) Done() <-chan struct{} { return c.closed }

// Err is why the connection ended: an *Error after a bye, ErrGone when it broke,
// nil while it lives.
func (c *Conn) Err() error {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	return c.err
}

// WaitEnd waits for the end of the connection and returns its reason. The
// error of ctx comes back if that ends first.
func (c *Conn) WaitEnd(ctx context.Context) error {
	select {
	case <-c.closed:
		return c.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

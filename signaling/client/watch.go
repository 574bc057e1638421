package client

import (
	"context"
	"sync"
)

// changing is state that goroutines wait on. Who changes it wakes all who wait;
// they look again.
type changing struct {
	mu      sync.Mutex
	changed chan struct{} // guarded by mu; closed at the next change, nil while nobody waits
}

// update runs fn with mu held and wakes up who waits.
func (c *changing) update(fn func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fn()
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

// wait runs look with mu held, at once and after each change, until it is true.
func (c *changing) wait(ctx context.Context, look func() bool) error {
	for {
		next, ok := c.look(look)
		if ok {
			return nil
		}
		select {
		case <-next:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (c *changing) look(look func() bool) (next <-chan struct{}, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if look() {
		return nil, true
	}
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
	return c.changed, false
}

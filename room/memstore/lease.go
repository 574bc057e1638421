package memstore

import (
	"context"
	"time"

	"anteroom/room"
)

// Acquire claims or renews the key's lease; see room.Store. A lease that ran
// out or was given up is granted under a new epoch, to the same node too.
func (s *Store) Acquire(ctx context.Context, key, node string, ttl time.Duration) (room.Lease, error) {
	c, err := s.claim(ctx, key)
	if err != nil {
		return room.Lease{}, err
	}
	defer s.yield(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	held := c.lease.Node != "" && now.Before(c.lease.Expire)
	if held && c.lease.Node != node {
		return c.lease, room.ErrHeld
	}
	if !held {
		s.epoch++
		c.lease = room.Lease{Key: key, Node: node, Epoch: s.epoch}
	}
	c.lease.Expire = wholeMillis(now.Add(ttl))
	return c.lease, nil
}

// Release gives up a lease that is still held as given; otherwise it does
// nothing.
func (s *Store) Release(ctx context.Context, lease room.Lease) error {
	c, err := s.claim(ctx, lease.Key)
	if err != nil {
		return err
	}
	defer s.yield(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.lease.Node == lease.Node && c.lease.Epoch == lease.Epoch {
		c.lease.Node = ""
		c.lease.Expire = s.now()
	}
	return nil
}

package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"anteroom/room"
)

// Acquire claims or renews the key's lease; see room.Store. A repeat after a
// lost reply is a renewal. A lease that ran out or was given up is granted under
// a new epoch, to the same node too.
func (s *Store) Acquire(ctx context.Context, key, node string, ttl time.Duration) (room.Lease, error) {
	if !room.ValidKey(key) {
		return room.Lease{}, errKey
	}
	reply, err := call(ctx, s, func(ctx context.Context) ([]string, error) {
		return s.run(ctx, s.scripts.acquire, []string{leaseKey(key), recordKey(key)}, node, ttl.Milliseconds())
	})
	if err != nil {
		return room.Lease{}, err
	}
	epoch, eerr := strconv.ParseUint(reply[2], 10, 64)
	expire, xerr := strconv.ParseInt(reply[3], 10, 64)
	if err := errors.Join(eerr, xerr); err != nil {
		return room.Lease{}, fmt.Errorf("redisstore: lease is damaged: %w", err)
	}
	lease := room.Lease{Key: key, Node: reply[1], Epoch: epoch, Expire: time.UnixMilli(expire)}
	if reply[0] == "held" {
		return lease, room.ErrHeld
	}
	return lease, nil
}

// Release gives up a lease that is still held as given; otherwise it does
// nothing.
func (s *Store) Release(ctx context.Context, lease room.Lease) error {
	if !room.ValidKey(lease.Key) {
		return errKey
	}
	_, err := call(ctx, s, func(ctx context.Context) (int, error) {
		return s.scripts.release.Run(ctx, s.client, []string{leaseKey(lease.Key)}, lease.Node, lease.Epoch).Int()
	})
	return err
}

package memstore

import (
	"context"

	"anteroom/room"
	"anteroom/room/memstore/latest"
)

// Watch delivers the current state and then the newest after every change; see
// room.Store.
func (s *Store) Watch(ctx context.Context, key string) (<-chan room.Change, error) {
	if !room.ValidKey(key) {
		return nil, errKey
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	c, box, out := s.cell(key), latest.NewBox(), make(chan room.Change)
	c.boxes[box] = struct{}{}
	box.Put(changeTo(c.live(s.now())))
	s.tasks.Go(func() {
		box.Forward(ctx, s.life.Done(), out)
		s.unwatch(c, box)
	})
	return out, nil
}

func (s *Store) unwatch(c *cell, box *latest.Box) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(c.boxes, box)
	s.forgetIdle(c)
}

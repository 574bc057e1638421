package memstore

import (
	"context"
	"time"

	"anteroom/room"
	"anteroom/room/memstore/latest"
)

// cell is all there is about one key. Store.mu guards its fields; writer is a
// lock of its own, taken before mu, that may be waited for with a context.
type cell struct {
	key    string
	writer chan struct{} // capacity 1; holding the token means filling it
	users  int           // operations that hold or await the token
	record *room.Record  // nil: none; may be expired and not swept yet
	lease  room.Lease    // Node is empty when released
	boxes  map[*latest.Box]struct{}
}

// cell returns the key's cell, a new one if need be. mu is held (or the store
// not shared yet).
func (s *Store) cell(key string) *cell {
	c := s.cells[key]
	if c == nil {
		c = &cell{key: key, writer: make(chan struct{}, 1), boxes: map[*latest.Box]struct{}{}}
		s.cells[key] = c
	}
	return c
}

// claim takes the key's writer token.
func (s *Store) claim(ctx context.Context, key string) (*cell, error) {
	if !room.ValidKey(key) {
		return nil, errKey
	}
	s.mu.Lock()
	if err := s.usable(ctx); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	c := s.cell(key)
	c.users++
	s.mu.Unlock()
	select {
	case c.writer <- struct{}{}:
		return c, nil
	case <-ctx.Done():
		s.leave(c)
		return nil, ctx.Err()
	case <-s.life.Done():
		s.leave(c)
		return nil, room.ErrClosed
	}
}

// yield gives the writer token back.
func (s *Store) yield(c *cell) {
	<-c.writer
	s.leave(c)
}

func (s *Store) leave(c *cell) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.users--
	s.forgetIdle(c)
}

// forgetIdle drops a cell that nobody needs any more. mu is held.
func (s *Store) forgetIdle(c *cell) {
	trace := c.lease.Epoch != 0 && s.now().Before(c.lease.Expire.Add(traceFor))
	if c.users == 0 && c.record == nil && len(c.boxes) == 0 && !trace {
		delete(s.cells, c.key)
	}
}

// live returns the record unless it has expired. mu is held.
func (c *cell) live(now time.Time) *room.Record {
	if c.record == nil || !now.Before(c.record.Expires) {
		return nil
	}
	return c.record
}

// replace puts rec (nil: nothing) in place of the cell's record, keeps the
// owner index in step and tells the watchers. mu is held.
func (s *Store) replace(c *cell, rec *room.Record) {
	if c.record != nil {
		s.unlist(c.record.Owner, c.key)
	}
	c.record = rec
	if rec != nil {
		s.list(rec.Owner, c.key)
	}
	for box := range c.boxes {
		box.Put(changeTo(rec))
	}
}

func changeTo(rec *room.Record) room.Change {
	if rec == nil {
		return room.Change{Gone: true}
	}
	return room.Change{Record: *rec}
}

func (s *Store) list(owner, key string) {
	if s.owners[owner] == nil {
		s.owners[owner] = map[string]struct{}{}
	}
	s.owners[owner][key] = struct{}{}
}

func (s *Store) unlist(owner, key string) {
	delete(s.owners[owner], key)
	if len(s.owners[owner]) == 0 {
		delete(s.owners, owner)
	}
}

package memstore

import (
	"bytes"
	"context"

	"anteroom/room"
)

// Swap writes rec if the version is still old; see room.Store.
func (s *Store) Swap(ctx context.Context, key string, old uint64, rec room.Record, fence uint64) (uint64, error) {
	if rec.Expires.IsZero() {
		return 0, errExpiry
	}
	c, err := s.claim(ctx, key)
	if err != nil {
		return 0, err
	}
	if err := s.mayWrite(c, old, fence); err != nil {
		s.yield(c)
		return 0, err
	}
	rec.Data = bytes.Clone(rec.Data)
	rec.Version = old + 1
	rec.Expires = wholeMillis(rec.Expires)
	if err := s.commit(ctx, c, &rec); err != nil {
		return 0, err
	}
	return rec.Version, nil
}

// Delete erases the record if the version is still old; see room.Store.
func (s *Store) Delete(ctx context.Context, key string, old uint64) error {
	c, err := s.claim(ctx, key)
	if err != nil {
		return err
	}
	if err := s.mayDelete(c, old); err != nil {
		s.yield(c)
		return err
	}
	return s.commit(ctx, c, nil)
}

// mayWrite checks the fence first: who is fenced off must stop, whatever the
// version.
func (s *Store) mayWrite(c *cell, old, fence uint64) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if fence != 0 && fence < c.lease.Epoch {
		return room.ErrFenced
	}
	var version uint64
	if rec := c.live(s.now()); rec != nil {
		version = rec.Version
	}
	if version != old {
		return room.ErrConflict
	}
	return nil
}

func (s *Store) mayDelete(c *cell, old uint64) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	rec := c.live(s.now())
	switch {
	case rec == nil:
		return room.ErrNotFound
	case rec.Version != old:
		return room.ErrConflict
	}
	return nil
}

// commit hands the change to the journal and waits for it. The writer token
// goes with it, so that a caller whose context ends first leaves all in order.
func (s *Store) commit(ctx context.Context, c *cell, rec *room.Record) error {
	done := make(chan error, 1)
	s.start(c, rec, func(err error) { done <- err })
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// start makes the change durable, then visible, then calls done. It takes over
// the caller's writer token.
func (s *Store) start(c *cell, rec *room.Record, done func(error)) {
	s.journal.Append(Entry{Key: c.key, Record: rec}, func(err error) {
		if err == nil {
			s.mu.Lock()
			s.replace(c, rec)
			s.mu.Unlock()
		}
		s.yield(c)
		done(err)
	})
}

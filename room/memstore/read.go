package memstore

import (
	"bytes"
	"context"

	"anteroom/room"
)

// Get returns a copy of the live record.
func (s *Store) Get(ctx context.Context, key string) (room.Record, error) {
	if !room.ValidKey(key) {
		return room.Record{}, errKey
	}
	rec, err := s.read(ctx, key)
	if err != nil {
		return room.Record{}, err
	}
	out := *rec
	out.Data = bytes.Clone(rec.Data)
	return out, nil
}

func (s *Store) read(ctx context.Context, key string) (*room.Record, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	if c := s.cells[key]; c != nil {
		if rec := c.live(s.now()); rec != nil {
			return rec, nil
		}
	}
	return nil, room.ErrNotFound
}

// List returns the keys of the owner's live records.
func (s *Store) List(ctx context.Context, owner string) ([]string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	now := s.now()
	var keys []string
	for key := range s.owners[owner] {
		if s.cells[key].live(now) != nil {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

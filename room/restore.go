package room

import (
	"context"
	"encoding/json"
	"fmt"
)

// Clone is a copy of the session that shares nothing with it.
func (s *Session) Clone() (*Session, error) {
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("room: encode record: %w", err)
	}
	var clone Session
	if err := json.Unmarshal(data, &clone); err != nil {
		return nil, fmt.Errorf("room: decode record: %w", err)
	}
	return &clone, nil
}

// Restore stores a session anew that the store has lost, under the lease of the
// node that still has it. ErrConflict if there is one again.
func (all *Sessions) Restore(ctx context.Context, s *Session, fence Fence) error {
	rec, err := all.record(s)
	if err != nil {
		return err
	}
	_, err = all.store.Swap(ctx, string(s.ID), 0, rec, uint64(fence))
	return err
}

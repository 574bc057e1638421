package memstore

import "anteroom/room"

// Journal makes changes durable before they become visible.
type Journal interface {
	// Append starts to make e durable and calls done exactly once, from any
	// goroutine, when it is or when that has failed. It does not wait. There
	// is never more than one entry of the same key under way. The journal
	// must not modify e.Record.
	Append(e Entry, done func(error))
	// Close waits until all that was appended is done. Entries appended
	// afterwards fail.
	Close() error
}

// Entry is one change of one key.
type Entry struct {
	Key string
	// Record is what is to be kept; nil erases. Version 1 begins a new
	// record, which has nothing to do with an earlier one of the same key.
	Record *room.Record
}

// nowhere is the journal of a store that keeps nothing.
type nowhere struct{}

func (nowhere) Append(_ Entry, done func(error)) { done(nil) }
func (nowhere) Close() error                     { return nil }

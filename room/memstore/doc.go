// Package memstore is a room.Store in memory, for tests and for deployments
// that want to leave nothing on a disk. With a [Journal] it is also the working
// copy of a store that does keep records: boltstore is this package and a
// journal.
//
// Ownership and invariants:
//   - Store.mu guards all maps and cells and is held for moments only, never
//     while waiting.
//   - A cell's writer token is held from the check of a write until the write is
//     durable and visible, and by whoever grants a lease. Thus a check and its
//     write are one step, also against a takeover of the lease, and at most one
//     change of a key is with the journal at a time.
//   - A record in a cell is never modified, only replaced; so it may be read
//     outside the lock.
//   - Goroutines: one sweeper per store, one forwarder per watch. Close waits for
//     all of them.
//
// Lease epochs come from one counter for all keys: they rise and never repeat
// while the process lives. A cell without a live record is forgotten a minute
// after its last lease ran out; until then a fenced-off writer is still refused.
package memstore

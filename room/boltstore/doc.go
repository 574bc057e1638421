// Package boltstore is a room.Store in one bbolt file, for a deployment with a
// single gateway. Records survive a crash of the process and of the machine: a
// write returns after it was synced to the disk.
//
// It is a memstore with a journal. All reads are served from memory; the file is
// read once, at Open. One goroutine, the committer, owns the file: it takes all
// changes that have gathered while the previous commit was syncing and commits
// them together. A lone write thus waits for nobody, and many share one sync.
// (bbolt's own DB.Batch would make the lone one wait for its MaxBatchDelay, and
// DB.Update costs each its own syncs; BenchmarkCommit compares the three.)
//
// # Erasure
//
// bbolt never overwrites: a freed page keeps its bytes until it is used again,
// and pages of older versions of a record are all over the file. So the store
// erases keys, not pages. Each record has a random AES-256 key of its own, kept
// in a slot of a second, small file (PATH.keys), outside of any tree. Everything
// about the record that reaches the bbolt file, its name, owner and expiry too,
// in all versions, is encrypted under that key; the row's name there is the slot's
// number. Deleting (or expiring) a record overwrites its slot in place with zeros
// and syncs, and only then removes the row. Delete returns after that. A crash in
// between leaves rows without a key, or a key without a row; Open removes both.
//
// What remains: the number and size of former records, and whatever the
// medium keeps of an overwritten sector. Copy-on-write file systems (btrfs, ZFS),
// snapshots, backups and the wear levelling of flash can keep an old key; use disk
// encryption there. The two files belong together: a bbolt file without its key file
// does not open, and a copy of both keeps what was there when it was made.
//
// # Leases
//
// bbolt locks the file for one process; the lock ends with the process, however it
// ends. Leases therefore live in memory and end with it too. Epochs go on rising:
// their upper 32 bits count the openings of the file.
package boltstore

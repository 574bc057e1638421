package boltstore

import (
	"errors"
	"fmt"
	"sync"

	bolt "go.etcd.io/bbolt"

	"anteroom/room"
	"anteroom/room/memstore"
)

// journal is the memstore.Journal that writes to the file. Its goroutine, the
// committer, owns db, keys and slots.
type journal struct {
	db     *bolt.DB
	keys   *keyFile
	slots  map[string]slot // of the records that are in the file
	broken error           // the key file failed: nothing more can be promised

	mu     sync.Mutex
	queue  []pending
	closed bool
	wake   chan struct{} // has a token when queue or closed changed
	ended  chan struct{} // closed when the committer has ended
}

type pending struct {
	entry memstore.Entry
	done  func(error)
}

func newJournal(db *bolt.DB, keys *keyFile, slots map[string]slot) *journal {
	j := &journal{
		db: db, keys: keys, slots: slots,
		wake: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	go j.commitLoop()
	return j
}

// Append queues the entry for the next commit.
func (j *journal) Append(e memstore.Entry, done func(error)) {
	j.mu.Lock()
	if j.closed {
		j.mu.Unlock()
		done(room.ErrClosed)
		return
	}
	j.queue = append(j.queue, pending{e, done})
	j.mu.Unlock()
	j.poke()
}

// Close commits what is queued and closes both files.
func (j *journal) Close() error {
	j.mu.Lock()
	j.closed = true
	j.mu.Unlock()
	j.poke()
	<-j.ended
	return errors.Join(j.keys.close(), j.db.Close())
}

func (j *journal) poke() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}

func (j *journal) commitLoop() {
	defer close(j.ended)
	for range j.wake {
		batch, closed := j.takeQueue()
		if len(batch) > 0 {
			j.commit(batch)
		}
		if closed {
			return
		}
	}
}

// takeQueue empties the queue. Once closed is true nothing is added to it.
func (j *journal) takeQueue() (batch []pending, closed bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	batch, j.queue = j.queue, nil
	return batch, j.closed
}

// commit makes a batch durable: keys first, made and erased with one sync, then
// the rows. It follows that a row never lacks a key unless it was erased.
func (j *journal) commit(batch []pending) {
	p := plan{journal: j}
	for _, b := range batch {
		p.add(b)
	}
	if err := p.syncKeys(); err != nil {
		j.broken = fmt.Errorf("boltstore: key file: %w", err)
		p.finish(j.broken)
		return
	}
	err := j.db.Update(p.writeRows)
	if err != nil {
		err = fmt.Errorf("boltstore: %w", err)
	}
	p.finish(err)
}

package boltstore

import (
	bolt "go.etcd.io/bbolt"
)

// plan is one commit under way. It runs on the committer.
type plan struct {
	*journal
	puts   []put
	made   []uint32  // slots filled for new records
	erased []uint32  // slots zeroed
	erases []pending // they are done when the keys are synced, whatever becomes of the rows
}

type put struct {
	pending
	slot slot
	row  []byte
}

// add decides what an entry needs; one that cannot be carried out fails alone.
func (p *plan) add(b pending) {
	if p.broken != nil {
		b.done(p.broken)
		return
	}
	rec := b.entry.Record
	if rec == nil {
		p.erases = append(p.erases, b)
		p.erase(b.entry.Key)
		return
	}
	s, known := p.slots[b.entry.Key]
	if rec.Version == 1 || !known {
		p.erase(b.entry.Key) // an expired one may be there still
		var err error
		if s, err = p.fresh(); err != nil {
			b.done(err)
			return
		}
	}
	p.puts = append(p.puts, put{b, s, s.seal(b.entry.Key, rec)})
}

func (p *plan) fresh() (slot, error) {
	n, err := p.keys.take()
	if err != nil {
		return slot{}, err
	}
	p.made = append(p.made, n)
	return newSlot(n, p.keys.slots[n])
}

// erase zeroes the key of a record that is there. If that fails, sync fails
// too or the next Open repeats it; p.broken is set by then.
func (p *plan) erase(key string) {
	s, ok := p.slots[key]
	if !ok {
		return
	}
	delete(p.slots, key)
	p.erased = append(p.erased, s.number)
	if err := p.keys.zero(s.number); err != nil {
		p.broken = err
	}
}

func (p *plan) syncKeys() error {
	if p.broken != nil {
		return p.broken
	}
	if len(p.made)+len(p.erased) == 0 {
		return nil
	}
	return p.keys.sync()
}

func (p *plan) writeRows(tx *bolt.Tx) error {
	rows := tx.Bucket(rowsBucket())
	for _, n := range p.erased {
		if err := rows.Delete(slot{number: n}.name()); err != nil {
			return err
		}
	}
	for _, put := range p.puts {
		if err := rows.Put(put.slot.name(), put.row); err != nil {
			return err
		}
	}
	return nil
}

// finish answers everybody. After a failure the slots of this commit are in
// doubt and stay unused until the next Open has looked.
func (p *plan) finish(err error) {
	if err == nil {
		p.settle()
	} else {
		p.takeBack()
	}
	for _, put := range p.puts {
		put.done(err)
	}
	for _, b := range p.erases {
		b.done(p.broken)
	}
}

func (p *plan) settle() {
	for _, n := range p.erased {
		p.keys.release(n)
	}
	for _, put := range p.puts {
		p.slots[put.entry.Key] = put.slot
	}
}

// takeBack erases the keys of records that were not created, lest a row that
// reached the disk after all comes to life at the next Open.
func (p *plan) takeBack() {
	for _, n := range p.made {
		if err := p.keys.zero(n); err != nil {
			p.broken = err
		}
	}
	if len(p.made) == 0 {
		return
	}
	if err := p.keys.sync(); err != nil {
		p.broken = err
	}
}

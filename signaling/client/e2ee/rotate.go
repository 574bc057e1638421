package e2ee

import (
	"crypto/rand"
	"time"
)

// group is a circle of people, and this seat's key for it.
type group struct {
	epoch   uint32
	at      time.Time
	members []member // sorted, this seat among them
	hash    [32]byte
	key     [32]byte
	private [32]byte
	nonce   [32]byte
	commit  [32]byte
	grown   bool
	round   *round
}

func (g *group) has(m member) bool {
	for _, other := range g.members {
		if other.seat == m.seat && string(other.dh) == string(m.dh) {
			return true
		}
	}
	return false
}

// others calls fn for every member but this seat.
func (a *Agreement) others(g *group, fn func(*peer, member)) {
	for _, m := range g.members {
		if m.seat != a.seat {
			fn(a.peers[m.seat], m)
		}
	}
}

// members is who gets this seat's key now.
func (a *Agreement) members() []member {
	all := []member{{seat: a.seat, role: a.cfg.Role, key: a.key, dh: a.dh.PublicKey().Bytes()}}
	for _, seat := range a.order {
		p := a.peers[seat]
		if role, ok := a.trust(p); ok {
			all = append(all, member{seat: seat, role: role, key: p.hello.key, dh: p.hello.dh})
		}
	}
	sortMembers(all)
	return all
}

// regroup makes a new key when the circle has changed: at once when somebody
// went, and with a moment's patience for all newcomers otherwise.
func (a *Agreement) regroup(now time.Time) {
	members := a.members()
	hash := membersHash(a.cfg.Session, members)
	if a.current != nil && a.current.hash == hash {
		a.grewAt = time.Time{}
		return
	}
	shrunk := a.shrunk(members)
	if !shrunk && a.gathering(now, members) {
		return
	}
	a.rotate(now, members, hash, shrunk)
}

// shrunk reports whether somebody who has the key in use is not a member.
func (a *Agreement) shrunk(members []member) bool {
	if a.current == nil {
		return false
	}
	next := group{members: members}
	for _, m := range a.current.members {
		if !next.has(m) {
			return true
		}
	}
	return false
}

// gathering waits for people who are there but not ready.
func (a *Agreement) gathering(now time.Time, members []member) bool {
	if a.grewAt.IsZero() {
		a.grewAt = now
	}
	ready := map[SeatID]bool{}
	for _, m := range members {
		ready[m.seat] = true
	}
	waits := false
	over := !now.Before(a.grewAt.Add(gatherFor))
	for _, seat := range a.order {
		p := a.peers[seat]
		if !ready[seat] && p.person.With && p.person.Online && p.person.Capable && p.refused == "" && !p.late {
			p.late = over
			waits = !over
		}
	}
	return waits
}

// rotate makes a new key for members and hands it out.
func (a *Agreement) rotate(now time.Time, members []member, hash [32]byte, shrunk bool) {
	g := &group{epoch: a.nextEpoch(members, hash), at: now, members: members, hash: hash}
	for _, secret := range [][]byte{g.key[:], g.private[:], g.nonce[:]} {
		_, _ = rand.Read(secret) // never fails
	}
	g.commit = commitment(a.cfg.Session, hash, g.epoch, a.seat, g.nonce)
	before := a.current
	g.grown = before != nil && a.pending && before.grown
	a.current, a.epoch, a.mismatch, a.grewAt = g, g.epoch, false, time.Time{}
	if before != nil {
		a.others(before, func(p *peer, m member) {
			if !g.has(m) {
				a.dropPeer(p)
			}
		})
	}
	a.others(g, func(p *peer, m member) {
		g.grown = g.grown || before == nil || !before.has(m)
		p.out.key = g.item(a.statementSerial(), m.role)
		p.retryAt, p.retryGap = now.Add(firstRetry), firstRetry
	})
	a.pending = true
	if shrunk || len(members) == 1 {
		a.use()
	}
}

// item is the key as it goes to a member of that role.
func (g *group) item(statement uint64, role Role) *keyItem {
	k := &keyItem{epoch: g.epoch, statement: statement, members: g.hash, commit: g.commit, key: g.key}
	if role == Host {
		k.private = g.private[:]
	}
	return k
}

// nextEpoch is the epoch in which all members will meet: one that a member has
// already announced for this very circle, or one above all that were heard of.
func (a *Agreement) nextEpoch(members []member, hash [32]byte) uint32 {
	next := a.epoch + 1
	for _, m := range members {
		if m.seat == a.seat {
			continue
		}
		p := a.peers[m.seat]
		heard := p.hello.epoch + 1
		if p.key != nil {
			heard = max(heard, p.key.epoch+1)
			if p.key.members == hash {
				heard = p.key.epoch
			}
		}
		next = max(next, heard)
	}
	return next
}

// adopt follows a member that is ahead with the same circle, so that all get
// to one code; not more often than the codes can be read.
func (a *Agreement) adopt(now time.Time) {
	if a.ahead() && !now.Before(a.current.at.Add(adoptAfter)) {
		a.rotate(now, a.current.members, a.current.hash, false)
	}
}

func (a *Agreement) ahead() bool {
	found := false
	if a.current != nil {
		a.others(a.current, func(p *peer, _ member) {
			found = found || p.key != nil && p.key.epoch > a.epoch && p.key.members == a.current.hash
		})
	}
	return found
}

// install takes the members' newest keys into use and tells them.
func (a *Agreement) install(now time.Time) {
	if a.current == nil {
		return
	}
	a.others(a.current, func(p *peer, _ member) {
		if p.key == nil || p.key.epoch <= max(p.installed, p.dropped) || p.refused != "" {
			return
		}
		if p.installed != 0 {
			p.oldUntil = now.Add(KeepOld)
		}
		p.installed = p.key.epoch
		a.emit(AddKey{Seat: p.seat, Epoch: p.key.epoch, Key: p.key.key, Private: p.key.private})
		a.acknowledge(p, p.key.epoch, ackKey)
	})
}

// expire forgets keys that newer ones have replaced.
func (a *Agreement) expire(now time.Time) {
	for _, p := range a.peers {
		if !p.oldUntil.IsZero() && !now.Before(p.oldUntil) {
			p.oldUntil = time.Time{}
			a.emit(DropKeys{Seat: p.seat, Before: p.installed})
		}
	}
}

// switchOver begins to use the new key when all have it, or when it is time.
func (a *Agreement) switchOver(now time.Time) {
	if !a.pending {
		return
	}
	all := true
	a.others(a.current, func(p *peer, _ member) { all = all && p.ackKey == a.epoch })
	if all || !now.Before(a.current.at.Add(SwitchAfter)) {
		a.use()
	}
}

func (a *Agreement) use() {
	a.pending = false
	a.emit(UseKey{Epoch: a.epoch, Key: a.current.key, Private: a.current.private, Grown: a.current.grown})
}

// retry sends again what a member has not acknowledged.
func (a *Agreement) retry(now time.Time) {
	if a.current == nil {
		return
	}
	a.others(a.current, func(p *peer, m member) {
		if !a.owes(p) || !p.person.Online || now.Before(p.retryAt) {
			return
		}
		p.retryAt, p.retryGap = now.Add(p.retryGap), min(2*p.retryGap, slowestRetry)
		if p.ackKey != a.epoch {
			p.out.key = a.current.item(a.statementSerial(), m.role)
		}
		if a.current.round != nil && p.ackReveal != a.epoch {
			p.out.reveal = a.current.reveal()
		}
	})
}

func (a *Agreement) owes(p *peer) bool {
	return p.ackKey != a.epoch || a.current.round != nil && p.ackReveal != a.epoch
}

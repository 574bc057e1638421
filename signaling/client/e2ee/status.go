package e2ee

import (
	"maps"
	"slices"
	"time"
)

// Standing is where another seat stands.
type Standing string

// The standings. Ready: keys are exchanged. Joining: it has not announced
// itself yet. Unvouched: no host let it in. Unproved: it did not show the link
// secret that its link should have. Refused: it showed something wrong.
const (
	Ready     Standing = "ready"
	Joining   Standing = "joining"
	Unvouched Standing = "unvouched"
	Unproved  Standing = "unproved"
	Refused   Standing = "refused"
)

// Status is what a page shows.
type Status struct {
	Epoch uint32
	// Code is the safety code, "" while it is being made or nobody is there.
	Code string
	// Mismatch: others were shown something else than this seat. Somebody is
	// tampering.
	Mismatch bool
	// Clear: a host allowed sending without encryption.
	Clear  bool
	People map[SeatID]Standing
	// Proved are those who showed the link secret to this seat.
	Proved map[SeatID]bool
}

// Status describes the present moment.
func (a *Agreement) Status() Status {
	s := Status{Epoch: a.epoch, Mismatch: a.mismatch, People: map[SeatID]Standing{}, Proved: map[SeatID]bool{}}
	if a.current != nil && a.current.round != nil {
		s.Code = a.current.round.code
	}
	s.Clear = a.statement != nil && a.statement.clear && a.cfg.HostSecret == nil && a.cfg.LinkSecret == nil
	for _, seat := range a.order {
		s.People[seat] = a.standing(a.peers[seat])
		s.Proved[seat] = a.peers[seat].proof != unproved
	}
	return s
}

func (a *Agreement) standing(p *peer) Standing {
	_, trusted := a.trust(p)
	switch {
	case p.refused != "":
		return Refused
	case trusted:
		return Ready
	case p.hello == nil:
		return Joining
	case p.proof == unproved && a.shouldProve(p):
		return Unproved
	}
	return Unvouched
}

// shouldProve reports whether a proof is what keeps p out.
func (a *Agreement) shouldProve(p *peer) bool {
	if a.cfg.Role == Guest {
		return a.pair != nil && p.person.Role == Host
	}
	_, wanted := a.wanted[p.seat]
	_, greeted := a.door[p.seat]
	return a.cfg.HostSecret != nil && (wanted || greeted || p.person.Role == Host)
}

// Due is when Tick has something to do; zero when nothing is pending.
func (a *Agreement) Due() time.Time {
	var due time.Time
	sooner := func(t time.Time) {
		if !t.IsZero() && (due.IsZero() || t.Before(due)) {
			due = t
		}
	}
	if !a.grewAt.IsZero() {
		sooner(a.grewAt.Add(gatherFor))
	}
	sooner(a.vouchAt)
	if a.pending {
		sooner(a.current.at.Add(SwitchAfter))
	}
	if a.ahead() {
		sooner(a.current.at.Add(adoptAfter))
	}
	for _, seat := range a.order {
		a.duePeer(a.peers[seat], sooner)
	}
	return due
}

func (a *Agreement) duePeer(p *peer, sooner func(time.Time)) {
	sooner(p.oldUntil)
	if a.lacks(p) && p.person.With && p.person.Online && p.person.Capable {
		sooner(p.helloAt)
	}
	if p.answer {
		sooner(p.helloWas.Add(answerSpacing))
	}
	if a.current == nil || p.hello == nil || !p.person.Online {
		return
	}
	if a.current.has(member{seat: p.seat, dh: p.hello.dh}) && a.owes(p) {
		sooner(p.retryAt)
	}
}

// Kept is what the next page load of the same seat needs of this one. It holds
// no secret, but must not be altered.
type Kept struct {
	Serial    uint64   `json:"serial"`
	Hosts     []SeatID `json:"hosts,omitempty"`
	Statement []byte   `json:"statement,omitempty"`
	Wanted    []SeatID `json:"wanted,omitempty"`
	Gone      []SeatID `json:"gone,omitempty"`
}

// Keep returns what a reload needs.
func (a *Agreement) Keep() *Kept {
	k := &Kept{Serial: a.serial, Hosts: slices.Collect(maps.Keys(a.hosts)), Wanted: slices.Collect(maps.Keys(a.wanted)), Gone: slices.Collect(maps.Keys(a.gone))}
	if a.statement != nil {
		k.Statement = a.statement.raw
	}
	return k
}

func (a *Agreement) restore(k *Kept) {
	a.serial = max(a.serial, k.Serial+1)
	for _, seat := range k.Hosts {
		a.hosts[seat] = true
	}
	for _, seat := range k.Wanted {
		a.wanted[seat] = false
	}
	for _, seat := range k.Gone {
		a.gone[seat] = true
	}
	if s, err := parseStatement(a.cfg.Session, k.Statement); err == nil {
		a.statement = s
	}
}

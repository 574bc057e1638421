package e2ee

import (
	"slices"
	"time"
)

// pin makes a guest without a link secret trust the first host that it meets:
// the safety code is the check (§4.4).
func (a *Agreement) pin() {
	if a.cfg.Role == Host || a.pair != nil || len(a.hosts) > 0 {
		return
	}
	for _, seat := range a.order {
		if p := a.peers[seat]; p.person.Role == Host && p.person.With && p.hello != nil && p.refused == "" {
			a.hosts[seat] = true
			return
		}
	}
}

// trust says what a seat is, and whether keys may go to it (§6.3).
func (a *Agreement) trust(p *peer) (Role, bool) {
	switch {
	case p.hello == nil || p.refused != "" || !p.present || !p.person.With:
		return 0, false
	case p.person.Door:
		unproved, greeted := a.door[p.seat]
		return Guest, greeted && a.proven(p, unproved)
	case a.hosts[p.seat]:
		return Host, true
	}
	return a.statement.role(p.seat)
}

// proven reports whether a seat has shown the link secret, where one is to be
// expected, or a person decided to do without.
func (a *Agreement) proven(p *peer, anyway bool) bool {
	return a.cfg.HostSecret == nil || p.proof != unproved || anyway
}

// onStatement takes a newer statement of somebody whose word counts.
func (a *Agreement) onStatement(raw []byte) {
	s, err := parseStatement(a.cfg.Session, raw)
	if err != nil || !s.newer(a.statement) || !a.authority(s) {
		return
	}
	a.statement = s
}

func (a *Agreement) authority(s *statement) bool {
	signer := SeatOf(a.cfg.Session, s.key)
	if signer == a.seat {
		return a.cfg.Role == Host
	}
	if role, listed := a.statement.role(signer); a.hosts[signer] || listed && role == Host {
		return true
	}
	return a.cfg.HostSecret != nil && s.provesHost(a.cfg.Session, a.cfg.HostSecret.statementKey(a.cfg.Session))
}

// vouch issues a new statement when the newest one is not what this host
// stands for.
func (a *Agreement) vouch(now time.Time) {
	if a.cfg.Role != Host {
		return
	}
	entries, removed := a.standsFor()
	if a.agrees(entries) {
		a.vouchAt = time.Time{}
		return
	}
	if !removed && a.holdVouch(now) {
		return
	}
	var authKey []byte
	if a.cfg.HostSecret != nil {
		authKey = a.cfg.HostSecret.statementKey(a.cfg.Session)
	}
	serial := max(a.statementSerial()+1, uint64(now.UnixMilli()))
	s, err := issue(a.cfg.Session, a.cfg.Key, statement{serial: serial, key: a.key, clear: a.clear, entries: entries}, authKey)
	if err != nil {
		return
	}
	a.statement, a.vouchAt = s, time.Time{}
	for _, p := range a.peers {
		if _, listed := s.role(p.seat); listed && p.present {
			p.out.statement = s.raw
		}
	}
}

// standsFor is who this host says is in: whom the newest statement has and who
// did not go since, the hosts it trusts, and whom its person let in.
func (a *Agreement) standsFor() (entries []entry, removed bool) {
	roles := map[SeatID]Role{a.seat: Host}
	if a.statement != nil {
		for _, e := range a.statement.entries {
			if a.gone[e.seat] && e.seat != a.seat {
				removed = true
				continue
			}
			roles[e.seat] = e.role
		}
	}
	for _, seat := range a.order {
		p := a.peers[seat]
		if _, listed := roles[seat]; listed || p.hello == nil || p.refused != "" || p.person.Door {
			continue
		}
		if role, ok := a.letIn(p); ok {
			delete(a.gone, seat)
			roles[seat] = role
		}
	}
	for seat, role := range roles {
		entries = append(entries, entry{seat: seat, role: role})
	}
	return entries, removed
}

func (a *Agreement) letIn(p *peer) (Role, bool) {
	unproved, wanted := a.wanted[p.seat]
	switch {
	case a.hosts[p.seat] || p.proof == provedHost:
		return Host, true
	case !wanted || !a.proven(p, unproved):
		return 0, false
	case p.proof == provedGuest:
		return Guest, true // whatever the gateway says
	}
	return p.person.Role, true
}

// agrees reports whether the newest statement says just that. A host that is
// alone needs none.
func (a *Agreement) agrees(entries []entry) bool {
	if a.statement == nil {
		return len(entries) == 1 && !a.clear
	}
	return a.statement.clear == a.clear && len(entries) == len(a.statement.entries) &&
		!slices.ContainsFunc(entries, func(e entry) bool { role, ok := a.statement.role(e.seat); return !ok || role != e.role })
}

// holdVouch waits a moment for others who were let in and are about to announce
// themselves, so that one statement does for all.
func (a *Agreement) holdVouch(now time.Time) bool {
	if a.vouchAt.IsZero() {
		a.vouchAt = now.Add(vouchFor)
	}
	if !now.Before(a.vouchAt) {
		return false
	}
	for _, seat := range a.order {
		p := a.peers[seat]
		if _, wanted := a.wanted[seat]; wanted && p.hello == nil && p.present && p.person.Online && p.person.Capable && !p.late {
			return true
		}
	}
	return false
}

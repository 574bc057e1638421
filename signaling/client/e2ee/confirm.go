package e2ee

// round is the exchange that leads to the safety code (§7.3). Once it exists,
// what everybody committed to is fixed.
type round struct {
	hash    [32]byte
	commits map[SeatID][32]byte
	code    string
}

func (g *group) reveal() *revealItem {
	return &revealItem{epoch: g.epoch, round: g.round.hash, nonce: g.nonce}
}

// confirm reveals this seat's part once all others have committed to theirs,
// and makes the code once all have revealed.
func (a *Agreement) confirm() {
	g := a.current
	if g == nil || len(g.members) < 2 || g.round != nil && g.round.code != "" {
		return
	}
	if g.round == nil && !a.fix(g) {
		return
	}
	a.check(g)
}

// fix begins the round if everybody's commitment is here.
func (a *Agreement) fix(g *group) bool {
	r := &round{commits: map[SeatID][32]byte{a.seat: g.commit}}
	a.others(g, func(p *peer, _ member) {
		if k := p.key; k != nil && k.epoch == g.epoch && k.members == g.hash && p.refused == "" {
			r.commits[p.seat] = k.commit
		}
	})
	if len(r.commits) < len(g.members) {
		return false
	}
	var inOrder [][32]byte
	for _, m := range g.members {
		inOrder = append(inOrder, r.commits[m.seat])
	}
	r.hash = roundHash(g.hash, g.epoch, inOrder)
	g.round = r
	a.others(g, func(p *peer, _ member) { p.out.reveal = g.reveal() })
	return true
}

// check compares what was revealed with what was committed to.
func (a *Agreement) check(g *group) {
	nonces := map[SeatID][32]byte{a.seat: g.nonce}
	a.others(g, func(p *peer, _ member) {
		v := p.reveal
		switch {
		case v == nil || v.epoch != g.epoch || p.refused != "":
		case v.round != g.round.hash:
			a.mismatch = true // they were shown other commitments than we
		case commitment(a.cfg.Session, g.hash, g.epoch, p.seat, v.nonce) != g.round.commits[p.seat]:
			a.refuse(p, RefusedCommitment)
		default:
			nonces[p.seat] = v.nonce
		}
	})
	if len(nonces) < len(g.members) {
		return
	}
	var inOrder [][32]byte
	for _, m := range g.members {
		inOrder = append(inOrder, nonces[m.seat])
	}
	g.round.code = safetyCode(g.round.hash, inOrder)
}

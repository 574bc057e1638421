package e2ee

import "time"

// onHello takes in an announcement. One from an earlier page load, or another
// one with the same serial, changes nothing.
func (a *Agreement) onHello(now time.Time, p *peer, h *hello) {
	switch {
	case p.hello == nil || h.serial > p.hello.serial:
		a.renew(now, p, h)
		p.answer = true
	case h.serial < p.hello.serial || string(h.key) != string(p.hello.key) || string(h.dh) != string(p.hello.dh):
		return
	}
	p.hello.epoch = max(p.hello.epoch, h.epoch)
	p.answer = p.answer || h.flags&flagAsk != 0
	a.judge(p, h)
}

// judge checks a proof, if there is one that this seat can check. A wrong one
// ends the exchange with that page load (§4.3).
func (a *Agreement) judge(p *peer, h *hello) {
	if h.proof == nil || p.refused != "" || p.proof != unproved {
		return
	}
	direction, shown, keys := a.expected(h)
	switch {
	case keys == nil:
	case !h.proves(direction, keys.proof):
		a.refuse(p, RefusedProof)
	default:
		p.proof, p.pair = shown, keys
		p.hello.invite, p.hello.jti = h.invite, h.jti
		if shown == provedGuest {
			p.answer, p.helloWas = true, time.Time{} // now this seat can prove itself too
		}
		if shown == provedHost {
			a.hosts[p.seat] = true
		}
	}
}

// expected is what a hello's proof must have been made with; nil keys when the
// proof is not meant for this seat.
func (a *Agreement) expected(h *hello) (string, proof, *pairKeys) {
	between := h.invite == "" && h.jti == ""
	switch {
	case a.cfg.HostSecret != nil && between:
		return proofHost, provedHost, a.cfg.HostSecret.hosts(a.cfg.Session).keys(a.cfg.Session)
	case a.cfg.HostSecret != nil:
		return proofGuest, provedGuest, a.cfg.HostSecret.Link(a.cfg.Session, h.invite, h.jti).keys(a.cfg.Session)
	case a.pair != nil && h.invite == a.cfg.Invite && h.jti == a.cfg.JTI:
		return proofHost, provedHost, a.pair
	}
	return "", unproved, nil
}

// ownProof is how this seat proves itself to p, nil when it cannot.
func (a *Agreement) ownProof(p *peer) *linkProof {
	switch {
	case a.pair != nil:
		return &linkProof{direction: proofGuest, invite: a.cfg.Invite, jti: a.cfg.JTI, key: a.pair.proof}
	case a.cfg.HostSecret == nil:
		return nil
	case p.proof == provedGuest:
		return &linkProof{direction: proofHost, invite: p.hello.invite, jti: p.hello.jti, key: p.pair.proof}
	case p.person.Role == Host:
		return &linkProof{direction: proofHost, key: a.cfg.HostSecret.hosts(a.cfg.Session).keys(a.cfg.Session).proof}
	}
	return nil
}

// greet announces this page load to whoever does not know it, again and again
// until they answer.
func (a *Agreement) greet(now time.Time) {
	for _, seat := range a.order {
		p := a.peers[seat]
		asks := a.lacks(p) && p.person.With && p.person.Online && p.person.Capable && !now.Before(p.helloAt)
		if !asks && !(p.answer && p.present && !now.Before(p.helloWas.Add(answerSpacing))) {
			continue
		}
		a.sendHello(now, p)
	}
}

// lacks reports whether something of p's announcement is missing.
func (a *Agreement) lacks(p *peer) bool {
	return p.hello == nil || p.refused == "" && p.proof == unproved && a.pair != nil && p.person.Role == Host
}

// meets is the hint for p: its first epoch with this seat will be the next one.
func (a *Agreement) meets(p *peer) uint32 {
	if a.current != nil && p.hello != nil && a.current.has(member{seat: p.seat, dh: p.hello.dh}) {
		return a.epoch - 1
	}
	return a.epoch
}

func (a *Agreement) sendHello(now time.Time, p *peer) {
	h := hello{serial: a.serial, epoch: a.meets(p), key: a.key, dh: a.dh.PublicKey().Bytes()}
	if a.lacks(p) {
		h.flags = flagAsk
	}
	message, err := sealHello(a.cfg.Session, a.cfg.Key, h, a.ownProof(p))
	if err != nil {
		return
	}
	p.answer, p.helloWas = false, now
	p.helloAt = now.Add(p.helloGap)
	p.helloGap = min(2*p.helloGap, slowestRetry)
	// Before any box: whoever gets one must know this page load.
	a.out = append([]Output{Send{To: p.seat, Box: message}}, a.out...)
}

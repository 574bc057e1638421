package e2ee

import "time"

// Refusals: why a seat gets no key, for the page to say. A new page load of
// that seat may do better.
const (
	RefusedProof      = "proof"      // its proof of the link secret is wrong
	RefusedCommitment = "commitment" // it changed what it had committed to
)

// proof is what a seat has shown.
type proof byte

const (
	unproved proof = iota
	provedGuest
	provedHost
)

// peer is what is known of another seat. It is kept while this page load
// lasts, also when that seat is away: what was seen once is not taken again.
type peer struct {
	seat    SeatID
	person  Person
	present bool
	inRoom  bool // seen in the room, not only at the door
	late    bool // newcomers do not wait for it any more

	hello   *hello // of its newest page load
	proof   proof
	pair    *pairKeys // when both sides have proved a secret that they share
	refused string

	boxer   *boxer
	unboxer unboxer

	key       *keyItem // its newest
	installed uint32   // epoch of its key that is in use here, 0 none
	dropped   uint32   // epochs up to this one are not taken again
	oldUntil  time.Time
	reveal    *revealItem

	ackKey, ackReveal uint32 // epochs of ours that it has
	out               content

	answer   bool // it waits for our hello
	helloAt  time.Time
	helloWas time.Time
	helloGap time.Duration
	retryAt  time.Time
	retryGap time.Duration
}

func (a *Agreement) peer(seat SeatID) *peer {
	p := a.peers[seat]
	if p == nil {
		p = &peer{seat: seat}
		a.peers[seat] = p
	}
	return p
}

// arrive takes in what the newest view says of a person.
func (p *peer) arrive(now time.Time, person Person) {
	if !p.present || person.Online && !p.person.Online {
		p.hurry(now)
	}
	p.person, p.present = person, true
	p.inRoom = p.inRoom || !person.Door
}

// hurry sends at once whatever is missing.
func (p *peer) hurry(now time.Time) {
	p.helloAt, p.helloGap = now, firstRetry
	p.retryAt, p.retryGap = now, firstRetry
	p.late = false
}

func (p *peer) mode() byte {
	if p.pair != nil {
		return hpkeAuthPSK
	}
	return hpkeAuth
}

func (p *peer) psk() []byte {
	if p.pair == nil {
		return nil
	}
	return p.pair.psk
}

// pairTo and pairFrom are the two directions between this page load and p's.
func (a *Agreement) pairTo(p *peer) *pair {
	return &pair{
		session: a.cfg.Session, fromKey: a.key, fromDH: a.dh.PublicKey().Bytes(),
		toKey: p.hello.key, toDH: p.hello.dh, psk: p.psk(), mode: p.mode(),
	}
}

func (a *Agreement) pairFrom(p *peer) *pair {
	return &pair{
		session: a.cfg.Session, fromKey: p.hello.key, fromDH: p.hello.dh,
		toKey: a.key, toDH: a.dh.PublicKey().Bytes(), psk: p.psk(), mode: p.mode(),
	}
}

// refuse ends all exchange with a page load.
func (a *Agreement) refuse(p *peer, why string) {
	p.refused, a.refused = why, true
	p.out = content{}
	a.dropPeer(p)
}

// dropPeer forgets a seat's media keys; they are not taken again.
func (a *Agreement) dropPeer(p *peer) {
	if p.installed == 0 {
		return
	}
	a.emit(DropKeys{Seat: p.seat, All: true})
	p.dropped, p.installed, p.oldUntil = p.installed, 0, time.Time{}
}

// renew begins again with a seat that has loaded its page anew.
func (a *Agreement) renew(now time.Time, p *peer, h *hello) {
	a.dropPeer(p)
	*p = peer{seat: p.seat, person: p.person, present: p.present, inRoom: p.inRoom, hello: h}
	p.hurry(now)
}

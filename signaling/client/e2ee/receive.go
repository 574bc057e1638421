package e2ee

import "time"

// Receive takes in a message that the gateway relayed from a seat. Whatever is
// malformed, not authentic or out of date is dropped.
func (a *Agreement) Receive(now time.Time, from SeatID, message []byte) []Output {
	p := a.peers[from]
	if p == nil || !p.present || len(message) == 0 {
		return nil
	}
	switch message[0] {
	case typeHello:
		if h, err := parseHello(a.cfg.Session, from, message); err == nil {
			a.onHello(now, p, h)
		}
	case typeBox:
		a.onBox(p, message)
	}
	return a.settle(now)
}

func (a *Agreement) onBox(p *peer, message []byte) {
	if p.hello == nil || p.refused != "" {
		return
	}
	plain, err := p.unboxer.open(a.pairFrom(p), a.dh, message)
	if err != nil {
		return
	}
	c, err := parseContent(plain)
	if err != nil {
		return
	}
	if c.statement != nil {
		a.onStatement(c.statement)
	}
	if c.key != nil {
		a.onKey(p, c.key)
	}
	if c.ack != nil {
		a.onAck(p, c.ack)
	}
	if c.reveal != nil {
		a.onReveal(p, c.reveal)
	}
}

// onKey pins the first announcement of each epoch.
func (a *Agreement) onKey(p *peer, k *keyItem) {
	a.remind(p, k.statement)
	switch {
	case p.key == nil || k.epoch > p.key.epoch:
		p.key = k
	case k.epoch < p.key.epoch:
	case k.members != p.key.members || k.commit != p.key.commit || k.key != p.key.key:
		a.refuse(p, RefusedCommitment)
	case p.installed == k.epoch:
		a.acknowledge(p, k.epoch, ackKey)
	}
}

func (a *Agreement) onAck(p *peer, ack *ackItem) {
	a.remind(p, ack.statement)
	if a.current == nil || ack.epoch != a.epoch {
		return
	}
	if ack.what&ackKey != 0 {
		p.ackKey = ack.epoch
	}
	if ack.what&ackReveal != 0 {
		p.ackReveal = ack.epoch
	}
}

func (a *Agreement) onReveal(p *peer, r *revealItem) {
	switch {
	case p.reveal == nil || r.epoch > p.reveal.epoch:
		p.reveal = r
	case r.epoch == p.reveal.epoch && *r != *p.reveal:
		a.refuse(p, RefusedCommitment)
		return
	}
	a.acknowledge(p, r.epoch, ackReveal)
}

func (a *Agreement) acknowledge(p *peer, epoch uint32, what byte) {
	if p.out.ack == nil || p.out.ack.epoch != epoch {
		p.out.ack = &ackItem{epoch: epoch, statement: a.statementSerial()}
	}
	p.out.ack.what |= what
}

// remind gives the newest statement to whoever has an older one.
func (a *Agreement) remind(p *peer, serial uint64) {
	if a.statement != nil && serial < a.statement.serial {
		p.out.statement = a.statement.raw
	}
}

func (a *Agreement) statementSerial() uint64 {
	if a.statement == nil {
		return 0
	}
	return a.statement.serial
}

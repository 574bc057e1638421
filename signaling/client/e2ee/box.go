package e2ee

import (
	"crypto/ecdh"
	"crypto/rand"
	"math"
)

// boxHead is type, version, mode, sequence number and the encapsulated key.
const boxHead = 3 + 8 + pointSize

// pair is what one direction between two page loads depends on (§5.2).
type pair struct {
	session        string
	fromKey, toKey []byte // seats' public keys
	fromDH, toDH   []byte
	psk            []byte // nil in mode auth
	mode           byte
}

func (p *pair) info() []byte {
	return cat([]byte("anteroom-e2ee-v1 box"), lp(p.session), p.fromKey, p.fromDH, p.toKey, p.toDH)
}

func (p *pair) pskID() []byte {
	if p.psk == nil {
		return nil
	}
	return []byte("anteroom-e2ee-v1 link")
}

// boxer seals boxes for one page load of another seat.
type boxer struct {
	mode    byte
	context *hpkeContext
	next    uint64
}

func newBoxer(p *pair, own *ecdh.PrivateKey) (*boxer, error) {
	to, err := ecdh.P256().NewPublicKey(p.toDH)
	if err != nil {
		return nil, err
	}
	ephemeral, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return newBoxerWith(p, own, to, ephemeral)
}

func newBoxerWith(p *pair, own *ecdh.PrivateKey, to *ecdh.PublicKey, ephemeral *ecdh.PrivateKey) (*boxer, error) {
	shared, enc, err := authEncap(ephemeral, to, own)
	if err != nil {
		return nil, err
	}
	context, err := keySchedule(shared, p.info(), p.psk, p.pskID(), enc)
	return &boxer{mode: p.mode, context: context}, err
}

func (b *boxer) seal(plain []byte) []byte {
	head := cat([]byte{typeBox, version, b.mode}, be64(b.next), b.context.enc)
	box := append(head, b.context.seal(b.next, head, plain)...)
	b.next++
	return box
}

// unboxer opens what one page load sends. The first context that authenticates
// is the only one it takes, and each sequence number once.
type unboxer struct {
	mode    byte
	context *hpkeContext
	next    uint64
}

func (u *unboxer) open(p *pair, own *ecdh.PrivateKey, box []byte) ([]byte, error) {
	if len(box) < boxHead+tagSize || box[0] != typeBox || box[1] != version || box[2] != p.mode {
		return nil, errMalformed
	}
	r := &reader{rest: box[3:boxHead]}
	seq, enc := r.uint64(), r.take(pointSize)
	context, err := u.contextFor(p, own, enc)
	if err != nil {
		return nil, err
	}
	if context == u.context && seq < u.next || seq == math.MaxUint64 {
		return nil, errMalformed
	}
	plain, err := context.open(seq, box[:boxHead], box[boxHead:])
	if err != nil {
		return nil, errMalformed
	}
	u.mode, u.context, u.next = p.mode, context, seq+1
	return plain, nil
}

// contextFor is the pinned context, or a new one that open pins if the box is
// authentic. A pair that came to share a link secret begins anew with it.
func (u *unboxer) contextFor(p *pair, own *ecdh.PrivateKey, enc []byte) (*hpkeContext, error) {
	if u.context != nil && u.mode == p.mode {
		if string(u.context.enc) != string(enc) {
			return nil, errMalformed
		}
		return u.context, nil
	}
	from, err := ecdh.P256().NewPublicKey(p.fromDH)
	if err != nil {
		return nil, err
	}
	shared, err := authDecap(enc, own, from)
	if err != nil {
		return nil, errMalformed
	}
	return keySchedule(shared, p.info(), p.psk, p.pskID(), enc)
}

package e2ee

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/hmac"
)

// The first octets of a message: what it is, and the version of the format.
const (
	typeHello = 0x01
	typeBox   = 0x02
	version   = 0x01
)

// Flags of a hello.
const (
	flagAsk  = 0x01 // the sender has no hello of the receiver yet
	flagLink = 0x02 // a proof of the link secret follows
)

// Directions of a proof, so that none can be sent back to whom it came from.
const (
	proofGuest = "anteroom-e2ee-v1 guest"
	proofHost  = "anteroom-e2ee-v1 host"
)

// hello announces a page load: the seat's key and a fresh key for agreement,
// signed by the seat (§5.1).
type hello struct {
	flags  byte
	serial uint64 // rises with every page load of a seat
	epoch  uint32 // where the sender is; a hint
	key    []byte // the seat's public key
	dh     []byte // the page load's public key for agreement
	core   []byte // all of the above as sent: what is proved

	invite, jti string // of the guest's link that the proof is about; empty between hosts
	proof       []byte // nil without flagLink
}

// helloText is what is signed: all that is sent before the signature.
func helloText(session string, body []byte) []byte {
	return cat([]byte("anteroom-e2ee-v1 hello"), lp(session), body)
}

// linkProof is the secret of one invite that proves a hello, and the words that
// name it.
type linkProof struct {
	direction   string
	invite, jti string
	key         []byte
}

// sealHello signs and, given a link, proves an announcement.
func sealHello(session string, seat *ecdsa.PrivateKey, h hello, link *linkProof) ([]byte, error) {
	if link != nil {
		h.flags |= flagLink
	}
	core := cat([]byte{typeHello, version, h.flags}, be64(h.serial), be32(h.epoch), h.key, h.dh)
	out := core
	if link != nil {
		out = cat(out, lp(link.invite), lp(link.jti), mac(link.key, []byte(link.direction), core))
	}
	signature, err := sign(seat, helloText(session, out))
	return cat(out, signature), err
}

// parseHello reads a hello and checks all that needs no secret: its form, that
// its key is the key of the seat it came from, and its signature.
func parseHello(session string, from SeatID, message []byte) (*hello, error) {
	r := &reader{rest: message}
	h := &hello{}
	if r.octet() != typeHello || r.octet() != version {
		return nil, errMalformed
	}
	h.flags, h.serial, h.epoch = r.octet(), r.uint64(), r.uint32()
	h.key, h.dh = r.take(pointSize), r.take(pointSize)
	h.core = message[:len(message)-len(r.rest)]
	if h.flags&flagLink != 0 {
		h.invite, h.jti, h.proof = r.text(), r.text(), r.take(32)
	}
	body := message[:len(message)-len(r.rest)]
	signature := r.take(signatureSize)
	if r.done() != nil || h.flags&^(flagAsk|flagLink) != 0 || h.epoch > maxEpoch {
		return nil, errMalformed
	}
	if SeatOf(session, h.key) != from || !verify(h.key, helloText(session, body), signature) {
		return nil, errMalformed
	}
	if _, err := ecdh.P256().NewPublicKey(h.dh); err != nil {
		return nil, errMalformed
	}
	return h, nil
}

// proves reports whether the hello's proof is right for a secret and direction.
func (h *hello) proves(direction string, key []byte) bool {
	return h.proof != nil && hmac.Equal(h.proof, mac(key, []byte(direction), h.core))
}

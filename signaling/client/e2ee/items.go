package e2ee

// What is in a box: items of type (1), length (2) and value, in this order
// (§5.3).
const (
	itemStatement = 1
	itemKey       = 2
	itemAck       = 3
	itemReveal    = 4
)

// Bits of an acknowledgement.
const (
	ackKey    = 0x01
	ackReveal = 0x02
)

// maxEpoch bounds what anybody may announce, so that there is always a next one.
const maxEpoch = 1<<31 - 1

// keyItem is a sender's key of an epoch, for whom it was made, and the
// commitment to the sender's part of the safety code.
type keyItem struct {
	epoch     uint32
	statement uint64 // serial of the newest statement that the sender has
	members   [32]byte
	commit    [32]byte
	key       [32]byte
	private   []byte // 32 octets, or nil
}

type ackItem struct {
	epoch     uint32
	what      byte
	statement uint64
}

type revealItem struct {
	epoch uint32
	round [32]byte
	nonce [32]byte
}

// content is what a box holds.
type content struct {
	statement []byte
	key       *keyItem
	ack       *ackItem
	reveal    *revealItem
}

func (c *content) empty() bool {
	return c.statement == nil && c.key == nil && c.ack == nil && c.reveal == nil
}

func item(kind byte, value []byte) []byte {
	return cat([]byte{kind, byte(len(value) >> 8), byte(len(value))}, value)
}

func (c *content) encode() []byte {
	var out []byte
	if c.statement != nil {
		out = append(out, item(itemStatement, c.statement)...)
	}
	if k := c.key; k != nil {
		out = append(out, item(itemKey, cat(be32(k.epoch), be64(k.statement), k.members[:], k.commit[:], k.key[:], k.private))...)
	}
	if a := c.ack; a != nil {
		out = append(out, item(itemAck, cat(be32(a.epoch), []byte{a.what}, be64(a.statement)))...)
	}
	if v := c.reveal; v != nil {
		out = append(out, item(itemReveal, cat(be32(v.epoch), v.round[:], v.nonce[:]))...)
	}
	return out
}

// parseContent reads the items of a box: each kind at most once, in order.
func parseContent(plain []byte) (*content, error) {
	c := &content{}
	r := &reader{rest: plain}
	last := byte(0)
	for len(r.rest) > 0 && !r.bad {
		kind := r.octet()
		value := r.take(int(r.uint16()))
		if kind <= last || r.bad || c.set(kind, value) != nil {
			return nil, errMalformed
		}
		last = kind
	}
	return c, r.done()
}

func (c *content) set(kind byte, value []byte) error {
	r := &reader{rest: value}
	switch kind {
	case itemStatement:
		c.statement = value
		return nil
	case itemKey:
		c.key = parseKey(r)
	case itemAck:
		c.ack = &ackItem{epoch: r.uint32(), what: r.octet(), statement: r.uint64()}
	case itemReveal:
		c.reveal = &revealItem{epoch: r.uint32(), round: r.array32(), nonce: r.array32()}
	default:
		return errMalformed
	}
	return r.done()
}

func parseKey(r *reader) *keyItem {
	k := &keyItem{epoch: r.uint32(), statement: r.uint64(), members: r.array32(), commit: r.array32(), key: r.array32()}
	if len(r.rest) > 0 {
		k.private = r.take(32)
	}
	if k.epoch == 0 || k.epoch > maxEpoch {
		r.bad = true
	}
	return k
}

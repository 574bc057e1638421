//go:build linux

package main

import "encoding/binary"

// stampSize is how much of each payload's end is taken by its stamp.
const stampSize = 20

const stampMagic = 0x616e7465 // "ante"

// stamp says who sent a packet of media, and when. It is the end of the
// payload, which no gateway touches.
type stamp struct {
	sender uint32 // number of the person
	kind   kind
	key    bool  // the first packet of a key frame
	sent   int64 // nanoseconds on the load's clock
}

// kind is what a stream carries.
type kind uint8

const (
	audio kind = iota
	camera
	kinds
)

// put writes the stamp to the end of a payload that has room for it.
func (s stamp) put(payload []byte) {
	b := payload[len(payload)-stampSize:]
	binary.BigEndian.PutUint32(b, stampMagic)
	binary.BigEndian.PutUint32(b[4:], s.sender)
	b[8], b[9] = byte(s.kind), 0
	if s.key {
		b[9] = 1
	}
	b[10], b[11] = 0, 0
	binary.BigEndian.PutUint64(b[12:], uint64(s.sent))
}

// readStamp reads the stamp at the end of a payload. It is not ok when there is
// none: the packet is padding, or not ours.
func readStamp(payload []byte) (s stamp, ok bool) {
	if len(payload) < stampSize {
		return s, false
	}
	b := payload[len(payload)-stampSize:]
	if binary.BigEndian.Uint32(b) != stampMagic || b[8] >= byte(kinds) {
		return s, false
	}
	return stamp{
		sender: binary.BigEndian.Uint32(b[4:]), kind: kind(b[8]), key: b[9] == 1,
		sent: int64(binary.BigEndian.Uint64(b[12:])),
	}, true
}

package sfu

import "encoding/binary"

// vp8Descriptor is what a gateway needs of the VP8 payload descriptor (RFC
// 7741 §4.2) and of the first octet behind it. Both stay clear when the frame
// itself is encrypted.
type vp8Descriptor struct {
	start bool // first packet of a frame (S set, partition 0)
	key   bool // start, and the frame is a key frame

	pidAt, tl0At int // offsets of picture id and TL0PICIDX, 0 when absent
	pidLong      bool
	pid          uint16
	tl0          uint8
	layered      bool  // tid and sync are there
	tid          uint8 // temporal layer
	sync         bool  // needs nothing but the lowest temporal layer
	height       int   // of a key frame, in pixels; 0 when not known
}

// parseVP8 reads the descriptor. It is not ok when the payload is too short
// for what it announces.
func parseVP8(b []byte) (d vp8Descriptor, ok bool) {
	if len(b) < 1 {
		return d, false
	}
	d.start = b[0]&0x10 != 0 && b[0]&0x07 == 0
	at := 1
	if b[0]&0x80 != 0 {
		if at, ok = d.parseExtension(b); !ok {
			return d, false
		}
	}
	if at >= len(b) {
		return d, false
	}
	d.key = d.start && b[at]&0x01 == 0
	if d.key {
		d.height = keyHeight(b[at:])
	}
	return d, true
}

func (d *vp8Descriptor) parseExtension(b []byte) (at int, ok bool) {
	if len(b) < 2 {
		return 0, false
	}
	flags := b[1]
	at = 2
	if flags&0x80 != 0 { // I: picture id
		if at >= len(b) {
			return 0, false
		}
		d.pidAt = at
		d.pid = uint16(b[at] & 0x7f)
		if d.pidLong = b[at]&0x80 != 0; d.pidLong {
			if at+1 >= len(b) {
				return 0, false
			}
			d.pid = binary.BigEndian.Uint16(b[at:]) & 0x7fff
			at++
		}
		at++
	}
	if flags&0x40 != 0 { // L: TL0PICIDX
		if at >= len(b) {
			return 0, false
		}
		d.tl0At, d.tl0 = at, b[at]
		at++
	}
	if flags&0x30 != 0 { // T, K: temporal layer, key index
		if at >= len(b) {
			return 0, false
		}
		if flags&0x20 != 0 {
			d.layered, d.tid, d.sync = true, b[at]>>6, b[at]&0x20 != 0
		}
		at++
	}
	return at, true
}

// rewrite puts a picture id and a TL0PICIDX into the payload that d was parsed
// from, in the width that they have there.
func (d *vp8Descriptor) rewrite(b []byte, pid uint16, tl0 uint8) {
	if d.pidAt > 0 {
		if d.pidLong {
			binary.BigEndian.PutUint16(b[d.pidAt:], 0x8000|pid&0x7fff)
		} else {
			b[d.pidAt] = byte(pid & 0x7f)
		}
	}
	if d.tl0At > 0 {
		b[d.tl0At] = tl0
	}
}

// keyHeight reads the height out of the header of a key frame (RFC 6386 §9.1).
func keyHeight(b []byte) int {
	if len(b) < 10 || b[3] != 0x9d || b[4] != 0x01 || b[5] != 0x2a {
		return 0
	}
	return int(binary.LittleEndian.Uint16(b[8:]) & 0x3fff)
}

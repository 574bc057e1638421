//go:build linux

package main

import "encoding/binary"

// Payload types and header extension of the offer.
const (
	opusType = 111
	vp8Type  = 96
	rtxType  = 97
	twccID   = 3
)

const (
	rtpHeader = 12
	twccBlock = 8 // a one-byte extension header (RFC 8285) with a number of two octets
)

// header is what is needed of an RTP header (RFC 3550 §5.1).
type header struct {
	payloadType uint8
	marker      bool
	sequence    uint16
	timestamp   uint32
	ssrc        uint32
	twcc        uint16 // transport-wide number, if counted
	counted     bool
}

// append writes the header.
func (h *header) append(b []byte) []byte {
	first, second := byte(0x80), h.payloadType
	if h.counted {
		first |= 0x10
	}
	if h.marker {
		second |= 0x80
	}
	b = append(b, first, second)
	b = binary.BigEndian.AppendUint16(b, h.sequence)
	b = binary.BigEndian.AppendUint32(b, h.timestamp)
	b = binary.BigEndian.AppendUint32(b, h.ssrc)
	if h.counted {
		b = append(b, 0xbe, 0xde, 0, 1, twccID<<4|1)
		b = binary.BigEndian.AppendUint16(b, h.twcc)
		b = append(b, 0)
	}
	return b
}

// parsePacket reads a decrypted packet: its header and its payload, without
// padding.
func parsePacket(b []byte) (h header, payload []byte, ok bool) {
	if len(b) < rtpHeader || b[0]>>6 != 2 {
		return h, nil, false
	}
	h = header{
		payloadType: b[1] & 0x7f, marker: b[1]&0x80 != 0, sequence: binary.BigEndian.Uint16(b[2:]),
		timestamp: binary.BigEndian.Uint32(b[4:]), ssrc: binary.BigEndian.Uint32(b[8:]),
	}
	at := rtpHeader + 4*int(b[0]&0x0f)
	if b[0]&0x10 != 0 {
		if len(b) < at+4 {
			return h, nil, false
		}
		size := 4 * int(binary.BigEndian.Uint16(b[at+2:]))
		if len(b) < at+4+size {
			return h, nil, false
		}
		if binary.BigEndian.Uint16(b[at:]) == 0xbede {
			h.readExtensions(b[at+4 : at+4+size])
		}
		at += 4 + size
	}
	if at > len(b) {
		return h, nil, false
	}
	payload = b[at:]
	if b[0]&0x20 != 0 && len(payload) > 0 {
		payload = payload[:max(0, len(payload)-int(payload[len(payload)-1]))]
	}
	return h, payload, true
}

func (h *header) readExtensions(b []byte) {
	for len(b) > 0 {
		id, size := b[0]>>4, int(b[0]&0x0f)+1
		if b[0] == 0 {
			b = b[1:]
			continue
		}
		if len(b) < 1+size {
			return
		}
		if id == twccID && size == 2 {
			h.twcc, h.counted = binary.BigEndian.Uint16(b[1:]), true
		}
		b = b[1+size:]
	}
}

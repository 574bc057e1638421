//go:build linux

package main

import (
	"encoding/binary"
	"time"
)

// What a person sends: 50 packets of sound and 115 of picture each second. The
// picture is 1 Mbit/s in frames of VP8's shape, 25 a second, evenly spread as a
// pacer would.
const (
	audioEvery   = 20 * time.Millisecond
	cameraEvery  = time.Second / 115
	packetRate   = 50 + 115 // a second
	audioSize    = 100      // octets of payload
	cameraSize   = 1087     // octets of payload: 115 of them are 1 Mbit
	keyEvery     = 10 * time.Second
	audioTicks   = 960 // of a clock of 48 kHz
	videoTicks   = 90000 / 25
	vp8HeaderLen = 4
)

// framePackets is how many packets each frame has, over and over: 23 in five
// frames, 115 in a second.
const framePackets = "45545"

// stream is one thing a person sends. Owned by the loop.
type stream struct {
	kind      kind
	ssrc      uint32
	sequence  uint16
	timestamp uint32
	frame     int // frames begun
	left      int // packets of this frame still to come
	picture   uint16
	wantKey   bool
	key       bool // this frame is a key frame
	lastKey   time.Duration
	packets   uint32 // sent, for the sender report
	octets    uint32
	payload   []byte
	history   *history // of what may be asked for again; nil on a good line
}

func newStream(k kind, ssrc uint32) *stream {
	s := &stream{kind: k, ssrc: ssrc, wantKey: true}
	if k == camera {
		s.payload = make([]byte, cameraSize)
	} else {
		s.payload = make([]byte, audioSize)
	}
	return s
}

func (s *stream) every() time.Duration {
	if s.kind == camera {
		return cameraEvery
	}
	return audioEvery
}

// next makes the next packet's header and payload; the payload is good until
// the next call.
func (s *stream) next(now time.Duration, sender uint32) (header, []byte) {
	h := header{payloadType: opusType, ssrc: s.ssrc, sequence: s.sequence}
	first := false
	if s.kind == camera {
		h.payloadType = vp8Type
		first = s.nextPicture(now)
		h.marker = s.left == 0
	} else {
		s.timestamp += audioTicks
	}
	h.timestamp = s.timestamp
	s.sequence++
	s.packets++
	s.octets += uint32(len(s.payload))
	stamp{sender: sender, kind: s.kind, key: first && s.key, sent: int64(now)}.put(s.payload)
	return h, s.payload
}

// nextPicture goes to the next packet of the picture and reports whether a frame
// begins with it. Who asks for a key frame gets one with the next packet: what
// is measured is the gateway, not how long an encoder would take.
func (s *stream) nextPicture(now time.Duration) (first bool) {
	if first = s.left == 0 || s.wantKey; first {
		s.key = s.wantKey || now-s.lastKey >= keyEvery
		if s.key {
			s.lastKey, s.wantKey = now, false
		}
		s.left = int(framePackets[s.frame%len(framePackets)] - '0')
		s.frame++
		s.timestamp += videoTicks
		s.picture = (s.picture + 1) & 0x7fff
	}
	s.left--
	s.describe(first)
	return first
}

// describe writes the payload descriptor (RFC 7741 §4.2) and the first octet of
// a frame, which says whether it is a key frame.
func (s *stream) describe(first bool) {
	b := s.payload
	b[0], b[1] = 0x80, 0x80
	if first {
		b[0] |= 0x10
	}
	binary.BigEndian.PutUint16(b[2:], 0x8000|s.picture)
	b[vp8HeaderLen] = 1
	if s.key {
		b[vp8HeaderLen] = 0
	}
}

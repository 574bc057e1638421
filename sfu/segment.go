package sfu

import "time"

// segment is a stretch of an outgoing stream that comes from one layer without
// a break: what has to be added to the numbers of that layer to continue the
// numbers that the receiver has seen.
type segment struct {
	layer    *layer
	epoch    uint32
	firstSrc uint16 // first sequence number, the layer's
	firstOut uint16 // and ours
	tsOff    uint32
	pidOff   uint16
	tl0Off   uint8
	thin     *thinning // when temporal layers are left out, or were
	settled  bool      // its beginning is so long ago that nothing from before it comes any more
}

// settledAfter is that long, in packets: more than are kept for retransmission,
// and far less than half of the sequence numbers, beyond which old and new look
// alike.
const settledAfter = 4096

// holds reports whether a packet of the layer is of this segment, and not from
// before it.
func (s *segment) holds(src uint16) bool {
	since := int16(src - s.firstSrc)
	if since > settledAfter {
		s.settled = true
	}
	return s.settled || since >= 0
}

// sent reports whether an outgoing packet was of this segment.
func (s *segment) sent(out uint16) bool {
	return s.layer != nil && (s.settled || int16(out-s.firstOut) >= 0)
}

// seq is the outgoing number of a packet of the layer.
func (s *segment) seq(src uint16) uint16 {
	out := src - s.firstSrc + s.firstOut
	if s.thin != nil {
		out -= s.thin.seq.before(src)
	}
	return out
}

// src is the layer's number of an outgoing packet. It is not ok when that is
// too long ago to tell.
func (s *segment) src(out uint16) (src uint16, ok bool) {
	src = out - s.firstOut + s.firstSrc
	if s.thin == nil {
		return src, true
	}
	k := &s.thin.seq
	newest := k.highest - s.firstSrc + s.firstOut - k.total
	return k.find(newest, out)
}

// pid is the outgoing picture id of a frame of the layer.
func (s *segment) pid(src uint16) uint16 {
	out := src + s.pidOff
	if s.thin != nil {
		out -= s.thin.pid.before(src)
	}
	return out & 0x7fff
}

// position is where an outgoing stream stands.
type position struct {
	started bool
	sn      uint16
	ts      uint32
	pid     uint16
	tl0     uint8
	at      time.Duration // when the packet with ts went out
}

// begin makes the segment that continues pos with packet p of layer l. former
// is the segment before it, if there is one of the same track: then the clocks
// of the two layers are compared by their sender reports.
func begin(pos *position, former *segment, l *layer, p *packet, d *vp8Descriptor, now time.Duration) segment {
	s := segment{layer: l, epoch: l.epoch, firstSrc: p.seq, firstOut: pos.sn + 1}
	if !pos.started {
		s.tsOff = pos.ts - p.ts
		return s
	}
	ts, ok := aligned(former, l, p.ts)
	if !ok || int32(ts-pos.ts) <= 0 || int32(ts-pos.ts) > 10*int32(l.track.clock()) {
		ts = pos.ts + max(1, ticks(now-pos.at, l.track.clock()))
	}
	s.tsOff = ts - p.ts
	s.pidOff = pos.pid + 1 - d.pid
	s.tl0Off = pos.tl0 + 1 - d.tl0
	return s
}

// aligned maps an RTP time of layer l to the outgoing timeline, by the wall
// clock of the sender that both layers reported.
func aligned(former *segment, l *layer, ts uint32) (uint32, bool) {
	if former == nil || former.layer == nil {
		return 0, false
	}
	a, b := former.layer.report.Load(), l.report.Load()
	if a == nil || b == nil {
		return 0, false
	}
	// In units of 2^-32 s; the difference is small and fits.
	apart := int64(b.ntp-a.ntp) * int64(l.track.clock()) >> 32
	if int64(b.ntp-a.ntp) > 60<<32 || int64(b.ntp-a.ntp) < -60<<32 {
		return 0, false
	}
	return a.rtp + former.tsOff + uint32(apart) + (ts - b.rtp), true
}

func ticks(d, clock time.Duration) uint32 {
	return uint32(int64(d) * int64(clock/1000) / int64(time.Millisecond))
}

// advance notes that a packet went out.
func (pos *position) advance(seq uint16, ts uint32, pid uint16, tl0 uint8, now time.Duration) {
	if !pos.started || int16(seq-pos.sn) > 0 {
		pos.sn = seq
	}
	if !pos.started || int32(ts-pos.ts) > 0 {
		pos.ts, pos.at = ts, now
	}
	if !pos.started || newerPID(pid, pos.pid) {
		pos.pid = pid
	}
	if !pos.started || int8(tl0-pos.tl0) > 0 {
		pos.tl0 = tl0
	}
	pos.started = true
}

// newerPID compares picture ids of 15 bits.
func newerPID(a, b uint16) bool {
	d := (a - b) & 0x7fff
	return d != 0 && d < 0x4000
}

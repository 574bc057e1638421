package sfu

import (
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
)

const (
	resendRate  = 4_000_000 / 8 // octets of retransmissions a second, for one client
	resendBurst = resendRate / 2
	maxNackList = 256 // sequence numbers taken from one packet
)

// sender is the side of a transport that sends media. Guarded by the
// transport's outMu, but for rttNow.
type sender struct {
	t       *transport
	twccSeq uint16
	outs    []*outStream
	resend  bucket
	line    *estimator // nil while the client takes no part

	lossyUntil time.Duration // how long the client counts as one that loses packets
	twice      bool          // sound is sent twice

	rttNow atomic.Int64
}

// note remembers a packet with the newest transport-wide sequence number.
func (s *sender) note(size int, now time.Duration) {
	if s.line == nil {
		s.line = newEstimator()
	}
	s.line.note(s.twccSeq, size, now)
}

// arrivals takes congestion control feedback.
func (t *transport) arrivals(now time.Duration, fb *rtcp.TransportLayerCC) {
	t.outMu.Lock()
	defer t.outMu.Unlock()
	if t.snd.line != nil {
		t.snd.line.feedback(now, fb)
		t.snd.lossy(now, t.snd.line.losses.share)
	}
}

// pad sends what a running probe needs now: packets that were sent already,
// which at least repairs what was lost, or else padding.
func (s *sender) pad(w *worker) {
	if s.line == nil {
		return
	}
	left := s.line.probe.due(w.now)
	for back := uint16(0); left > 0 && back < batchSize; back++ {
		sent := 0
		for _, o := range s.outs {
			if o.video && o.segs[0].layer != nil && sent < left {
				sent += o.retransmit(w, o.pos.sn-back)
			}
		}
		if sent == 0 {
			sent = s.padOnce(w)
		}
		if left -= sent; sent == 0 {
			return
		}
	}
}

func (s *sender) padOnce(w *worker) int {
	for _, o := range s.outs {
		if n := o.pad(w); n > 0 {
			return n
		}
	}
	return 0
}

func (s *sender) init(t *transport) {
	s.t = t
	s.resend = bucket{rate: resendRate, burst: resendBurst, level: resendBurst}
	s.rttNow.Store(int64(100 * time.Millisecond))
}

// rtt is the round trip as far as it is known.
func (t *transport) rtt() time.Duration { return time.Duration(t.snd.rttNow.Load()) }

// find returns the stream with that SSRC, its retransmissions' too. The
// transport's outMu is held.
func (s *sender) find(ssrc uint32) *outStream {
	for _, o := range s.outs {
		if o.ssrc == ssrc || o.rtxSSRC == ssrc && ssrc != 0 {
			return o
		}
	}
	return nil
}

// resendAll answers a NACK.
func (t *transport) resendAll(w *worker, n *rtcp.TransportLayerNack) {
	t.outMu.Lock()
	defer t.outMu.Unlock()
	o := t.snd.find(n.MediaSSRC)
	if o == nil {
		return
	}
	left := maxNackList
	for i := range n.Nacks {
		n.Nacks[i].Range(func(seq uint16) bool {
			left--
			o.retransmit(w, seq)
			return left > 0
		})
		if left <= 0 {
			break
		}
	}
	t.node.count.nacksIn.Add(uint64(maxNackList - left))
}

// keyFrame passes a request for a key frame on to whoever is on the section.
func (t *transport) keyFrame(w *worker, ssrc uint32) {
	t.node.count.plisIn.Add(1)
	t.outMu.Lock()
	var l *layer
	if o := t.snd.find(ssrc); o != nil && o.source != nil {
		if l = o.segs[0].layer; l == nil {
			l = o.source.layers[0]
		}
	}
	t.outMu.Unlock()
	if l != nil && l.track.video() {
		l.askKey(w, keySpacing)
	}
}

// reports appends the sender reports (RFC 3550 §6.4.1) of all streams that
// sent since the last ones, with the wall clock of the original sender, so that
// sound and picture stay in step.
func (s *sender) reports(dst []rtcp.Packet, now time.Duration) []rtcp.Packet {
	for _, o := range s.outs {
		seg := &o.segs[0]
		if seg.layer == nil || o.packets == o.reported {
			continue
		}
		r := seg.layer.report.Load()
		if r == nil {
			continue
		}
		since := now - r.at
		sr := &rtcp.SenderReport{
			SSRC:        o.ssrc,
			NTPTime:     r.ntp + ntpDuration(since),
			RTPTime:     r.rtp + seg.tsOff + ticks(since, seg.layer.track.clock()),
			PacketCount: o.packets,
			OctetCount:  o.octets,
		}
		o.reported, o.lsr, o.lsrAt = o.packets, uint32(sr.NTPTime>>16), now
		dst = append(dst, sr)
	}
	return dst
}

func ntpDuration(d time.Duration) uint64 {
	return uint64(d/time.Second)<<32 | uint64(d%time.Second)<<32/uint64(time.Second)
}

// reported takes what a receiver reports of a stream of ours.
func (t *transport) reported(now time.Duration, b *rtcp.ReceptionReport) {
	t.outMu.Lock()
	defer t.outMu.Unlock()
	o := t.snd.find(b.SSRC)
	if o != nil && !o.video {
		t.snd.lossy(now, float64(b.FractionLost)/256)
	}
	if o == nil || b.LastSenderReport == 0 || b.LastSenderReport != o.lsr {
		return
	}
	rtt := now - o.lsrAt - time.Duration(b.Delay)*time.Second/65536
	if rtt >= 0 && rtt < 5*time.Second {
		old := t.snd.rttNow.Load()
		t.snd.rttNow.Store((old*3 + int64(rtt)) / 4)
	}
}

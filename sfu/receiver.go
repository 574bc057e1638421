package sfu

import (
	"encoding/binary"
	"time"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

const (
	// What one client may send: several times what a camera in three layers, a
	// screen and a microphone need. Beyond it packets are dropped unread.
	ingressRate  = 16_000_000 / 8 // octets a second
	ingressBurst = ingressRate
	rtcpRate     = 300 // RTCP packets a second
	// maxStrangers bounds the SSRCs that are decrypted at all: each one costs
	// state in the SRTP context.
	maxStrangers = 512
)

// receiver is the side of a transport that takes media in. Guarded by the
// transport's inMu.
type receiver struct {
	t       *transport
	exts    extensions
	tracks  map[string]*track // by mid
	sources map[uint32]source // by SSRC; of this transport alone, so nobody can speak for another

	twcc     *twcc.Recorder
	twccNew  int // packets recorded since the last feedback
	feedback time.Duration
	reported time.Duration
	lossUp   float64 // share of packets that did not come, lately

	media, control bucket
	strangers      int                 // packets of SSRCs that were not known
	reporters      map[uint32]struct{} // SSRCs that RTCP came from
}

// source is what an SSRC was found to be.
type source struct {
	l   *layer
	rtx bool
}

func (r *receiver) init(t *transport) {
	r.t = t
	r.tracks = map[string]*track{}
	r.sources = map[uint32]source{}
	r.reporters = map[uint32]struct{}{}
	r.twcc = twcc.NewRecorder(senderSSRC)
	r.media = bucket{rate: ingressRate, burst: ingressBurst, level: ingressBurst}
	r.control = bucket{rate: rtcpRate, burst: rtcpRate, level: rtcpRate}
}

// add makes a track known, with the SSRCs that the offer announced for it.
func (r *receiver) add(tr *track, s *section) {
	r.tracks[tr.mid] = tr
	if s.ssrc != 0 && len(s.rids) == 0 {
		r.bindSSRC(tr.layers[0], s.ssrc, false)
		if s.rtxSSRC != 0 {
			r.bindSSRC(tr.layers[0], s.rtxSSRC, true)
		}
	}
}

// receiveRTP handles an SRTP packet with its headroom to completion.
func (t *transport) receiveRTP(w *worker, b []byte) {
	t.inMu.Lock()
	defer t.inMu.Unlock()
	d, r := b[headroom:], &t.recv
	_, known := r.sources[binary.BigEndian.Uint32(d[8:])]
	if t.in == nil || !r.media.has(w.now, len(d)) || !known && r.strangers == maxStrangers {
		t.node.count.dropped.Add(1)
		return
	}
	plain, err := t.in.DecryptRTP(d, d, &w.in)
	if err != nil {
		t.node.count.dropped.Add(1)
		return
	}
	// Only now is it the client's own: whoever forges its address must not use
	// up its limits.
	r.media.take(w.now, len(d))
	if !known {
		r.strangers++
	}
	t.node.count.packetsIn.Add(1)
	t.node.count.bytesIn.Add(uint64(len(d)))
	r.handle(w, b[:headroom+len(plain)])
}

func (r *receiver) handle(w *worker, b []byte) {
	h := &w.in
	if r.exts.twcc != 0 {
		if e := h.GetExtension(r.exts.twcc); len(e) >= 2 {
			r.twcc.Record(h.SSRC, uint16(e[0])<<8|uint16(e[1]), w.now.Microseconds())
			r.twccNew++
		}
	}
	src, ok := r.sources[h.SSRC]
	if !ok {
		if src, ok = r.bind(h); !ok {
			r.t.node.count.dropped.Add(1)
			return
		}
	}
	p := packet{seq: h.SequenceNumber, marker: h.Marker, ts: h.Timestamp, buf: b, at: headroom + rtpHeaderSize(b[headroom:])}
	if !p.trim(h.Padding) || !p.unwrap(src, h.PayloadType) {
		return
	}
	if src.rtx {
		r.t.node.count.rtxIn.Add(1)
	}
	r.accept(w, src, h, &p)
}

// accept takes a packet of a known layer.
func (r *receiver) accept(w *worker, src source, h *rtp.Header, p *packet) {
	l := src.l
	fresh, gap := l.loss.add(p.seq, w.now)
	if !fresh {
		return
	}
	if !src.rtx {
		l.stats.arrived(w.now, p.ts, l.track.clock())
	}
	l.arrived(w.now, len(p.buf)-headroom)
	if gap && l.track.video() {
		r.nack(w, l)
	}
	if !l.track.video() && r.exts.level != 0 {
		if e := h.GetExtension(r.exts.level); len(e) >= 1 {
			l.track.level.add(e[0] & 0x7f)
		}
	}
	l.track.forward(w, l, p)
}

// trim takes the padding off. It is not ok when there is more of it than
// packet.
func (p *packet) trim(padded bool) bool {
	if !padded {
		return true
	}
	n := len(p.buf)
	pad := int(p.buf[n-1])
	if pad == 0 || p.at+pad > n {
		return false
	}
	p.buf = p.buf[:n-pad]
	return true
}

// unwrap makes the original packet of a retransmission (RFC 4588 §4), and
// refuses payload types that the stream does not have.
func (p *packet) unwrap(src source, pt uint8) bool {
	tr := src.l.track
	if !src.rtx {
		return pt == tr.pt
	}
	b := p.payload()
	if pt != tr.rtxPT || len(b) <= 2 {
		return false // padding, sent to probe the network
	}
	p.seq = uint16(b[0])<<8 | uint16(b[1])
	p.at += 2
	return true
}

// bind finds out what a new SSRC is, by the identifiers in its packets (RFC
// 8843 §9.2, RFC 8852).
func (r *receiver) bind(h *rtp.Header) (source, bool) {
	tr := r.tracks[string(extension(h, r.exts.mid))]
	if tr == nil {
		return source{}, false
	}
	rtx := tr.rtxPT != 0 && h.PayloadType == tr.rtxPT
	l := tr.layers[0]
	if len(tr.rids) > 0 {
		rid := extension(h, r.exts.rid)
		if rtx {
			rid = extension(h, r.exts.rrid)
		}
		if l = tr.byRID(string(rid)); l == nil {
			return source{}, false
		}
	}
	return r.bindSSRC(l, h.SSRC, rtx), true
}

func (tr *track) byRID(rid string) *layer {
	for _, l := range tr.layers {
		if l.rid == rid {
			return l
		}
	}
	return nil
}

// bindSSRC gives a layer its stream; a former one is forgotten.
func (r *receiver) bindSSRC(l *layer, ssrc uint32, rtx bool) source {
	s := source{l: l, rtx: rtx}
	if old, ok := r.sources[ssrc]; ok {
		return old
	}
	if rtx {
		delete(r.sources, l.rtxSSRC)
		l.rtxSSRC = ssrc
	} else {
		delete(r.sources, l.ssrc.Load())
		l.ssrc.Store(ssrc)
		l.epoch++
		l.loss = lossTracker{}
		l.stats = receptionStats{}
		l.report.Store(nil)
	}
	r.sources[ssrc] = s
	return s
}

// nack asks for what is missing of a layer and due. The transport's inMu is
// held.
func (r *receiver) nack(w *worker, l *layer) {
	w.seqs = l.loss.due(w.seqs[:0], w.now, r.t.rtt())
	if len(w.seqs) == 0 {
		return
	}
	r.t.node.count.nacksOut.Add(uint64(len(w.seqs)))
	r.t.sendRTCP(w, &rtcp.TransportLayerNack{
		SenderSSRC: senderSSRC, MediaSSRC: l.ssrc.Load(), Nacks: rtcp.NackPairsFromSequenceNumbers(w.seqs),
	})
}

func extension(h *rtp.Header, id uint8) []byte {
	if id == 0 {
		return nil
	}
	return h.GetExtension(id)
}

// rtpHeaderSize is the size of a header that was parsed without error.
func rtpHeaderSize(b []byte) int {
	n := 12 + 4*int(b[0]&0x0f)
	if b[0]&0x10 != 0 {
		n += 4 + 4*(int(b[n+2])<<8|int(b[n+3]))
	}
	return n
}

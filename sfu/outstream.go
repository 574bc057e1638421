package sfu

import (
	"encoding/binary"
	"sync/atomic"
	"time"
)

const (
	keptSegments = 4
	maxPadding   = 255
	allTemporal  = 3 // the highest temporal layer that VP8 can have
)

// outStream is one receiving section of a client: an RTP stream of ours that
// carries now this, now that track. Static fields are set before it is
// published; the others are guarded by the transport's outMu.
type outStream struct {
	t             *transport
	mid           string
	stream        string // its media stream in the browser
	video         bool
	pt, rtxPT     uint8
	twccID        uint8
	ssrc, rtxSSRC uint32

	source *track
	paused bool                  // there is no room for it on the line
	hidden bool                  // its client does not show it
	most   uint8                 // the temporal layers there is room for
	tid    uint8                 // those that are being sent
	segs   [keptSegments]segment // newest first; layer is nil where there is none
	pos    position
	rtxSeq uint16
	echo   *echo // of sound; nil while it is not sent twice

	packets, octets uint32 // sent, for the sender report
	reported        uint32 // packets at the last report
	lsr             uint32 // of the last report
	lsrAt           time.Duration

	target atomic.Pointer[layer] // the layer to switch to, or nil for any
}

// setSource puts a track onto the section, hidden where nobody sees it, or takes it
// off with nil. It reports whether that changed anything.
func (o *outStream) setSource(tr *track, hidden bool) bool {
	o.t.outMu.Lock()
	defer o.t.outMu.Unlock()
	if o.source == tr {
		return false
	}
	o.source, o.paused, o.hidden, o.most, o.tid = tr, false, hidden, allTemporal, allTemporal
	o.segs = [keptSegments]segment{}
	o.target.Store(nil)
	return true
}

// showing is the layer being forwarded, or nil, and whether that is because
// there is no room for the picture, or nobody who sees it.
func (o *outStream) showing() (*layer, bool) {
	o.t.outMu.Lock()
	defer o.t.outMu.Unlock()
	return o.segs[0].layer, o.paused || o.hidden
}

// forward sends one packet of a layer on, rewritten, if it belongs to what the
// receiver gets.
func (o *outStream) forward(w *worker, l *layer, p *packet, d *vp8Descriptor) {
	o.t.outMu.Lock()
	defer o.t.outMu.Unlock()
	if o.t.out == nil || o.source != l.track || o.paused || o.hidden || !o.follow(w, l, p, d) {
		return
	}
	s := &o.segs[0]
	if !s.holds(p.seq) {
		return // late, from before the stream switched here
	}
	send, empty := o.thin(s, p, d)
	if !send {
		return
	}
	end := len(p.buf)
	if empty {
		end = p.at
	}
	out := header{
		pt: o.pt, ssrc: o.ssrc, marker: p.marker,
		seq: s.seq(p.seq), ts: p.ts + s.tsOff,
	}
	pid, tl0 := s.pid(d.pid), d.tl0+s.tl0Off
	if d.pidAt|d.tl0At != 0 {
		d.rewrite(p.payload(), pid, tl0)
	}
	if o.send(w, &out, p.buf[:end], p.at) {
		o.pos.advance(out.seq, out.ts, pid, tl0, w.now)
		o.packets++
		o.octets += uint32(end - p.at)
	}
}

// thin leaves out the temporal layers that there is no room for. Fewer begin
// with any frame, more only with one that needs none of those left out.
func (o *outStream) thin(s *segment, p *packet, d *vp8Descriptor) (send, empty bool) {
	switch {
	case !d.start:
	case d.key || o.most < o.tid:
		o.tid = o.most
	case d.sync && d.tid > o.tid && d.tid <= o.most:
		o.tid = d.tid
	}
	if s.thin == nil {
		if d.tid <= o.tid {
			return true, false
		}
		s.thin = newThinning(p, d)
	}
	return s.thin.pass(p, d, o.tid)
}

// follow decides whether a packet of l is to be forwarded, and begins a new
// segment where the stream may switch to l: at a key frame.
func (o *outStream) follow(w *worker, l *layer, p *packet, d *vp8Descriptor) bool {
	cur := &o.segs[0]
	if cur.layer == l && cur.epoch == l.epoch {
		return true
	}
	if o.video {
		want := o.target.Load()
		if !d.key || cur.layer != nil && cur.layer != l && want != l {
			return false
		}
	}
	s := begin(&o.pos, cur, l, p, d, w.now)
	copy(o.segs[1:], o.segs[:])
	o.segs[0] = s
	return true
}

// retransmit sends a packet again (RFC 4588), if it is still there, and returns
// how much that was. The transport's outMu is held.
func (o *outStream) retransmit(w *worker, seq uint16) (octets int) {
	if o.rtxPT == 0 || o.t.out == nil {
		return 0
	}
	s := o.segmentOf(seq)
	if s == nil {
		return 0
	}
	const at = headroom + 2 // two octets for the original sequence number
	src, ok := s.src(seq)
	if !ok {
		return 0
	}
	e, n, ok := s.layer.history.get(src, w.buf[at:headroom+maxDatagram])
	if !ok || !o.t.snd.resend.take(w.now, n) {
		return 0
	}
	payload := w.buf[at : at+n]
	d, ok := parseVP8(payload)
	switch {
	case !ok:
	case d.tid > o.tid && s == &o.segs[0]:
		return 0 // it went out empty, if at all
	case d.pidAt|d.tl0At != 0:
		d.rewrite(payload, s.pid(d.pid), d.tl0+s.tl0Off)
	}
	binary.BigEndian.PutUint16(w.buf[headroom:], seq)
	o.rtxSeq++
	out := header{pt: o.rtxPT, ssrc: o.rtxSSRC, marker: e.marker, seq: o.rtxSeq, ts: e.ts + s.tsOff}
	if !o.send(w, &out, w.buf[:at+n], headroom) {
		return 0
	}
	w.node.count.rtxOut.Add(1)
	return n
}

// pad sends a packet of nothing but padding among the retransmissions, and
// returns its size. The transport's outMu is held.
func (o *outStream) pad(w *worker) (octets int) {
	if o.rtxPT == 0 || o.t.out == nil {
		return 0
	}
	payload := w.buf[headroom : headroom+maxPadding]
	clear(payload)
	payload[maxPadding-1] = maxPadding
	o.rtxSeq++
	out := header{pt: o.rtxPT, ssrc: o.rtxSSRC, padded: true, seq: o.rtxSeq, ts: o.pos.ts}
	if !o.send(w, &out, w.buf[:headroom+maxPadding], headroom) {
		return 0
	}
	return maxPadding
}

// segmentOf finds the stretch that an outgoing packet belonged to.
func (o *outStream) segmentOf(seq uint16) *segment {
	for i := range o.segs {
		if s := &o.segs[i]; s.sent(seq) {
			return s
		}
	}
	return nil
}

// header is that of an outgoing RTP packet.
type header struct {
	pt     uint8
	marker bool
	padded bool // the payload ends in padding
	seq    uint16
	ts     uint32
	ssrc   uint32
}

// send writes a header in front of the payload at buf[at:], where there is
// room for it, encrypts and sends. The transport's outMu is held.
func (o *outStream) send(w *worker, h *header, buf []byte, at int) bool {
	t := o.t
	p := t.path.Load()
	if p == nil {
		return false
	}
	size := 12
	if o.twccID != 0 {
		size = 20
	}
	b := buf[at-size:]
	b[0], b[1] = 0x80, h.pt
	if h.marker {
		b[1] |= 0x80
	}
	if h.padded {
		b[0] |= 0x20
	}
	binary.BigEndian.PutUint16(b[2:], h.seq)
	binary.BigEndian.PutUint32(b[4:], h.ts)
	binary.BigEndian.PutUint32(b[8:], h.ssrc)
	if o.twccID != 0 {
		b[0] |= 0x10
		t.snd.twccSeq++
		binary.BigEndian.PutUint32(b[12:], 0xBEDE0001)
		b[16] = o.twccID<<4 | 1
		binary.BigEndian.PutUint16(b[17:], t.snd.twccSeq)
		b[19] = 0
	}
	enc, err := t.out.EncryptRTP(w.out.next()[:0], b, &w.enc)
	if err != nil {
		return false
	}
	if o.twccID != 0 {
		t.snd.note(len(enc), w.now)
	}
	w.node.count.packetsOut.Add(1)
	w.node.count.bytesOut.Add(uint64(len(enc)))
	w.send(p, len(enc))
	if !o.video {
		o.sendTwice(w, p, enc)
	}
	return true
}

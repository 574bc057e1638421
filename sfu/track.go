package sfu

import (
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
)

const (
	// keyInterval is the mean time between two key-frame requests for one layer,
	// however many ask. A few may follow each other sooner, by keySpacing: people
	// come one after the other, and the first frame may reach somebody before the
	// end of the handshake does. Where nothing at all is sent, requests come
	// keyInterval apart, and that doubles, keyDoublings times at most.
	keyInterval  = 300 * time.Millisecond
	keySpacing   = 40 * time.Millisecond
	keyBurst     = 3
	keyDoublings = 4
	// layerSilence after which a simulcast layer counts as not being sent.
	layerSilence = 700 * time.Millisecond
	// layerTrial is how long one that fell silent has to be sent again before
	// it is gone up to: a sender short of power or line drops it again.
	layerTrial = 1500 * time.Millisecond

	senderSSRC = 1 // of RTCP that speaks for no stream of ours
)

// track is one thing that a participant sends: sound, camera or screen.
type track struct {
	owner  *Peer
	kind   Kind
	mid    string
	pt     uint8
	rtxPT  uint8
	rids   []string
	layers []*layer // one, or one for each rid, lowest first; static

	allowed atomic.Bool
	subs    atomic.Pointer[[]*outStream] // the fan-out: immutable, published by the room
	wants   wanting

	level levelMeter // guarded by the owner's inMu
}

// layer is one encoding of a track: all there is of it, or one of its
// simulcast layers. What is not atomic is guarded by the owner's inMu.
type layer struct {
	track *track
	index int
	rid   string

	epoch    uint32 // counts the streams that it was bound to
	rtxSSRC  uint32
	loss     lossTracker
	stats    receptionStats
	measured time.Duration

	history history

	ssrc       atomic.Uint32
	lastPacket atomic.Int64 // time.Duration since the node's start
	returned   atomic.Int64 // when it was last sent again after a silence, or 0
	bytes      atomic.Uint64
	rate       atomic.Int64 // bit/s, measured by the clock
	height     atomic.Int32 // pixels, as the last key frame said; 0 when not known
	resting    atomic.Bool  // its sender was told to leave it out

	tidBytes [allTemporal + 1]uint64       // by temporal layer
	tidRate  [allTemporal + 1]atomic.Int64 // bit/s of all up to it; 0 for what is not used

	report     atomic.Pointer[senderReport]
	askedKey   atomic.Int64 // when a key frame was last asked for
	keysDue    atomic.Int64 // until when requests have been made at their mean interval
	wantKey    atomic.Bool  // asked for too early: ask again
	unanswered atomic.Int32 // requests since the last packet
}

// senderReport is the newest RTCP sender report of a layer: which RTP time
// belongs to which wall clock time of the sender.
type senderReport struct {
	ntp uint64
	rtp uint32
	at  time.Duration // when it came
}

// packet is a received RTP packet, decrypted.
type packet struct {
	seq    uint16
	marker bool
	ts     uint32
	buf    []byte // with headroom
	at     int    // where the payload starts in buf
}

func (p *packet) payload() []byte { return p.buf[p.at:] }

func newTrack(owner *Peer, kind Kind, s *section) *track {
	tr := &track{owner: owner, kind: kind, mid: s.mid, pt: s.pt, rtxPT: s.rtxPT, rids: s.rids}
	n := max(1, len(s.rids))
	for i := range n {
		l := &layer{track: tr, index: i}
		if i < len(s.rids) {
			l.rid = s.rids[i]
		}
		l.askedKey.Store(int64(-keyInterval))
		tr.layers = append(tr.layers, l)
	}
	tr.wants.told = n
	tr.subs.Store(&[]*outStream{})
	return tr
}

func (tr *track) video() bool { return tr.kind != Audio }

func (tr *track) clock() time.Duration {
	if tr.video() {
		return 90000
	}
	return 48000
}

// forward hands a packet to everybody that the track is forwarded to. The
// owner's inMu is held.
func (tr *track) forward(w *worker, l *layer, p *packet) {
	if !tr.allowed.Load() {
		return
	}
	subs := *tr.subs.Load()
	if len(subs) == 0 {
		return
	}
	var d vp8Descriptor
	if tr.video() {
		var ok bool
		if d, ok = parseVP8(p.payload()); !ok {
			d = vp8Descriptor{}
		}
		if d.height != 0 {
			l.height.Store(int32(d.height))
		}
		l.tidBytes[d.tid] += uint64(len(p.buf) - p.at)
		l.history.add(w.now, p.seq, p.ts, p.marker, p.payload())
	}
	for _, o := range subs {
		o.forward(w, l, p, &d)
	}
}

// measure ends an interval of the layer's rate.
func (l *layer) measure(now time.Duration) {
	if dt := now - l.measured; dt > 0 {
		l.rate.Store(int64(l.bytes.Swap(0)) * 8 * int64(time.Second) / int64(dt))
		l.measured = now
		sum := uint64(0)
		for i := range l.tidBytes {
			n := l.tidBytes[i]
			if sum += n; n == 0 {
				l.tidRate[i].Store(0)
			} else {
				l.tidRate[i].Store(int64(sum) * 8 * int64(time.Second) / int64(dt))
			}
			l.tidBytes[i] = 0
		}
	}
}

// live reports whether the layer is being sent.
func (l *layer) live(now time.Duration) bool {
	at := l.lastPacket.Load()
	return at != 0 && now-time.Duration(at) < layerSilence
}

// arrived notes that a packet came.
func (l *layer) arrived(now time.Duration, octets int) {
	last := time.Duration(l.lastPacket.Swap(int64(now)))
	if last != 0 && now-last >= layerSilence {
		back := now
		if l.resting.Swap(false) {
			back = 0
		}
		l.returned.Store(int64(back))
	}
	l.bytes.Add(uint64(octets))
	if l.unanswered.Load() != 0 {
		l.unanswered.Store(0)
	}
}

// trusted reports whether the layer can be gone up to.
func (l *layer) trusted(now time.Duration) bool {
	at := l.returned.Load()
	return l.live(now) && (at == 0 || now-time.Duration(at) >= layerTrial)
}

// best is the highest live layer up to index most, or else the lowest live
// one, or nil.
func (tr *track) best(now time.Duration, most int) (b *layer) {
	for _, l := range tr.layers {
		if l.live(now) && (b == nil || l.index <= most) {
			b = l
		}
	}
	return b
}

// askKey asks the sender for a key frame, or remembers to when it was asked
// just now. spacing is the least time since then: keySpacing for somebody who is
// new to the picture or says that it is broken, keyInterval to ask again.
func (l *layer) askKey(w *worker, spacing time.Duration) {
	ssrc := l.ssrc.Load()
	if ssrc == 0 {
		return // it will start with one
	}
	last, due := l.askedKey.Load(), time.Duration(l.keysDue.Load())
	wait := spacing
	if n := l.unanswered.Load(); n > 0 {
		wait = keyInterval << min(n, keyDoublings)
	}
	early := w.now-time.Duration(last) < wait || due-w.now > (keyBurst-1)*keyInterval
	if early || !l.askedKey.CompareAndSwap(last, int64(w.now)) {
		if spacing == keySpacing {
			l.wantKey.Store(true)
		}
		return
	}
	l.wantKey.Store(false)
	l.keysDue.Store(int64(max(due, w.now) + keyInterval))
	l.unanswered.Add(1)
	w.node.count.plisOut.Add(1)
	if t := l.track.owner.link.Load(); t != nil {
		t.sendRTCP(w, &rtcp.PictureLossIndication{SenderSSRC: senderSSRC, MediaSSRC: ssrc})
	}
}

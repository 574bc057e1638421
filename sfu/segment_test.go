package sfu

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/pion/srtp/v3"
)

// fixture is an outgoing stream whose packets are seen before they are
// encrypted.
type fixture struct {
	t  *testing.T
	w  *worker
	o  *outStream
	tr *track
}

func newFixture(t *testing.T, layers int) *fixture {
	t.Helper()
	n, p := offered(t)
	link := p.link.Load()
	out, err := srtp.CreateContext(make([]byte, 32), make([]byte, 12), srtp.ProtectionProfileAeadAes256Gcm)
	must(t, err)
	link.out = out
	link.path.Store(&path{addr: n.addr})
	s := &section{mid: "x", video: true, pt: 96, rtxPT: 97}
	s.rids = []string{"q", "h", "f"}[:layers]
	f := &fixture{t: t, w: newWorker(n, n.udp[0].conn), o: p.video[0], tr: newTrack(p, Camera, s)}
	f.o.setSource(f.tr, false)
	return f
}

// send forwards one packet and returns what went out, if anything did.
func (f *fixture) send(l *layer, seq uint16, ts uint32, key bool, pid uint16, tl0 uint8) (h header, d vp8Descriptor, ok bool) {
	payload := testVP8(key, pid, tl0, "text")
	buf := append(make([]byte, headroom), payload...)
	p := packet{seq: seq, ts: ts, buf: buf, at: headroom}
	desc, _ := parseVP8(p.payload())
	l.history.add(0, seq, ts, false, p.payload())
	before := f.o.packets
	f.o.forward(f.w, l, &p, &desc)
	if f.o.packets == before {
		return h, d, false
	}
	b := buf[headroom-12:]
	h = header{seq: binary.BigEndian.Uint16(b[2:]), ts: binary.BigEndian.Uint32(b[4:])}
	d, _ = parseVP8(p.payload())
	f.w.out.n = 0
	return h, d, true
}

// TestLongStream: sequence numbers come round without a packet being lost.
func TestLongStream(t *testing.T) {
	f := newFixture(t, 0)
	l := f.tr.layers[0]
	last, _, ok := f.send(l, 40000, 0, true, 0, 0)
	if !ok {
		t.Fatal("the first packet is not forwarded")
	}
	for i := 1; i < 100_000; i++ {
		h, _, ok := f.send(l, uint16(40000+i), uint32(i), false, uint16(i), 0)
		if !ok || h.seq != last.seq+1 {
			t.Fatalf("packet %d: forwarded %v, %d after %d", i, ok, h.seq, last.seq)
		}
		if i%1000 == 0 && f.o.segmentOf(h.seq-100) == nil {
			t.Fatalf("packet %d could not be sent again", i)
		}
		last = h
	}
}

// TestSwitchAtKeyFrames: a receiver gets another layer only from a key frame
// on, and cannot tell from the numbers that it did.
func TestSwitchAtKeyFrames(t *testing.T) {
	f := newFixture(t, 2)
	q, h := f.tr.layers[0], f.tr.layers[1]
	if _, _, ok := f.send(q, 9, 900, false, 9, 9); ok {
		t.Error("begins without a key frame")
	}
	f.w.now = time.Second
	first, fd, ok := f.send(q, 10, 1000, true, 10, 10)
	if !ok {
		t.Fatal("a key frame is not forwarded")
	}
	if _, _, ok := f.send(h, 500, 77000, true, 300, 200); ok {
		t.Error("switches to a layer that is not wanted")
	}
	f.o.target.Store(h)
	if _, _, ok := f.send(h, 501, 80000, false, 301, 201); ok {
		t.Error("switches without a key frame")
	}
	f.w.now += 40 * time.Millisecond
	second, sd, ok := f.send(h, 502, 83000, true, 302, 202)
	if !ok || second.seq != first.seq+1 || sd.pid != fd.pid+1 || sd.tl0 != fd.tl0+1 {
		t.Errorf("after %+v %+v: %+v %+v", first, fd, second, sd)
	}
	if d := second.ts - first.ts; d != 3600 {
		t.Errorf("40 ms are %d ticks", d)
	}
	if _, _, ok := f.send(q, 11, 4000, true, 11, 11); ok {
		t.Error("goes back to the layer it left")
	}
	if _, _, ok := f.send(h, 498, 76000, false, 299, 199); ok {
		t.Error("forwards what is from before the switch")
	}
	third, td, ok := f.send(h, 503, 86000, false, 303, 203)
	if !ok || third.seq != second.seq+1 || third.ts != second.ts+3000 || td.pid != sd.pid+1 {
		t.Errorf("after %+v: %+v", second, third)
	}
	s := f.o.segmentOf(first.seq)
	if s == nil || s.layer != q {
		t.Fatal("what was sent before the switch could not be sent again")
	}
	if src, ok := s.src(first.seq); !ok || src != 10 {
		t.Errorf("%d would be sent again", src)
	}
}

// TestSwitchKeepsTheClock: with sender reports, the time of the picture goes on
// exactly across a switch.
func TestSwitchKeepsTheClock(t *testing.T) {
	f := newFixture(t, 2)
	q, h := f.tr.layers[0], f.tr.layers[1]
	// At 100 s of the sender's clock q shows 50000, and half a second later h
	// shows 7000000.
	q.report.Store(&senderReport{ntp: 100 << 32, rtp: 50000})
	h.report.Store(&senderReport{ntp: 100<<32 | 1<<31, rtp: 7_000_000})
	first, _, _ := f.send(q, 1, 50000, true, 1, 1)
	f.o.target.Store(h)
	f.w.now += 700 * time.Millisecond // it came late; what counts is when it was shot
	second, _, ok := f.send(h, 1, 7_000_000+9000, true, 1, 1)
	if d := second.ts - first.ts; !ok || d != 45000+9000 {
		t.Errorf("0.6 s are %d ticks", d)
	}
}

// TestNewSource: another person on the section continues the numbers too.
func TestNewSource(t *testing.T) {
	f := newFixture(t, 0)
	first, _, _ := f.send(f.tr.layers[0], 1, 1000, true, 1, 1)
	other := newTrack(f.tr.owner, Camera, &section{mid: "y", video: true, pt: 96})
	f.o.setSource(other, false)
	if _, _, ok := f.send(f.tr.layers[0], 2, 4000, false, 2, 2); ok {
		t.Error("the former person is still forwarded")
	}
	f.w.now += time.Second
	second, _, ok := f.send(other.layers[0], 700, 5, true, 9, 9)
	if !ok || second.seq != first.seq+1 || second.ts-first.ts != 90000 {
		t.Errorf("after %+v: %+v", first, second)
	}
}

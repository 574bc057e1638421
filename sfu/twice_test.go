package sfu

import (
	"bytes"
	"testing"
	"time"

	"github.com/pion/rtcp"
)

// sendSound forwards a packet of sound and returns the datagrams that went out.
func (f *fixture) sendSound(o *outStream, seq uint16) (sent [][]byte) {
	buf := append(make([]byte, headroom), "a sound"...)
	o.forward(f.w, o.source.layers[0], &packet{seq: seq, ts: uint32(seq) * 960, buf: buf, at: headroom}, &vp8Descriptor{})
	for i := range f.w.out.n {
		sent = append(sent, bytes.Clone(f.w.out.bufs[i][:f.w.out.sizes[i]]))
	}
	f.w.out.n = 0
	return sent
}

// relayed is a way to a client that takes datagrams over at once.
type relayed struct{ got [][]byte }

func (r *relayed) write(d []byte) { r.got = append(r.got, bytes.Clone(d)) }

// TestSoundTwiceByRelay: there, too, it is the packet before.
func TestSoundTwiceByRelay(t *testing.T) {
	f := newFixture(t, 0)
	link, way := f.tr.owner.link.Load(), &relayed{}
	link.path.Store(&path{via: way})
	o := &outStream{t: link, pt: 111, ssrc: 77}
	o.setSource(newTrack(f.tr.owner, Audio, &section{mid: "y", pt: 111}), false)
	link.snd.twice = true
	for seq := range uint16(4) {
		f.sendSound(o, seq)
	}
	if len(way.got) != 7 {
		t.Fatalf("%d datagrams", len(way.got))
	}
	for i := 2; i < 7; i += 2 {
		if before := way.got[max(0, i-3)]; !bytes.Equal(way.got[i], before) || i > 2 && bytes.Equal(way.got[i], way.got[i-2]) {
			t.Errorf("datagram %d is not the packet before", i)
		}
	}
}

// TestSoundTwice: whoever loses packets gets each packet of sound a second time,
// one packet later and as it was, for as long as there is room for it.
func TestSoundTwice(t *testing.T) {
	f := newFixture(t, 0)
	link := f.tr.owner.link.Load()
	o := &outStream{t: link, pt: 111, ssrc: 77}
	link.snd.outs = append(link.snd.outs, o)
	o.setSource(newTrack(f.tr.owner, Audio, &section{mid: "y", pt: 111}), false)
	seq := uint16(0)
	expect := func(what string, n int) (last [][]byte) {
		t.Helper()
		for range 3 {
			seq++
			if last = f.sendSound(o, seq); len(last) != n {
				t.Fatalf("%s: %d datagrams for a packet", what, len(last))
			}
		}
		return last
	}
	const now, sound = time.Minute, 30_000
	report := func(share uint8) {
		link.reported(now, &rtcp.ReceptionReport{SSRC: o.ssrc, FractionLost: share})
	}
	report(4) // 1.6 %
	if link.decideTwice(now, sound) != 1 {
		t.Error("twice on a good line")
	}
	expect("a good line", 1)
	report(6)
	if link.decideTwice(now, sound) != 2 {
		t.Error("once on a lossy line")
	}
	f.sendSound(o, seq+1)
	seq++
	before := expect("a lossy line", 2)
	after := expect("a lossy line", 2)
	seq++
	next := f.sendSound(o, seq)
	if !bytes.Equal(next[1], after[0]) || bytes.Equal(after[0], before[0]) {
		t.Error("what is sent again is not the packet before, as it was")
	}
	link.snd.line = newEstimator()
	link.snd.line.rate = 2*sound + roomForTwice - 1
	if link.decideTwice(now, sound) != 1 {
		t.Error("twice on a line that is full")
	}
	expect("a full line", 1)
	link.snd.line.rate++
	link.decideTwice(now, sound)
	seq++
	if n := len(f.sendSound(o, seq)); n != 1 {
		t.Errorf("%d datagrams: an old packet came again", n)
	}
	expect("room again", 2)
	if link.decideTwice(now+lossyFor, sound) != 1 {
		t.Error("twice for ever")
	}
	expect("no losses any more", 1)
}

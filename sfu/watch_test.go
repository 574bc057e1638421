package sfu

import (
	"testing"
	"time"
)

// watching is a sender of three layers, and one who watches.
func watching(t *testing.T) (a, b *testPeer) {
	t.Helper()
	r := newTestNode(t).Room("r")
	a = join(t, r, "a", "in", peerOptions{sections: 1, rids: []string{"q", "h", "f"}})
	b = join(t, r, "b", "in", peerOptions{sections: 1, receive: true})
	eventually(t, "the best layer", func() bool { return b.hearsLayer("a", Camera, "f") > 30 })
	return a, b
}

func (p *testPeer) watch(height int) { p.peer.Watch([]Shown{{"a", Camera, height}}) }

// TestWatchedHeight: nobody gets a larger layer than is shown, or a picture that
// nobody sees; the sound goes on; and what is seen again comes at once, as one
// stream.
func TestWatchedHeight(t *testing.T) {
	_, b := watching(t)
	for _, c := range []struct {
		height int
		rid    string
	}{{180, "q"}, {400, "h"}, {1080, "f"}, {90, "q"}} {
		b.watch(c.height)
		eventually(t, "layer "+c.rid, func() bool {
			b.forget()
			eventually(t, "some pictures", func() bool { return b.hears("a", Camera) > 10 })
			return b.hearsLayer("a", Camera, c.rid) == b.hears("a", Camera)
		})
	}
	b.checkContinuity(t, b.slotOf("a", Camera))
	b.watch(0)
	eventually(t, "sound without a picture", func() bool {
		b.forget()
		eventually(t, "sound", func() bool { return b.hears("a", Audio) > 30 })
		return b.hears("a", Camera) == 0
	})
	b.forget()
	began := time.Now()
	b.watch(720)
	eventually(t, "the picture again", func() bool { return b.hears("a", Camera) > 0 })
	t.Logf("the picture was back after %v", time.Since(began))
	b.peer.Watch(nil)
	eventually(t, "the best layer, of whom nothing is said", func() bool { return b.hearsLayer("a", Camera, "f") > 30 })
}

// TestUnseenFromTheBeginning: of a picture that a client said it does not show, no
// packet is sent even in the moment in which it comes to have a place there.
func TestUnseenFromTheBeginning(t *testing.T) {
	r := newTestNode(t).Room("r")
	join(t, r, "a", "in", peerOptions{sections: 1})
	b := openPeer(t, r, "b", peerOptions{sections: 1, receive: true})
	b.watch(0)
	b.negotiate()
	b.peer.Join("in")
	placed := 0
	for _, o := range b.peer.video {
		o.t.outMu.Lock()
		if o.source != nil {
			placed++
			if !o.hidden {
				t.Error("a picture that nobody sees is sent at first")
			}
		}
		o.t.outMu.Unlock()
	}
	if placed != 1 {
		t.Errorf("%d pictures have a place", placed)
	}
}

// TestLayersThatNobodyWatches: their sender is told, after a while; and at once
// when somebody watches again.
func TestLayersThatNobodyWatches(t *testing.T) {
	a, b := watching(t)
	told := func(want string) {
		t.Helper()
		eventually(t, "told "+want, func() (is bool) { a.with(func() { is = a.layers == want }); return is })
	}
	b.watch(180)
	told("1 1") // nobody is shown a screen that there is not
	b.watch(0)
	told("0 1")
	a.with(func() { a.mute[0], a.mute[1], a.mute[2] = true, true, true })
	eventually(t, "it is silent", func() bool { return a.peer.tracks[1].best(a.peer.room.node.now(), 2) == nil })
	b.forget()
	b.watch(720)
	told("3 1")
	a.with(func() { clear(a.mute) })
	eventually(t, "the best layer", func() bool { return b.hearsLayer("a", Camera, "f") > 10 })
}

// TestLayersOfWhatIsStopped: a picture that is not forwarded is not sent for long,
// and comes back when it may.
func TestLayersOfWhatIsStopped(t *testing.T) {
	a, b := watching(t)
	layers := func(want string) func() bool {
		return func() (is bool) { a.with(func() { is = a.layers == want }); return is }
	}
	a.peer.Allow(true, false, true)
	eventually(t, "told to send none", layers("0 1"))
	a.peer.Allow(true, true, true)
	eventually(t, "told to send all", layers("3 1"))
	b.forget()
	eventually(t, "the best layer", func() bool { return b.hearsLayer("a", Camera, "f") > 10 })
}

func TestWanting(t *testing.T) {
	n := wanting{told: 3}
	second := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	for i, c := range []struct {
		at    float64
		count int
		tell  bool
		told  int
	}{
		{1, 3, false, 3}, {2, 1, false, 3}, {3, 2, false, 3}, {4, 0, false, 3},
		{5, 0, true, 2}, // the most that was wanted in these three seconds
		{6, 0, false, 2}, {8, 2, false, 2}, {9, 0, false, 2}, {11, 0, false, 2}, {12, 0, true, 0},
		{12.1, 1, true, 1}, {12.2, 3, true, 3}, {12.3, 3, false, 3},
	} {
		n.now = c.count
		if tell := n.settle(second(c.at)); tell != c.tell || n.told != c.told {
			t.Errorf("step %d: tell %v, %d layers", i, tell, n.told)
		}
	}
}

func TestLayerForHeight(t *testing.T) {
	tr := newTrack(&Peer{}, Camera, &section{rids: []string{"q", "h", "f"}})
	want := func(heights map[int]int) {
		t.Helper()
		for height, layer := range heights {
			if got := tr.layerFor(height); got != layer {
				t.Errorf("%d pixels: layer %d, not %d", height, got, layer)
			}
		}
	}
	want(map[int]int{1: 0, 180: 0, 225: 0, 226: 1, 450: 1, 451: 2, 2000: 2})
	tr.layers[1].height.Store(240)
	want(map[int]int{120: 0, 150: 0, 151: 1, 300: 1, 301: 2})
}

func TestKeyFrameSaysItsHeight(t *testing.T) {
	frame := []byte{0x10, 0x50, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x42, 1, 2, 3}
	if d, ok := parseVP8(frame); !ok || !d.key || d.height != 720 {
		t.Errorf("%v, %+v", ok, d)
	}
	for cut := range len(frame) - 3 {
		if d, _ := parseVP8(frame[:cut]); d.height != 0 {
			t.Errorf("a height out of %d octets", cut)
		}
	}
}

// TestKeyFramesSoonAfterOneAnother: a few may be asked for one after the other,
// as when people come together or a first frame came too early; but not more
// than a few, and not by the clock.
func TestKeyFramesSoonAfterOneAnother(t *testing.T) {
	f := newFixture(t, 0)
	l := f.tr.layers[0]
	l.ssrc.Store(7)
	asked := func(ms int, spacing time.Duration) bool {
		f.w.now = time.Minute + time.Duration(ms)*time.Millisecond
		before := f.w.node.count.plisOut.Load()
		l.askKey(f.w, spacing)
		l.arrived(f.w.now, 100) // the sender goes on sending
		return f.w.node.count.plisOut.Load() > before
	}
	for _, c := range []struct {
		ms      int
		spacing time.Duration
		want    bool
	}{
		{0, keySpacing, true}, {10, keySpacing, false}, {50, keySpacing, true}, {100, keyInterval, false},
		{110, keySpacing, true}, {160, keySpacing, false}, {250, keySpacing, false}, {420, keyInterval, true}, {470, keySpacing, false},
	} {
		if got := asked(c.ms, c.spacing); got != c.want {
			t.Errorf("after %d ms, spacing %v: asked %v", c.ms, c.spacing, got)
		}
	}
}

func TestSteady(t *testing.T) {
	s := steady{told: Good, next: Good}
	for i, c := range []struct {
		at   time.Duration
		is   Line
		want Line
	}{
		{0, Reduced, Good}, {1, Good, Good}, {2, Reduced, Good}, {3, Reduced, Good}, {4, Reduced, Reduced},
		{5, SoundOnly, Reduced}, {7, SoundOnly, SoundOnly}, {8, Good, SoundOnly}, {12, Good, SoundOnly}, {13, Good, Good},
	} {
		if s.set(c.is, c.at*time.Second); s.told != c.want {
			t.Errorf("step %d: %s", i, s.told)
		}
	}
}

// TestLossUp: a line is weak while much of what is sent over it is lost, and not
// for as long as its owner then sends nothing at all.
func TestLossUp(t *testing.T) {
	var r receiver
	note := func(seconds int, expected, missed float64) float64 {
		for range seconds {
			r.noteLoss(expected, missed)
		}
		return r.lossUp
	}
	if got := note(10, 200, 40); got < lossyUp {
		t.Errorf("%.2f, where a fifth is lost", got)
	}
	if got := note(10, 0, 0); got > fineUp {
		t.Errorf("%.2f, where nothing is sent any more", got)
	}
	if got := note(10, 3, 1); got > lossyUp {
		t.Errorf("%.2f, where one packet a second is lost", got)
	}
}

func TestJudge(t *testing.T) {
	layers := []step{{0, 0}, {0, allTemporal}, {1, allTemporal}, {2, allTemporal}}
	at := func(level, most int) *demand { return &demand{steps: layers, level: level, most: most} }
	for name, c := range map[string]struct {
		all  []*demand
		want Line
	}{
		"nothing to show":      {nil, Good},
		"not sent":             {[]*demand{{level: paused}}, Good},
		"all":                  {[]*demand{at(3, 3)}, Good},
		"one layer less":       {[]*demand{at(2, 3)}, Good},
		"small, as it is seen": {[]*demand{at(1, 1)}, Good},
		"two layers less":      {[]*demand{at(1, 3)}, Reduced},
		"fewer frames":         {[]*demand{at(0, 1)}, Reduced},
		"one picture missing":  {[]*demand{at(1, 1), at(paused, 1)}, Reduced},
		"no picture":           {[]*demand{at(paused, 3), at(paused, 1)}, SoundOnly},
	} {
		if got := judge(c.all); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

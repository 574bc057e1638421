package sfu

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
)

func TestGoodLineIsLeftAlone(t *testing.T) {
	e, s := newEstimator(), newSimLine(10_000_000)
	s.run(e, 60*time.Second, 2_000_000, func() {
		if e.rate < 2_000_000 {
			t.Fatalf("%.0f at %v on a line of 10 Mbit/s", e.rate, s.now)
		}
	})
	if s.lost > 0 {
		t.Errorf("%d packets lost", s.lost)
	}
}

func TestNarrowLineIsFoundOut(t *testing.T) {
	e, s := newEstimator(), newSimLine(600_000)
	s.run(e, 3*time.Second, 2_000_000, nil)
	if e.rate > 700_000 {
		t.Errorf("%.0f after 3 s on a line of 0.6 Mbit/s", e.rate)
	}
	s.lost = 0
	var sum, n float64
	s.run(e, 60*time.Second, 2_000_000, func() { sum += e.rate; n++ })
	if mean := sum / n; mean < 350_000 || mean > 640_000 {
		t.Errorf("%.0f on average on a line of 0.6 Mbit/s", mean)
	}
	if sent := 60 * 600_000 / 8 / 1100; s.lost > sent/50 {
		t.Errorf("%d of some %d packets lost", s.lost, sent)
	}
}

func TestLineThatGetsNarrow(t *testing.T) {
	e, s := newEstimator(), newSimLine(8_000_000)
	s.run(e, 10*time.Second, 2_000_000, nil)
	s.rate = 400_000
	s.run(e, 4*time.Second, 2_000_000, nil)
	if e.rate > 480_000 {
		t.Errorf("%.0f 4 s after the line fell to 0.4 Mbit/s", e.rate)
	}
}

// TestRandomLoss: a little loss that has nothing to do with the rate does not
// take the picture away.
func TestRandomLoss(t *testing.T) {
	e, s := newEstimator(), newSimLine(8_000_000)
	s.random = 0.03
	s.run(e, 60*time.Second, 2_000_000, nil)
	if e.rate < 1_500_000 {
		t.Errorf("%.0f on a line of 8 Mbit/s that loses 3 %%", e.rate)
	}
}

// TestHiccups: a client that is busy with something else now and then keeps its
// picture.
func TestHiccups(t *testing.T) {
	for _, hiccup := range []time.Duration{50 * time.Millisecond, 150 * time.Millisecond, 400 * time.Millisecond} {
		for _, desired := range []float64{300_000, 2_000_000} {
			e, s := newEstimator(), newSimLine(8_000_000)
			s.hiccup = hiccup
			s.run(e, 60*time.Second, desired, func() {
				if e.rate < 0.8*desired {
					t.Fatalf("%.0f of %.0f at %v with hiccups of %v on a line of 8 Mbit/s", e.rate, desired, s.now, hiccup)
				}
			})
		}
	}
}

// TestLongerWay: when packets take another way, on which each of them is longer
// under way, whoever has a good line keeps what there is to see.
func TestLongerWay(t *testing.T) {
	for _, longer := range []time.Duration{30 * time.Millisecond, 80 * time.Millisecond, 150 * time.Millisecond, 300 * time.Millisecond} {
		for _, desired := range []float64{300_000, 2_000_000} {
			e, s := newEstimator(), newSimLine(8_000_000)
			s.run(e, 20*time.Second, desired, nil)
			s.way += longer
			s.run(e, 20*time.Second, desired, func() {
				if e.rate < desired {
					t.Fatalf("%.0f of %.0f at %v, %v longer", e.rate, desired, s.now, longer)
				}
			})
		}
	}
}

// TestLongerWayAfterJitter: also when the delay went up and down before.
func TestLongerWayAfterJitter(t *testing.T) {
	for seed := range uint64(20) {
		e, s := newEstimator(), newSimLine(8_000_000)
		s.rng, s.jitter = rand.New(rand.NewPCG(seed, 3)), 30*time.Millisecond
		s.run(e, 20*time.Second, 1_200_000, nil)
		s.way, s.jitter = s.way+150*time.Millisecond, 10*time.Millisecond
		s.run(e, 10*time.Second, 1_200_000, func() {
			if e.rate < 1_200_000 {
				t.Fatalf("%.0f at %v in run %d", e.rate, s.now, seed)
			}
		})
	}
}

// TestLongerAndNarrow: another way that is narrow as well is found out, whether
// it is from the beginning or a moment later.
func TestLongerAndNarrow(t *testing.T) {
	for _, rate := range []float64{300_000, 800_000, 1_500_000} {
		for _, later := range []time.Duration{0, 60 * time.Millisecond, 200 * time.Millisecond, time.Second} {
			e, s := newEstimator(), newSimLine(8_000_000)
			s.run(e, 20*time.Second, 2_000_000, nil)
			s.way += 150 * time.Millisecond
			s.run(e, later, 2_000_000, nil)
			s.rate = rate
			s.run(e, 4*time.Second, 2_000_000, nil)
			if e.rate > 1.2*rate {
				t.Errorf("%.0f 4 s after the line fell to %.0f, %v after its way became longer", e.rate, rate, later)
			}
		}
	}
}

// TestOveruseEndsWithTheClock: what was seen before a client's clock jumped says
// nothing of afterwards.
func TestOveruseEndsWithTheClock(t *testing.T) {
	line := newTrend()
	sent, came := time.Second, time.Second
	for range 60 {
		sent, came = sent+20*time.Millisecond, came+40*time.Millisecond
		line.add(sent, came)
	}
	if !line.overuse {
		t.Fatal("a delay that grows is not seen")
	}
	for range 2 {
		sent, came = sent+20*time.Millisecond, came+10*time.Second
		line.add(sent, came)
	}
	if line.overuse || line.state != trendNormal {
		t.Error("the line is still full")
	}
}

// FuzzFeedback: a client may tell anything of arrivals.
func FuzzFeedback(f *testing.F) {
	r := twcc.NewRecorder(1)
	for i := range uint16(100) {
		if i%7 != 0 {
			r.Record(1, i, int64(i)*5000)
		}
	}
	for _, p := range r.BuildFeedbackPacket() {
		raw, _ := p.Marshal()
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var fb rtcp.TransportLayerCC
		if fb.Unmarshal(raw) != nil {
			return
		}
		e := newEstimator()
		for i := range uint16(500) {
			e.note(i, 1200, time.Duration(i)*5*time.Millisecond)
		}
		for i := range 5 {
			e.feedback(time.Duration(3+i)*time.Second, &fb)
		}
		if !(e.rate >= leastRate && e.rate <= mostRate) {
			t.Fatalf("rate %f", e.rate)
		}
	})
}

package sfu

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// seeded is the line with chances of its own.
func (s *simLine) seeded(seed uint64) *simLine {
	s.rng = rand.New(rand.NewPCG(seed, 3))
	return s
}

func quantile[T ~int64 | ~float64](all []T, q float64) T {
	slices.Sort(all)
	return all[int(q*float64(len(all)-1))]
}

// TestFirstSecondOnANarrowLine: whoever comes in over a bad line is not drowned.
func TestFirstSecondOnANarrowLine(t *testing.T) {
	for _, rate := range []float64{150_000, 300_000, 600_000} {
		for _, way := range []time.Duration{20 * time.Millisecond, 150 * time.Millisecond} {
			e, s := newEstimator(), newSimLine(rate)
			s.way = way
			s.run(e, 1500*time.Millisecond, 1_200_000, nil)
			if e.rate > 1.1*rate {
				t.Errorf("%.0f after 1.5 s on a line of %.0f, %v long", e.rate, rate, way)
			}
		}
	}
}

// TestNarrowLineStaysEmpty: a line that takes less than there is to see is made
// use of, and its queue is left alone: sound waits in the same one.
func TestNarrowLineStaysEmpty(t *testing.T) {
	for _, rate := range []float64{300_000, 600_000, 1_000_000} {
		for _, jitter := range []time.Duration{2 * time.Millisecond, 30 * time.Millisecond} {
			for _, layers := range [][]float64{nil, {150_000, 500_000, 1_400_000}} {
				t.Run(fmt.Sprint(rate, jitter, len(layers)), func(t *testing.T) { narrow(t, rate, jitter, layers) })
			}
		}
	}
}

func narrow(t *testing.T, rate float64, jitter time.Duration, layers []float64) {
	var waits []time.Duration
	var sum float64
	sent, lost := 0, 0
	for seed := range uint64(5) {
		e, s := newEstimator(), newSimLine(rate).seeded(seed)
		s.jitter, s.layers = jitter, layers
		s.run(e, 10*time.Second, 1_500_000, nil)
		before := s.seq
		s.lost = 0
		s.run(e, 60*time.Second, 1_500_000, func() { waits, sum = append(waits, s.waits()), sum+e.rate })
		sent, lost = sent+int(s.seq-before), lost+s.lost
	}
	mean, p50, p95, p99 := sum/float64(len(waits))/rate, quantile(waits, 0.5), quantile(waits, 0.95), quantile(waits, 0.99)
	t.Logf("estimate %.2f of the line, %d of %d lost, queue p50 %v p95 %v p99 %v", mean, lost, sent, p50, p95, p99)
	if mean < 0.8 || layers == nil && mean > 1.05 {
		t.Errorf("the estimate is %.2f of the line", mean)
	}
	if lost > sent/500 {
		t.Errorf("%d of %d packets lost", lost, sent)
	}
	if p50 > 60*time.Millisecond || p95 > 200*time.Millisecond {
		t.Errorf("packets wait for %v, one in 20 for %v", p50, p95)
	}
}

// TestBetterLineIsFoundOut: a picture is soon back when a bad line is a good one
// again, over short ways and long ones.
func TestBetterLineIsFoundOut(t *testing.T) {
	for _, from := range []float64{150_000, 300_000, 800_000} {
		for _, way := range []time.Duration{20 * time.Millisecond, 150 * time.Millisecond} {
			for _, layers := range [][]float64{nil, {150_000, 500_000, 1_100_000}} {
				t.Run(fmt.Sprint(from, way, len(layers)), func(t *testing.T) { better(t, from, way, layers) })
			}
		}
	}
}

func better(t *testing.T, from float64, way time.Duration, layers []float64) {
	const enough = 1_200_000
	var all []time.Duration
	for seed := range uint64(20) {
		e, s := newEstimator(), newSimLine(from).seeded(seed)
		s.way, s.jitter, s.layers = way, 8*time.Millisecond, layers
		s.run(e, 5*time.Second+time.Duration(s.rng.Int64N(int64(30*time.Second))), enough, nil)
		s.rate = 3_000_000
		begun := s.now
		for e.rate < enough && s.now-begun < 40*time.Second {
			s.run(e, clockTick, enough, nil)
		}
		all = append(all, s.now-begun)
	}
	p50, p90, most := quantile(all, 0.5), quantile(all, 0.9), quantile(all, 1)
	t.Logf("p50 %v p90 %v most %v", p50, p90, most)
	if p50 > 8*time.Second || most > 30*time.Second {
		t.Errorf("it takes %v to find out, and up to %v", p50, most)
	}
}

// TestTwoShareALine: two who sit behind one line get a like part of it.
func TestTwoShareALine(t *testing.T) {
	for _, later := range []time.Duration{0, 20 * time.Second} {
		a, b := newSimLine(1_500_000).seeded(1), newSimLine(1_500_000).seeded(2)
		e, f := newEstimator(), newEstimator()
		var first, second float64
		for n := time.Duration(0); n < 120*time.Second; n += clockTick {
			a.run(e, clockTick, 1_400_000, nil)
			b.free = a.free
			if n < later {
				b.now = a.now
				continue
			}
			b.run(f, clockTick, 1_400_000, nil)
			a.free = b.free
			if n > 60*time.Second {
				first, second = first+e.rate, second+f.rate
			}
		}
		if part := first / (first + second); part < 0.35 || part > 0.65 {
			t.Errorf("one of them has %.2f of it, where the other came %v later", part, later)
		}
	}
}

// TestDownloadOnTheLine: somebody else's download fills the queue whatever is
// done; it does not take all.
func TestDownloadOnTheLine(t *testing.T) {
	for rate, least := range map[float64]float64{1_500_000: 120_000, 4_000_000: 500_000, 10_000_000: 1_200_000} {
		e, s := newEstimator(), newSimLine(rate)
		s.run(e, 20*time.Second, 1_400_000, nil)
		download, owed := 200_000.0, 0.0
		var sum, n float64
		s.run(e, 100*time.Second, 1_400_000, func() {
			sum, n = sum+min(e.rate, 1_400_000), n+1
			download += 2000 // bit/s in 20 ms, as a TCP that gets its answers after 300 ms
			for owed += download * clockTick.Seconds() / 8; owed >= 1500; owed -= 1500 {
				if s.waits() > s.queue {
					download, owed = 0.7*download, 0
					break
				}
				s.free = max(s.free, s.now) + time.Duration(1500*8/rate*float64(time.Second))
			}
		})
		if sum/n < least {
			t.Errorf("%.0f beside a download on a line of %.0f", sum/n, rate)
		}
	}
}

// TestWhatArrivesIsMeasured: also where packets are few.
func TestWhatArrivesIsMeasured(t *testing.T) {
	for _, every := range []time.Duration{5 * time.Millisecond, 30 * time.Millisecond, 100 * time.Millisecond} {
		var m rateMeter
		at := time.Second
		for range 200 {
			m.add(at, 1000)
			at += every
		}
		if want := 8000 / every.Seconds(); m.rate < 0.99*want || m.rate > 1.01*want {
			t.Errorf("%.0f of %.0f", m.rate, want)
		}
		m.add(at+time.Minute, 1000)
		if want := 8000 / every.Seconds(); m.rate < 0.99*want {
			t.Errorf("%.0f of %.0f after a pause", m.rate, want)
		}
	}
}

// TestProbeSendsNoMore: with what is sent anyway it is the rate that is tried.
func TestProbeSendsNoMore(t *testing.T) {
	e, s := newEstimator(), newSimLine(8_000_000)
	e.rate = 600_000
	s.tick(e, 2_000_000)
	octets := int(s.seq) * 1100
	for e.probe.running {
		octets = int(s.seq) * 1100
		s.now += clockTick
		s.tick(e, 2_000_000)
	}
	s.run(e, 300*time.Millisecond, 600_000, nil)
	if want := probeMuch * 600_000 * probeTime.Seconds() / 8; float64(octets) > 1.2*want || float64(octets) < 0.8*want {
		t.Errorf("%d octets were sent rather than %.0f", octets, want)
	}
	if e.rate < 1_000_000 {
		t.Errorf("%.0f after it, on a line of 8 Mbit/s", e.rate)
	}
}

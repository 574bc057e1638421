package sfu

import "time"

const (
	burstTime   = 5 * time.Millisecond // packets sent within it count as one
	trendWindow = 20                   // bursts
	trendSmooth = 0.9
	trendGain   = 4.0
	overuseTime = 60 * time.Millisecond
	overuseRise = 15.0 // milliseconds above the usual delay
	gammaUp     = 0.0087
	gammaDown   = 0.039
	gammaLeast  = 6.0
	gammaMost   = 600.0
)

type trendState int

const (
	trendNormal trendState = iota
	trendFalling
	trendRising
)

// trend watches whether packets take longer and longer to arrive: then a queue
// fills somewhere, and more is sent than the line takes
// (draft-ietf-rmcat-gcc-02 §5).
type trend struct {
	state   trendState
	overuse bool // rising for long enough to be believed

	burst, before burst
	delay, smooth float64 // milliseconds
	growing       bool
	base          float64 // the usual delay: the least, slowly forgotten
	points        [trendWindow]point
	n             int
	gamma         float64
	over          time.Duration // how long it has been rising
	slope         float64
}

// burst is a group of packets sent together.
type burst struct {
	begun      time.Duration // when its first packet was sent
	sent, came time.Duration // its last packet
}

type point struct{ at, delay float64 } // milliseconds

func newTrend() trend { return trend{gamma: 12.5} }

// add takes a packet, sent and arrived by two clocks that need not agree.
func (t *trend) add(sent, came time.Duration) {
	switch {
	case t.burst.sent == 0:
		t.burst = burst{sent, sent, came}
	case sent < t.burst.begun:
		// An earlier burst's: told out of order.
	case sent-t.burst.begun <= burstTime:
		t.burst.sent, t.burst.came = max(t.burst.sent, sent), max(t.burst.came, came)
	default:
		if t.before.sent != 0 {
			t.compare()
		}
		t.before = t.burst
		t.burst = burst{sent, sent, came}
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// compare takes the change of delay between two bursts.
func (t *trend) compare() {
	sent, came := t.burst.sent-t.before.sent, t.burst.came-t.before.came
	if came < -time.Second || came > 3*time.Second {
		t.n, t.delay, t.smooth = 0, 0, 0 // a clock jumped
		return
	}
	t.delay += ms(came - sent)
	before := t.smooth
	t.smooth = trendSmooth*t.smooth + (1-trendSmooth)*t.delay
	t.growing = t.smooth >= before
	t.points[t.n%trendWindow] = point{ms(t.burst.came), t.smooth}
	t.n++
	if t.smooth < t.base || t.n == 1 {
		t.base = t.smooth
	} else {
		t.base += 0.002 * (t.smooth - t.base)
	}
	if t.n >= trendWindow {
		// Packets that come all at once after a pause are the client's being
		// busy, not a queue that fills: then hardly any time passes for it.
		t.judge(ms(sent), max(0, min(sent, came)))
	}
}

// fit is the slope of the delay over time, by least squares.
func (t *trend) fit() float64 {
	var x, y float64
	for _, p := range t.points {
		x += p.at
		y += p.delay
	}
	x /= trendWindow
	y /= trendWindow
	var num, den float64
	for _, p := range t.points {
		num += (p.at - x) * (p.delay - y)
		den += (p.at - x) * (p.at - x)
	}
	if den == 0 {
		return 0
	}
	return num / den
}

// judge compares the slope with a threshold that adapts itself, so that a
// stream is not starved by others that fill the same queue.
func (t *trend) judge(interval float64, passed time.Duration) {
	before := t.slope
	t.slope = t.fit()
	m := t.slope * min(float64(t.n), 60) * trendGain
	switch {
	case m > t.gamma:
		t.over += passed
		t.state = trendRising
		t.overuse = t.over > overuseTime && t.growing && t.slope >= before && t.smooth-t.base > overuseRise
	case m < -t.gamma:
		t.state, t.over, t.overuse = trendFalling, 0, false
	default:
		t.state, t.over, t.overuse = trendNormal, 0, false
	}
	t.adapt(m, interval)
}

func (t *trend) adapt(m, interval float64) {
	size := max(m, -m)
	if size > t.gamma+15 {
		return // a sudden jump says nothing about the usual noise
	}
	k := gammaDown
	if size > t.gamma {
		k = gammaUp
	}
	t.gamma += k * (size - t.gamma) * min(interval, 100)
	t.gamma = min(max(t.gamma, gammaLeast), gammaMost)
}

package sfu

import "time"

const (
	burstTime   = 5 * time.Millisecond // packets sent within it count as one
	trendWindow = 20                   // bursts
	trendSmooth = 0.9
	trendGain   = 4.0
	overuseTime = 60 * time.Millisecond
	overuseRise = 15.0             // milliseconds above the usual delay
	jumpEvery   = 10 * time.Second // at most, for the way to be thought of as longer
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
	jumped        time.Duration // when a jump was last taken out
}

// burst is a group of packets sent together.
type burst struct {
	begun      time.Duration // when its first packet was sent
	sent, came time.Duration // its last packet
}

// point is the delay at a burst, in milliseconds.
type point struct{ at, delay, smooth float64 }

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
		t.state, t.over, t.overuse = trendNormal, 0, false
		return
	}
	t.delay += ms(came - sent)
	before := t.smooth
	t.smooth = trendSmooth*t.smooth + (1-trendSmooth)*t.delay
	t.growing = t.smooth >= before
	t.points[t.n%trendWindow] = point{ms(t.burst.came), t.delay, t.smooth}
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
		y += p.smooth
	}
	x /= trendWindow
	y /= trendWindow
	var num, den float64
	for _, p := range t.points {
		num += (p.at - x) * (p.smooth - y)
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
		t.overuse = t.over > overuseTime && t.growing && t.slope >= before && t.smooth-t.base > overuseRise && !t.level()
	case m < -t.gamma:
		t.state, t.over, t.overuse = trendFalling, 0, false
	default:
		t.state, t.over, t.overuse = trendNormal, 0, false
	}
	t.adapt(m, interval)
}

// level reports whether the delay only jumped once, and was level before and is
// level since, but for what is little beside the jump: packets take a longer way
// from now on. With a queue that fills it grows from burst to burst. The jump is
// taken out, as if the way had always been so long; but not one after the other.
//
// Google Congestion Control takes it for overuse, lowers, and finds out with
// probes that there was no need.
func (t *trend) level() bool {
	at := 1
	for i := range trendWindow - 1 {
		if t.rise(i, i+1) > t.rise(at-1, at) {
			at = i + 1
		}
	}
	again, most := t.jumped != 0 && t.burst.sent-t.jumped < jumpEvery, max(overuseRise, t.rise(at-1, at)/4)
	if again || t.rise(0, at-1) > most || t.rise(at, trendWindow-1) > most {
		return false
	}
	t.takeOut(at)
	t.jumped, t.state, t.over, t.slope = t.burst.sent, trendNormal, 0, t.fit()
	return true
}

// takeOut removes the change of delay at point i, and what of it went into the
// smoothed delay since.
func (t *trend) takeOut(i int) {
	jump, left := t.rise(i-1, i), 1.0
	for ; i < trendWindow; i++ {
		left *= trendSmooth
		p := t.point(i)
		p.delay -= jump
		p.smooth -= jump * (1 - left)
		t.delay, t.smooth = p.delay, p.smooth
	}
}

// point is the i-th of the window, the oldest first; rise is how much the delay
// grew from one to another.
func (t *trend) point(i int) *point        { return &t.points[(t.n+i)%trendWindow] }
func (t *trend) rise(from, to int) float64 { return t.point(to).delay - t.point(from).delay }

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

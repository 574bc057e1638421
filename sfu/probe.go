package sfu

import "time"

const (
	probeTime   = 120 * time.Millisecond
	probeEvery  = 4 * time.Second
	probeMost   = 30 * time.Second // after failures
	probeFactor = 2.0
)

// probe finds out whether a line takes more than is being sent: for a moment
// more is sent, up to the wanted rate (packets that were sent already, or
// padding), and what arrives is measured. It is also how a picture comes back
// that there was no room for.
type probe struct {
	running     bool
	begun, next time.Duration
	interval    time.Duration
	target      float64 // bit/s
	first, last time.Duration
	bytes       int // arrived after the first
	seen        bool
	judged      bool
}

// want starts a probe when one is due and there is something to gain; urgent is
// that a picture is missing altogether.
func (e *estimator) want(now time.Duration, desired float64, urgent bool) {
	p := &e.probe
	if urgent {
		p.next = min(p.next, p.begun+probeEvery)
	}
	if p.running || desired <= e.rate || now < p.next || e.trend.state == trendRising {
		return
	}
	*p = probe{running: true, begun: now, interval: max(p.interval, probeEvery), target: min(desired*1.1, e.rate*probeFactor)}
	p.next = now + p.interval
}

// due is how many octets to send again at now, of what has gone since the last
// tick.
func (p *probe) due(now, tick time.Duration) int {
	if !p.running {
		return 0
	}
	if now-p.begun > probeTime {
		p.running = false
		return 0
	}
	return int(p.target * tick.Seconds() / 8)
}

func (p *probe) arrived(at time.Duration, n int) {
	if !p.seen {
		p.seen, p.first, p.last = true, at, at
		return
	}
	p.bytes += n
	p.last = max(p.last, at)
}

// conclude takes a finished probe into the estimate.
func (e *estimator) conclude(now time.Duration) {
	p := &e.probe
	if p.running || p.judged || p.begun == 0 || now-p.begun < 2*probeTime {
		return
	}
	p.judged = true
	span := p.last - p.first
	if span < probeTime/3 {
		return
	}
	measured := float64(p.bytes*8) / span.Seconds()
	if got := min(0.95*measured, p.target); got > e.rate {
		e.rate = got
		p.interval = probeEvery
		p.next = min(p.next, now+probeEvery/4)
	} else {
		p.failed(now)
	}
}

// failed makes the next probe wait longer.
func (p *probe) failed(now time.Duration) {
	p.running = false
	p.interval = min(max(2*p.interval, probeEvery), probeMost)
	p.next = now + p.interval
}

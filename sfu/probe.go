package sfu

import "time"

const (
	probeTime   = 120 * time.Millisecond
	probeAnswer = 1500 * time.Millisecond // that the client has to tell of it, where nothing is sent afterwards
	probeEvery  = 4 * time.Second
	probeMost   = 8 * time.Second // after failures
	// By how much more is sent: a line that is full keeps what it does not take
	// in its queue, and all that comes after waits behind it.
	probeMuch   = 2.0
	probeLittle = 1.4  // after a failure
	probePassed = 0.85 // of what was sent has arrived in its time: the line takes it
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
	sent        int // octets, of whatever was sent while it ran
	bytes       int // arrived after the first
	seen        bool
	told        bool // the client has told of what was sent afterwards
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
	more := probeMuch
	if p.interval > probeEvery {
		more = probeLittle
	}
	*p = probe{running: true, begun: now, interval: max(p.interval, probeEvery), target: min(desired*1.1, e.rate*more)}
	p.next = now + p.interval
}

// due is how many octets are to be sent again by now, beside what is sent anyway.
func (p *probe) due(now time.Duration) int {
	if !p.running {
		return 0
	}
	if now-p.begun > probeTime {
		p.running = false
		return 0
	}
	return max(0, int(p.target*(now-p.begun).Seconds()/8)-p.sent)
}

func (p *probe) arrived(at time.Duration, n int) {
	if !p.seen {
		p.seen, p.first, p.last = true, at, at
		return
	}
	p.bytes += n
	p.last = max(p.last, at)
}

// conclude takes a finished probe into the estimate, when the client has told of all
// of it: on a long way that takes longer than the probe. A line that took it may take
// more still, and is asked at once; one that did not has shown how much it takes.
func (e *estimator) conclude(now time.Duration) {
	p := &e.probe
	if p.running || p.judged || p.begun == 0 || !p.told && now-p.begun < probeAnswer {
		return
	}
	p.judged = true
	span := p.last - p.first
	if span < probeTime/3 {
		return
	}
	measured := float64(p.bytes*8) / span.Seconds()
	e.rate = max(e.rate, min(0.95*measured, p.target))
	if measured > probePassed*p.target {
		p.interval, p.next = probeEvery, min(p.next, now)
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

package sfu

import (
	"time"

	"github.com/pion/rtcp"
)

// Rates, in bit/s.
const (
	startRate = 2_500_000 // a good line until it shows that it is not
	leastRate = 60_000
	mostRate  = 60_000_000
)

// estimator estimates how much can be sent to one client, from what it says
// about when packets arrived (transport-wide congestion control feedback): as
// Google Congestion Control does (draft-ietf-rmcat-gcc-02), by the trend of the
// delay and by loss; and by probes, since a stream that sends little shows
// little. It has no clock and takes no lock. Guarded by the transport's outMu.
type estimator struct {
	rate float64 // the estimate
	sent []sentPacket
	trend
	acked    rateMeter
	losses   lossMeter
	capacity float64       // where the line was last found full, or 0
	updated  time.Duration // when rate last changed
	lowered  time.Duration // when it was last lowered
	probe    probe
}

// sentPacket is what is remembered of a packet until the client tells of it.
type sentPacket struct {
	at    time.Duration
	seq   uint16
	size  uint16
	probe bool
}

const sentKept = 1024 // a power of two

func newEstimator() *estimator {
	return &estimator{rate: startRate, sent: make([]sentPacket, sentKept), trend: newTrend()}
}

// note remembers a packet.
func (e *estimator) note(seq uint16, size int, now time.Duration) {
	e.sent[seq%sentKept] = sentPacket{at: now, seq: seq, size: uint16(size), probe: e.probe.running}
	if e.probe.running {
		e.probe.sent += size
	}
}

// feedback takes what the client tells of arrivals.
func (e *estimator) feedback(now time.Duration, fb *rtcp.TransportLayerCC) {
	if fb.PacketStatusCount > 2*sentKept {
		return // of packets that were never sent
	}
	seq := fb.BaseSequenceNumber
	at := time.Duration(fb.ReferenceTime) * 64 * time.Millisecond
	deltas := fb.RecvDeltas
	e.losses.begin(now)
	statuses(fb, func(symbol uint16) {
		p := &e.sent[seq%sentKept]
		known := p.seq == seq && p.size > 0
		seq++
		if symbol == rtcp.TypeTCCPacketNotReceived {
			if known {
				e.losses.lost++
			}
			return
		}
		if len(deltas) == 0 {
			return
		}
		at += time.Duration(deltas[0].Delta) * time.Microsecond
		deltas = deltas[1:]
		if known {
			e.arrived(p, at)
		}
	})
	e.update(now)
}

// statuses calls f for each packet that the feedback tells of.
func statuses(fb *rtcp.TransportLayerCC, f func(symbol uint16)) {
	left := int(fb.PacketStatusCount)
	for _, c := range fb.PacketChunks {
		switch c := c.(type) {
		case *rtcp.RunLengthChunk:
			for i := 0; i < int(c.RunLength) && left > 0; i++ {
				f(c.PacketStatusSymbol)
				left--
			}
		case *rtcp.StatusVectorChunk:
			for _, s := range c.SymbolList {
				if left > 0 {
					f(s)
					left--
				}
			}
		}
	}
}

func (e *estimator) arrived(p *sentPacket, at time.Duration) {
	e.losses.got++
	e.acked.add(at, int(p.size))
	e.trend.add(p.at, at)
	if p.probe {
		e.probe.arrived(at, int(p.size))
	} else if p.at > e.probe.begun {
		e.probe.told = true
	}
	p.size = 0 // told once
}

// update draws the conclusions: lower where the delay grows or packets are
// lost, higher where neither is.
func (e *estimator) update(now time.Duration) {
	dt, may := min(now-e.updated, time.Second), now-e.lowered > 300*time.Millisecond
	switch {
	case may && (e.trend.overuse || e.losses.share > 0.3): // more does not get there, whatever the reason
		e.lower(now, 0.85*e.ackedOr(e.rate))
		return
	case e.trend.overuse:
	case may && e.losses.share > 0.1:
		e.lower(now, e.rate*(1-0.5*e.losses.share))
		return
	case e.trend.state == trendNormal && e.losses.share < 0.02:
		e.raise(now, dt)
	}
	e.updated = now
}

// lower sets a lower estimate, and remembers where the line was full.
func (e *estimator) lower(now time.Duration, to float64) {
	e.capacity = e.ackedOr(e.rate)
	e.rate = min(e.rate, max(leastRate, to))
	e.updated, e.lowered = now, now
	if e.probe.running {
		e.probe.failed(now)
	}
	e.probe.next = max(e.probe.next, now+probeEvery/2)
}

// raise grows the estimate by 8 % a second, or more slowly where the line was last
// found full; never far beyond what has been seen to arrive. Beyond where it was
// full the line has become better: by how much, a probe tells sooner.
func (e *estimator) raise(now, dt time.Duration) {
	to, full := e.rate, 1.1*e.capacity
	if to > 0.9*e.capacity && to < full {
		to += min(40_000, 0.08*e.capacity) * dt.Seconds()
	} else {
		to += to * 0.08 * dt.Seconds()
	}
	if seen := 1.5*e.acked.rate + 10_000; to > seen {
		return
	}
	if e.rate < full && to >= full {
		e.probe.next = min(e.probe.next, now)
	}
	e.rate = min(to, mostRate)
}

func (e *estimator) ackedOr(other float64) float64 {
	if e.acked.rate > 0 {
		return e.acked.rate
	}
	return other
}

// rateMeter measures what arrives, by the client's clock.
type rateMeter struct {
	since time.Duration // when a packet came that does not count: what came after it took the time since
	bytes int
	rate  float64 // bit/s, 0 when not known yet
}

func (m *rateMeter) add(at time.Duration, n int) {
	d := at - m.since
	if m.since == 0 || d > 2*time.Second { // nothing was sent for a while
		m.since, m.bytes = at, 0
		return
	}
	m.bytes += n
	if d < 150*time.Millisecond {
		return
	}
	r := float64(m.bytes*8) / d.Seconds()
	if m.rate == 0 {
		m.rate = r
	} else {
		m.rate += 0.4 * (r - m.rate)
	}
	m.since, m.bytes = at, 0
}

// lossMeter measures the share of packets lost.
type lossMeter struct {
	since     time.Duration
	got, lost int
	share     float64
}

// begin ends an interval when it is long enough.
func (m *lossMeter) begin(now time.Duration) {
	if now-m.since < 300*time.Millisecond || m.got+m.lost < 20 {
		return
	}
	m.share = float64(m.lost) / float64(m.got+m.lost)
	m.since, m.got, m.lost = now, 0, 0
}

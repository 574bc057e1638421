package sfu

import (
	"time"

	"github.com/pion/rtcp"
)

// receptionStats are what a reception report says of one incoming stream (RFC
// 3550 §6.4.1, A.3, A.8). Owned by the stream's layer.
type receptionStats struct {
	received      uint32
	base          uint32 // extended sequence number before the first packet
	expectedPrior uint32
	receivedPrior uint32
	jitter        float64 // in clock ticks
	interval      int64   // packets expected since the report before the last
	missed        int64   // and those of them that did not come
	transit       int64
	started       bool
}

func (s *receptionStats) arrived(now time.Duration, ts uint32, clock time.Duration) {
	s.received++
	arrival := int64(now) * int64(clock/1000) / int64(time.Millisecond)
	transit := int64(int32(uint32(arrival) - ts))
	if s.started {
		d := transit - s.transit
		s.jitter += (float64(max(d, -d)) - s.jitter) / 16
	}
	s.started, s.transit = true, transit
}

// block makes the report for a layer and starts the next interval.
func (l *layer) block(now time.Duration) (rtcp.ReceptionReport, bool) {
	s := &l.stats
	if s.received == 0 {
		return rtcp.ReceptionReport{}, false
	}
	highest := l.loss.extended()
	if s.base == 0 {
		s.base = highest - s.received + 1
	}
	expected := highest - s.base + 1
	lost := int64(expected) - int64(s.received)
	b := rtcp.ReceptionReport{
		SSRC:               l.ssrc.Load(),
		LastSequenceNumber: highest,
		TotalLost:          uint32(min(max(lost, 0), 0x7fffff)),
		Jitter:             uint32(s.jitter),
	}
	interval := int64(expected) - int64(s.expectedPrior)
	missed := interval - (int64(s.received) - int64(s.receivedPrior))
	if interval > 0 && missed > 0 {
		b.FractionLost = uint8(min(missed<<8/interval, 255))
	}
	s.interval, s.missed = interval, missed
	s.expectedPrior, s.receivedPrior = expected, s.received
	if r := l.report.Load(); r != nil {
		b.LastSenderReport = uint32(r.ntp >> 16)
		b.Delay = uint32(int64(now-r.at) * 65536 / int64(time.Second))
	}
	return b, true
}

package sfu

import (
	"time"

	"github.com/pion/rtcp"
)

const (
	clockTick      = 20 * time.Millisecond
	quietTicks     = int(roomTick / clockTick) // in one, while nothing comes
	sweepEvery     = 10 * time.Second
	feedbackEvery  = 60 * time.Millisecond
	reportEvery    = time.Second
	feedbackAtOnce = 40 // packets
)

// runClock is the one timer of a node: retransmission requests, feedback,
// reports, layers, speakers, and the end of those who fell silent. It sleeps
// while there is no transport, and is slow while nobody sends anything.
func (n *Node) runClock() {
	tick := time.NewTicker(clockTick)
	defer tick.Stop()
	p := pace{step: 1}
	for {
		if len(*n.transports.Load()) == 0 {
			tick.Stop()
			select {
			case <-n.wake:
				p.step = 1
				tick.Reset(clockTick)
			case <-n.done:
				return
			}
		}
		select {
		case <-tick.C:
			n.work(func(w *worker) { n.tick(w, p.count) })
			if p.next(n.count.packetsIn.Load()) {
				tick.Reset(time.Duration(p.step) * clockTick)
			}
		case <-n.done:
			return
		}
	}
}

// pace says how fast a node's clock goes. Where no media come there is nothing to
// ask for again and nothing to tell of, and to be woken is most of what people
// cost who say nothing: then several ticks are one.
type pace struct {
	count int // ticks so far
	step  int // how many of them the next one is
	heard uint64
}

// next counts a tick that found so many packets to have come so far, and reports
// whether the pace is another from now on.
func (p *pace) next(packets uint64) (changed bool) {
	step := quietTicks
	if packets != p.heard {
		step = 1
	}
	if changed = step != p.step; changed {
		p.step, p.count = step, p.count-p.count%quietTicks
	}
	p.heard = packets
	p.count += p.step
	return changed
}

func (n *Node) tick(w *worker, count int) {
	for _, t := range *n.transports.Load() {
		t.tick(w)
		w.out.flush()
	}
	if count%int(sweepEvery/clockTick) == 0 {
		n.udp.wake()
	}
	if count%quietTicks != 0 {
		return
	}
	speakersDue := count%(speakerTicks*quietTicks) == 0
	for _, r := range n.liveRooms() {
		r.tick(w, speakersDue)
		w.out.flush()
	}
}

// tick sends what a transport's client has to be told by now.
func (t *transport) tick(w *worker) {
	if t.silent(w.now) {
		// Not here: ending takes the room's lock, and packets go on meanwhile.
		t.node.wg.Add(1)
		go func() {
			defer t.node.wg.Done()
			t.ended(Lost)
		}()
		return
	}
	if !t.up.Load() {
		return
	}
	var pkts []rtcp.Packet
	t.inMu.Lock()
	pkts = t.recv.tick(w, pkts)
	due := w.now-t.recv.reported >= reportEvery
	if due {
		t.recv.reported = w.now
		pkts = t.recv.reports(w.now, pkts)
	}
	t.inMu.Unlock()
	t.outMu.Lock()
	if due {
		pkts = t.snd.reports(pkts, w.now)
	}
	t.snd.pad(w)
	t.outMu.Unlock()
	t.sendInParts(w, pkts)
}

// tick asks for what is missing and makes the congestion feedback that is due.
func (r *receiver) tick(w *worker, dst []rtcp.Packet) []rtcp.Packet {
	for _, tr := range r.tracks {
		if !tr.video() {
			continue
		}
		for _, l := range tr.layers {
			if len(l.loss.missing) > 0 {
				r.nack(w, l)
			}
			if l.wantKey.Load() {
				l.askKey(w, keySpacing)
			}
		}
	}
	if r.twccNew > 0 && (w.now-r.feedback >= feedbackEvery || r.twccNew >= feedbackAtOnce) {
		r.feedback, r.twccNew = w.now, 0
		dst = append(dst, r.twcc.BuildFeedbackPacket()...)
	}
	return dst
}

// reports appends the receiver report.
func (r *receiver) reports(now time.Duration, dst []rtcp.Packet) []rtcp.Packet {
	rr := &rtcp.ReceiverReport{SSRC: senderSSRC}
	var expected, missed int64
	for _, tr := range r.tracks {
		for _, l := range tr.layers {
			if b, ok := l.block(now); ok && len(rr.Reports) < 31 {
				rr.Reports = append(rr.Reports, b)
				expected, missed = expected+l.stats.interval, missed+l.stats.missed
			}
			l.measure(now)
		}
	}
	r.noteLoss(float64(expected), float64(missed))
	if len(rr.Reports) == 0 {
		return dst
	}
	return append(dst, rr)
}

// sendInParts sends packets in as many datagrams as they need.
func (t *transport) sendInParts(w *worker, pkts []rtcp.Packet) {
	const most = 1200
	for len(pkts) > 0 {
		size, n := 0, 0
		for n < len(pkts) && (n == 0 || size+pkts[n].MarshalSize() <= most) {
			size += pkts[n].MarshalSize()
			n++
		}
		t.sendRTCP(w, pkts[:n]...)
		pkts = pkts[n:]
	}
}

//go:build linux

package main

import (
	"context"
	"time"
)

const (
	settleStep  = 500 * time.Millisecond
	settleMost  = 20 * time.Second
	settleLeast = time.Second
	settleShare = 0.001 // loss that counts as none
	stragglers  = 300 * time.Millisecond
)

// measure makes one run: people come, things settle, it is measured, they go.
func measure(ctx context.Context, p plan) (*result, error) {
	r := &result{Profile: p.name, Target: "anteroom", Rooms: p.rooms, People: p.people}
	if p.floor != "" {
		r.Target = "floor"
	}
	if p.loss > 0 {
		r.Line = &lineFigures{Loses: p.loss}
	}
	l, err := newLoop()
	if err != nil {
		return nil, err
	}
	defer l.close()
	w, err := newWatched(p.pid)
	if err != nil {
		return nil, err
	}
	if p.floor != "" {
		err = gatherBare(ctx, p, l)
	} else {
		var c *crowd
		if c, err = newCrowd(p, l); err != nil {
			return nil, err
		}
		defer c.close()
		err = c.gather(ctx)
		defer c.report(r) // before they go
	}
	if err != nil {
		return nil, err
	}
	if r.Settled, err = settle(ctx, p, l); err != nil {
		return nil, err
	}
	return r, r.take(ctx, p, l, w)
}

// settle waits until everything that is sent comes, but for what the lines lose:
// a gateway begins carefully on a line that it does not know. It returns how long that took, -1 for longer
// than it waits.
func settle(ctx context.Context, p plan, l *loop) (float64, error) {
	begun := l.now()
	if err := pause(ctx, settleLeast); err != nil || !p.talks {
		return settleLeast.Seconds(), err
	}
	for l.now()-begun < settleMost {
		l.do(func() { l.tally.begin(l.now()) })
		if err := pause(ctx, settleStep); err != nil {
			return 0, err
		}
		l.do(func() { l.tally.end(l.now()) })
		if err := pause(ctx, stragglers); err != nil {
			return 0, err
		}
		var loss float64
		l.do(func() { loss = l.tally.loss() })
		if loss <= settleShare+2*p.loss {
			return (l.now() - begun).Seconds(), nil
		}
	}
	return -1, nil
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take measures for as long as the plan says.
func (r *result) take(ctx context.Context, p plan, l *loop, w *watched) error {
	var arrived uint64
	l.do(func() { l.tally.begin(l.now()); arrived = l.tally.arrived })
	begun, own := l.now(), ownCPU()
	before, err := w.cpu()
	if err != nil {
		return err
	}
	if err := pause(ctx, p.length); err != nil {
		return err
	}
	after, err := w.cpu()
	if err != nil {
		return err
	}
	took := l.now() - begun
	own = ownCPU() - own
	l.do(func() { l.tally.end(l.now()); r.PacketsOut = l.tally.arrived - arrived })
	if err := pause(ctx, stragglers); err != nil {
		return err
	}
	l.do(func() { r.fromTally(&l.tally) })
	r.Seconds = took.Seconds()
	r.PacketsPerS = float64(r.PacketsOut) / r.Seconds
	r.Load.CPUSeconds, r.Load.Cores, r.Load.MachineLoad = own.Seconds(), cores(), machineLoad()
	if p.talks {
		r.Load.Rate = float64(r.Expected) / r.Seconds / float64(p.rooms*p.people*(p.people-1)*packetRate)
	}
	r.Load.CPUShare = own.Seconds() / r.Seconds / float64(r.Load.Cores)
	r.judge()
	return r.fromServer(w, after-before)
}

func (r *result) fromTally(t *tally) {
	r.Expected, r.Received = t.all()
	r.Loss = t.loss()
	if r.Line != nil && t.octets > 0 {
		r.Line.Sound, r.Line.Picture = t.lossOfKind(audio), t.lossOfKind(camera)
		r.Line.Uplink = float64(t.octets+t.again) / float64(t.octets)
	}
	r.Latency = t.latency.percentiles()
	r.Load.Late, r.Load.SendFailed, r.Load.Undecrypted = t.lateness.percentiles(), t.failed, t.garbage
}

func (r *result) fromServer(w *watched, cpu time.Duration) error {
	if w.pid == 0 {
		return nil
	}
	after, err := memoryOf(w.pid)
	if err != nil {
		return err
	}
	s := &serverFigures{CPUSeconds: cpu.Seconds(), CPUShare: cpu.Seconds() / r.Seconds, Before: w.before, After: after}
	if r.PacketsOut > 0 {
		s.SecondsPerMillion = cpu.Seconds() / float64(r.PacketsOut) * 1e6
		s.MicrosPerPacket = s.SecondsPerMillion
	}
	grown := float64(after.RSS) - float64(w.before.RSS)
	if after.PSS > 0 && w.before.PSS > 0 {
		grown = float64(after.PSS) - float64(w.before.PSS)
	}
	s.KiBPerPerson = grown / float64(r.Rooms*r.People)
	r.Server = s
	return nil
}

// report adds how the people came in.
func (c *crowd) report(r *result) {
	var packet, key, offerPacket, offerKey histogram
	since := func(h *histogram, at, from time.Duration) {
		if at != 0 {
			h.add(int64(at - from))
		}
	}
	r.Joins.People = len(c.persons)
	r.SRTP = c.profiles
	for _, p := range c.persons {
		if p.end == nil || !c.plan.talks || p.alone && !c.plan.storm {
			continue // nobody was there to be heard
		}
		first, firstKey := p.end.firstPacket.when(), p.end.firstKey.when()
		since(&packet, first, p.began)
		since(&key, firstKey, p.began)
		since(&offerPacket, first, p.offered)
		since(&offerKey, firstKey, p.offered)
		if firstKey == 0 {
			r.Joins.NoKeyFrame++
		}
	}
	r.Joins.FirstPacket, r.Joins.FirstKey = packet.percentiles(), key.percentiles()
	r.Joins.OfferToPacket, r.Joins.OfferToFirstKey = offerPacket.percentiles(), offerKey.percentiles()
}

// watched is the process that is measured, if it is known.
type watched struct {
	pid    int
	before memory // before anybody came
}

func newWatched(pid int) (*watched, error) {
	w := &watched{pid: pid}
	if pid == 0 {
		return w, nil
	}
	var err error
	w.before, err = memoryOf(pid)
	return w, err
}

func (w *watched) cpu() (time.Duration, error) {
	if w.pid == 0 {
		return 0, nil
	}
	return cpuOf(w.pid)
}

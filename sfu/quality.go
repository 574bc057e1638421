package sfu

import (
	"slices"
	"time"
)

// Line is how one direction of a client's connection does.
type Line string

const (
	// Good: what should go through does.
	Good Line = "good"
	// Reduced: pictures are clearly smaller or slower than they would be shown,
	// or some are missing; upward, packets are lost.
	Reduced Line = "reduced"
	// SoundOnly: there is room for no picture any more. Sound goes on.
	SoundOnly Line = "sound"
)

// Quality is what the gateway sees of the lines in a circle.
type Quality struct {
	Down, Up Line     // of the peer itself; Up is never SoundOnly
	Weak     []string // seats of others one of whose directions is not Good
}

const (
	// lossyUp is the share of a client's packets that has to be lost on their way
	// to the gateway for its line to count as weak; below fineUp it does no more.
	lossyUp, fineUp = 0.08, 0.03
	// worseAfter and betterAfter are how long a line has to be worse or better
	// before that is told, so that people are not told of every hiccup.
	worseAfter  = 2 * time.Second
	betterAfter = 5 * time.Second
)

// quality is what is told of a peer's line. Guarded by the room's mu.
type quality struct {
	down, up steady
	last     Quality // as told
}

// steady is a value that changes only when it has been another for long enough.
type steady struct {
	told, next Line
	since      time.Duration
}

func (s *steady) set(is Line, now time.Duration) {
	switch {
	case is == s.told:
		s.next = is
	case is != s.next:
		s.next, s.since = is, now
	case now-s.since >= s.patience():
		s.told = is
	}
}

func (s *steady) patience() time.Duration {
	if s.next == Good || s.told == SoundOnly {
		return betterAfter
	}
	return worseAfter
}

// judge tells from what was dealt out whether the line is short.
func judge(all []*demand) Line {
	given, short := 0, false
	for _, d := range all {
		switch {
		case len(d.steps) == 0:
		case d.level == paused:
			short = true
		default:
			given++
			short = short || d.isShort()
		}
	}
	switch {
	case !short:
		return Good
	case given == 0:
		return SoundOnly
	}
	return Reduced
}

// isShort reports whether a picture is clearly less than it should be: two
// layers smaller, or without some of its frames.
func (d *demand) isShort() bool {
	best, is := d.steps[min(max(d.most, 0), len(d.steps)-1)], d.steps[d.level]
	return best.layer-is.layer >= 2 || is.tid < best.tid
}

// lossUp is the share of what the client sent lately that did not come.
func (t *transport) lossUp() float64 {
	t.inMu.Lock()
	defer t.inMu.Unlock()
	return t.recv.lossUp
}

// noteLoss takes what was lost in an interval. Where there are few packets one of
// them tells little; where there are none it is soon forgotten what was lost.
func (r *receiver) noteLoss(expected, missed float64) {
	r.lossUp += 0.5 * (max(0, missed)/max(20, expected) - r.lossUp)
}

// judgeUp takes the newest losses of what the peer sends.
func (p *Peer) judgeUp(now time.Duration) {
	t := p.link.Load()
	if t == nil || !t.up.Load() {
		return
	}
	is, loss := Good, t.lossUp()
	if loss > lossyUp || loss > fineUp && p.quality.up.told == Reduced {
		is = Reduced
	}
	p.quality.up.set(is, now)
}

// tellQuality tells everybody whose line is weak. r.mu is held.
func (r *room) tellQuality(now time.Duration) {
	weak := map[string][]string{}
	for _, p := range r.ordered() {
		p.judgeUp(now)
		if p.quality.down.told != Good || p.quality.up.told != Good {
			weak[p.circle] = append(weak[p.circle], p.seat)
		}
	}
	for _, p := range r.peers {
		q := Quality{Down: p.quality.down.told, Up: p.quality.up.told}
		for _, seat := range weak[p.circle] {
			if seat != p.seat && p.circle != "" {
				q.Weak = append(q.Weak, seat)
			}
		}
		last := &p.quality.last
		if p.events.Quality == nil || q.Down == last.Down && q.Up == last.Up && slices.Equal(q.Weak, last.Weak) {
			continue
		}
		*last = q
		r.emit(p, func() { p.events.Quality(q) })
	}
}

func newQuality() quality {
	good := steady{told: Good, next: Good}
	return quality{down: good, up: good, last: Quality{Down: Good, Up: Good}}
}

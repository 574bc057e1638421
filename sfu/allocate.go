package sfu

import (
	"cmp"
	"math"
	"slices"
	"time"
)

const (
	paused = -1
	// climb is how much room a higher layer needs, so that what is shown does
	// not go back and forth at the edge.
	climb = 1.15
	// fewPictures are shown as large as they come; up to somePictures one layer
	// below, more than that at the lowest, but for who speaks. A browser window
	// has no room for more.
	fewPictures  = 3
	somePictures = 8
)

// demand is one picture that a receiver should get, in one of several steps:
// the lowest layer at fewer and fewer frames a second, then higher layers.
type demand struct {
	rank  int       // lower is served first
	rates []float64 // bit/s of each step, 0 for one that is not sent
	most  int       // the highest step worth showing
	now   int       // the step being shown, or paused
	level int       // the result: a step, or paused
	steps []step    // what the steps are
}

// step is a layer, and the highest temporal layer of it.
type step struct {
	layer int
	tid   uint8
}

// allocate deals out a budget in bit/s. First everybody gets a lowest step, in
// the order of rank; then what is left lifts them, one step each turn. So layers
// are given up first, then frames, and whole pictures last, those of the silent before
// those of who speaks, and the first of all only when less than half of it fits.
// Sound is not dealt out at all: it always goes.
func allocate(budget float64, all []*demand) {
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(a, b *demand) int { return a.rank - b.rank })
	for i, d := range order {
		d.level = paused
		low := d.above(paused)
		if low == paused {
			continue
		}
		cost := d.cost(low)
		if budget >= cost || i == 0 && budget >= cost/2 {
			d.level = low
			budget -= d.rates[low]
		}
	}
	for lifted := true; lifted; {
		lifted = false
		for _, d := range order {
			up := d.above(d.level)
			if d.level == paused || up == paused || up > d.most {
				continue
			}
			if more := d.cost(up) - d.rates[d.level]; budget >= more {
				budget -= d.rates[up] - d.rates[d.level]
				d.level, lifted = up, true
			}
		}
	}
}

// above is the next step above level that is being sent, or paused.
func (d *demand) above(level int) int {
	for i := level + 1; i < len(d.rates); i++ {
		if d.rates[i] > 0 {
			return i
		}
	}
	return paused
}

// cost is what a step has to fit into.
func (d *demand) cost(level int) float64 {
	if level > d.now {
		return d.rates[level] * climb
	}
	return d.rates[level]
}

// desired is what all would take at their best.
func desired(all []*demand) (sum float64) {
	for _, d := range all {
		best := 0.0
		for i, r := range d.rates {
			if r > 0 && (i <= d.most || best == 0) {
				best = r
			}
		}
		sum += best
	}
	return sum
}

// mostLayer is the highest layer worth sending to somebody who is shown so many
// pictures.
func mostLayer(layers, pictures int, speaking bool) int {
	top := layers - 1
	switch {
	case pictures <= fewPictures || speaking && pictures <= somePictures:
		return top
	case pictures <= somePictures || speaking:
		return max(0, top-1)
	}
	return 0
}

// usual are the rates of layers that were not measured yet.
var usual = [maxRIDs]float64{150_000, 500_000, 1_500_000}

// demandOf describes what a section could show of its track.
// most is the highest layer worth showing.
func (o *outStream) demandOf(tr *track, now time.Duration, most int, speaking bool) *demand {
	d := &demand{rank: 2, now: paused, most: paused}
	switch {
	case tr.kind == Screen:
		d.rank = 0
	case speaking:
		d.rank = 1
	}
	cur, tid := o.shown()
	for i, l := range tr.layers {
		if !l.live(now) || !l.trusted(now) && len(d.steps) > 0 && (cur == nil || i > cur.index) {
			continue
		}
		if len(d.steps) == 0 {
			d.addFrames(l)
		}
		d.add(step{i, allTemporal}, cmp.Or(float64(l.rate.Load()), usual[i]))
		if i <= most || d.most == paused {
			d.most = len(d.steps) - 1
		}
	}
	for i, s := range d.steps {
		if cur != nil && s.layer == cur.index && s.tid <= tid {
			d.now = i
		}
	}
	return d
}

// addFrames adds the steps below a whole layer: with fewer frames.
func (d *demand) addFrames(l *layer) {
	all := float64(l.rate.Load())
	for tid := range l.tidRate {
		if r := float64(l.tidRate[tid].Load()); r > 0 && r < 0.95*all {
			d.add(step{l.index, uint8(tid)}, r)
		}
	}
}

func (d *demand) add(s step, rate float64) {
	d.steps = append(d.steps, s)
	d.rates = append(d.rates, rate)
}

// shown is the layer being forwarded, or nil, and the temporal layers that
// there is room for.
func (o *outStream) shown() (*layer, uint8) {
	o.t.outMu.Lock()
	defer o.t.outMu.Unlock()
	return o.segs[0].layer, o.most
}

// chooseLayers decides what each section of a peer shows: what is worth
// showing, within what its line takes. room.mu is held.
func (p *Peer) chooseLayers(now time.Duration) {
	t := p.link.Load()
	if t == nil || !t.up.Load() {
		return
	}
	sound := 0.0
	for _, o := range p.audio {
		if tr := o.track(); tr != nil {
			sound += float64(tr.layers[0].rate.Load())
		}
	}
	sound *= t.decideTwice(now, sound)
	shown := p.pictures(now)
	if len(shown) == 0 {
		p.quality.down.set(Good, now)
		return
	}
	all, missing := make([]*demand, len(shown)), false
	for i, s := range shown {
		speaking := slices.Contains(p.room.speaking[p.circle], s.tr.owner.seat)
		all[i] = s.o.demandOf(s.tr, now, p.most(s.tr, len(shown), speaking), speaking)
		missing = missing || all[i].now == paused
	}
	allocate(t.budget(now, desired(all)+sound, missing)-sound, all)
	p.quality.down.set(judge(all), now)
	for i, s := range shown {
		s.o.show(s.tr, all[i])
	}
}

// picture is a section with what is on it.
type picture struct {
	o  *outStream
	tr *track
}

// most is the highest layer of a track that is worth showing to the peer's
// client, among so many pictures.
func (p *Peer) most(tr *track, pictures int, speaking bool) int {
	if height, said := p.watches(tr); said {
		return tr.layerFor(height)
	}
	if tr.kind == Screen {
		return len(tr.layers) - 1
	}
	return mostLayer(len(tr.layers), pictures, speaking)
}

// pictures are the sections with a picture that is being sent, and seen.
func (p *Peer) pictures(now time.Duration) (shown []picture) {
	for _, o := range p.video {
		tr := o.track()
		if tr == nil {
			continue
		}
		hidden := p.hides(tr)
		if o.hide(hidden); hidden {
			continue
		}
		if tr.allowed.Load() && tr.best(now, 0) != nil {
			shown = append(shown, picture{o, tr})
		}
	}
	return shown
}

// budget is what the line to a client takes, as far as is known; it is found
// out when more is desired, sooner when a picture is missing.
func (t *transport) budget(now time.Duration, desired float64, missing bool) float64 {
	t.outMu.Lock()
	defer t.outMu.Unlock()
	e := t.snd.line
	if e == nil {
		return math.Inf(1) // a client that tells nothing gets all
	}
	e.conclude(now)
	e.want(now, 1.2*desired, missing)
	return e.rate
}

// show sets a section to what was allocated to it.
func (o *outStream) show(tr *track, d *demand) {
	o.t.outMu.Lock()
	defer o.t.outMu.Unlock()
	if o.source != tr {
		return
	}
	if o.paused = d.level == paused; o.paused {
		o.segs = [keptSegments]segment{} // it comes back with a key frame
		o.target.Store(nil)
		return
	}
	s := d.steps[d.level]
	o.most = s.tid
	o.target.Store(tr.layers[s.layer])
}

package sfu

import "time"

// Shown is how large a peer's client shows one picture that it gets.
type Shown struct {
	Seat string
	Kind Kind // Camera or Screen
	// Height in pixels of that client's screen; 0: nobody sees it.
	Height int
}

// usualHeight is taken for the highest layer of a picture until a key frame
// has said how high it is.
const usualHeight = 720

// Watch says how large the peer's client shows the pictures that it gets. No
// larger layer than is needed is forwarded to it, and nothing of a picture that
// nobody sees. The list replaces the one before; of a picture that is not in it
// nothing is known, and it is forwarded as if it had the window for itself and
// those who are there. In effect when it returns.
func (p *Peer) Watch(shown []Shown) {
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	if p.gone {
		return
	}
	p.watch = make(map[stream]int, len(shown))
	for _, s := range shown {
		p.watch[stream{s.Seat, s.Kind}] = max(0, s.Height)
	}
	p.room.node.work(func(w *worker) {
		p.chooseLayers(w.now)
		for _, o := range p.video {
			if tr := o.track(); tr != nil {
				tr.askKeys(w)
			}
		}
		p.room.tellLayers(w.now)
	})
}

// watches is how high the peer's client shows a track, if it has said so.
func (p *Peer) watches(tr *track) (height int, said bool) {
	height, said = p.watch[stream{tr.owner.seat, tr.kind}]
	return height, said
}

// hides reports whether the peer's client has said that nobody sees a track.
func (p *Peer) hides(tr *track) bool {
	height, said := p.watches(tr)
	return said && height == 0
}

// hide stops a picture that nobody sees, or lets it come again, with a key
// frame.
func (o *outStream) hide(yes bool) {
	o.t.outMu.Lock()
	defer o.t.outMu.Unlock()
	if o.hidden == yes {
		return
	}
	o.hidden, o.paused = yes, false
	o.segs = [keptSegments]segment{}
	o.target.Store(nil)
}

// layerFor is the lowest layer that is large enough to be shown at a height. A
// picture that is made larger by a quarter looks no worse.
func (tr *track) layerFor(height int) int {
	for i := range tr.layers {
		if 5*tr.heightOf(i) >= 4*height {
			return i
		}
	}
	return len(tr.layers) - 1
}

// heightOf is how high a layer is, in pixels. Each is half as high as the next.
func (tr *track) heightOf(i int) int {
	if h := tr.layers[i].height.Load(); h > 0 {
		return int(h)
	}
	for j, l := range tr.layers {
		if h := int(l.height.Load()); h > 0 {
			return h << i >> j
		}
	}
	return usualHeight >> (len(tr.layers) - 1 - i)
}

// layersLinger is how long a layer has to be wanted by nobody before its sender
// is told to leave it out, so that a look aside costs nobody a picture.
const layersLinger = 3 * time.Second

// wanting is how many layers of a track, the lowest first, somebody watches.
// Guarded by the room's mu.
type wanting struct {
	now   int // counted anew by each room.tellLayers
	subs  bool
	told  int           // what the sender was told
	peak  int           // the most since it was less than told
	since time.Duration // when it became less; 0 when it is not
}

// settle takes what was counted. It reports whether the sender has to be told:
// of more at once, of less when it has been less for long enough.
func (n *wanting) settle(now time.Duration) bool {
	switch {
	case n.now > n.told:
		n.told, n.since = n.now, 0
		return true
	case n.now == n.told:
		n.since = 0
	case n.since == 0:
		n.since, n.peak = now, n.now
	default:
		if n.peak = max(n.peak, n.now); now-n.since >= layersLinger {
			n.told, n.since = n.peak, 0
			return true
		}
	}
	return false
}

// tellLayers tells senders which layers somebody watches. Those below the
// highest one are always among them: that is what a receiver falls back to when
// its line gets worse. Where nobody is who could watch, the lowest goes on, so
// that whoever comes sees something at once. What may not be sent nobody watches.
// r.mu is held.
func (r *room) tellLayers(now time.Duration) {
	for _, p := range r.peers {
		for _, tr := range p.tracks {
			if tr != nil {
				tr.wants.now, tr.wants.subs = 0, false
			}
		}
	}
	for _, p := range r.peers {
		p.countLayers()
	}
	for _, p := range r.peers {
		p.tellLayers(now)
	}
}

// countLayers adds what a peer's client watches.
func (p *Peer) countLayers() {
	for _, o := range p.video {
		tr := o.track()
		if tr == nil {
			continue
		}
		n := len(tr.layers)
		if height, said := p.watches(tr); said && height == 0 {
			n = 0
		} else if said {
			n = tr.layerFor(height) + 1
		}
		tr.wants.now, tr.wants.subs = max(tr.wants.now, n), true
	}
}

func (p *Peer) tellLayers(now time.Duration) {
	changed := false
	for _, tr := range p.tracks {
		if tr == nil || !tr.video() || p.circle == "" {
			continue
		}
		switch {
		case !tr.allowed.Load() && tr.best(now, 0) == nil:
			continue // its sender has turned it off
		case !tr.allowed.Load():
			tr.wants.now = 0 // it was stopped
		case !tr.wants.subs:
			tr.wants.now = 1
		}
		if tr.wants.settle(now) {
			changed = true
			tr.rest()
		}
	}
	if !changed || p.events.Layers == nil {
		return
	}
	camera, screen := p.tracks[1].wanted(), p.tracks[2].wanted()
	p.room.emit(p, func() { p.events.Layers(camera, screen) })
}

// rest marks the layers that their sender was told to leave out: when one is
// sent again, it is not because of a sender that comes and goes.
func (tr *track) rest() {
	for i, l := range tr.layers {
		if i >= tr.wants.told {
			l.resting.Store(true)
		}
	}
}

func (tr *track) wanted() int {
	if tr == nil {
		return 1
	}
	return tr.wants.told
}

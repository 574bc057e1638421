package sfu

import (
	"sync/atomic"
	"time"
)

// Peer is one participant's connection. Its methods may be called from any
// goroutine.
type Peer struct {
	room   *room
	seat   string
	events Events
	order  uint64 // of joining

	quiet atomic.Bool               // closed by its owner: no more events
	link  atomic.Pointer[transport] // nil before the first offer; set once

	// Guarded by room.mu:
	circle       string
	gone         bool
	allow        [3]bool
	mids         map[string]*midRole
	answered     []string // mids of the last offer, in its order
	remoteICE    string   // the client's credentials; others mean an ICE restart
	session      uint64
	version      int
	tracks       [3]*track // audio, camera, screen
	audio, video []*outStream
	slots        slotTable
	told         bool
	lastSlots    []Slot
	lastWant     *Want
	lastSpeakers []string
	quality      quality
	watch        map[stream]int // heights that the client shows pictures at, as far as it said
}

// Join puts the peer into a circle of its room: from now on it receives from,
// and is received by, the peers of that circle alone. "" is nowhere. In effect
// when it returns.
func (p *Peer) Join(circle string) {
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	if p.gone || p.circle == circle {
		return
	}
	p.circle = circle
	p.room.rewire()
}

// Allow says what the peer may send. Anything else is not forwarded. In effect
// when it returns.
func (p *Peer) Allow(mic, camera, screen bool) {
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	allow := [3]bool{mic, camera, screen}
	if p.gone || p.allow == allow {
		return
	}
	rewire := p.allow[2] != screen
	p.allow = allow
	for i, tr := range p.tracks {
		if tr != nil {
			tr.permit(allow[i])
		}
	}
	if rewire {
		p.room.rewire()
	}
}

// permit lets a track through or not. Whoever was watching waits for a key
// frame when it comes back.
func (tr *track) permit(ok bool) {
	if tr.allowed.Swap(ok) == ok || !ok || !tr.video() {
		return
	}
	for _, o := range *tr.subs.Load() {
		o.restart()
	}
	tr.owner.room.node.work(tr.askKeys)
}

// Close ends the peer. When it returns nothing of it is forwarded any more and
// nothing is forwarded to it.
func (p *Peer) Close() {
	p.quiet.Store(true)
	p.end("")
}

// end ends the peer; why is told unless its owner ended it.
func (p *Peer) end(why Reason) {
	r := p.room
	r.mu.Lock()
	if !p.gone {
		r.drop(p, why)
		r.rewire()
	}
	empty := len(r.peers) == 0
	r.mu.Unlock()
	p.shut()
	if empty {
		r.node.bury(r)
	}
}

// shut ends the transport of a peer that was dropped.
func (p *Peer) shut() {
	if t := p.link.Load(); t != nil {
		p.room.node.remove(t)
		t.close()
	}
}

// connected: media can flow to this client now, so whoever is on its sections
// is asked for a key frame.
func (p *Peer) connected() {
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	p.room.node.work(func(w *worker) {
		for _, o := range p.video {
			if tr := o.track(); tr != nil {
				tr.askKeys(w)
			}
		}
	})
}

// loudness ends an interval of the level meter.
func (p *Peer) loudness() float64 {
	t := p.link.Load()
	if t == nil {
		return 0
	}
	t.inMu.Lock()
	defer t.inMu.Unlock()
	return p.tracks[0].level.tick()
}

func (o *outStream) track() *track {
	o.t.outMu.Lock()
	defer o.t.outMu.Unlock()
	return o.source
}

// restart makes the section wait for a key frame.
func (o *outStream) restart() {
	o.t.outMu.Lock()
	defer o.t.outMu.Unlock()
	if o.source != nil && o.video {
		o.segs = [keptSegments]segment{}
	}
}

// askKeys asks for the key frames that the track's receivers wait for since
// just now.
func (tr *track) askKeys(w *worker) { tr.askKeysAfter(w, keySpacing) }

// askKeysAfter does so if that much time has passed since the last request.
func (tr *track) askKeysAfter(w *worker, spacing time.Duration) {
	var asked [maxRIDs]bool
	for _, o := range *tr.subs.Load() {
		if !o.t.up.Load() {
			continue // it will ask when it connects
		}
		target := o.target.Load()
		cur, paused := o.showing()
		switch {
		case !o.video || paused:
			continue
		case target != nil && target != cur:
		case cur == nil:
			target = tr.layers[0]
			if b := tr.best(w.now, 0); b != nil {
				target = b
			}
		default:
			continue
		}
		if !asked[target.index] {
			asked[target.index] = true
			target.askKey(w, spacing)
		}
	}
}

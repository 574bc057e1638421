package sfu

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Room is a name for the peers of one meeting. It is only a handle: what there
// is of a room exists while it has peers. Its methods may be called from any
// goroutine.
type Room struct {
	node *Node
	id   string
}

// room is the control state of one meeting: who is there, in which circle, and
// who is on whose sections. Nothing on the way of a packet reads it; each
// change computes the fan-out anew and publishes it.
type room struct {
	node *Node
	id   string

	mu      sync.Mutex
	peers   map[string]*Peer // guarded by mu, like all below; by seat
	joined  uint64
	dead    bool // taken off the node's list
	events  []event
	sending bool // a goroutine is handing events out

	speaking map[string][]string // by circle
}

type event struct {
	to *Peer
	f  func()
}

// Open makes a peer for a seat, in no circle and allowed to send nothing. A
// peer that the seat already has is closed as Replaced.
func (r *Room) Open(seat string, events Events) (*Peer, error) {
	for {
		rm, err := r.node.room(r.id)
		if err != nil {
			return nil, err
		}
		if p := rm.open(seat, events); p != nil {
			return p, nil
		}
	}
}

// open returns nil when the room died meanwhile.
func (r *room) open(seat string, events Events) *Peer {
	r.mu.Lock()
	if r.dead {
		r.mu.Unlock()
		return nil
	}
	r.joined++
	p := &Peer{room: r, seat: seat, events: events, order: r.joined, mids: map[string]*midRole{}, quality: newQuality()}
	old := r.peers[seat]
	if old != nil {
		r.drop(old, Replaced)
	}
	r.peers[seat] = p
	r.node.count.peers.Add(1)
	if old != nil {
		r.rewire()
	}
	r.mu.Unlock()
	if old != nil {
		old.shut()
	}
	return p
}

// drop takes a peer out. The caller rewires, and shuts the peer down once mu
// is free.
func (r *room) drop(p *Peer, why Reason) {
	delete(r.peers, p.seat)
	p.gone = true
	r.node.count.peers.Add(-1)
	for _, tr := range p.tracks {
		if tr != nil {
			tr.allowed.Store(false)
			tr.subs.Store(&[]*outStream{})
		}
	}
	if p.events.Closed != nil && why != "" {
		r.emit(p, func() { p.events.Closed(why) })
	}
}

// emit hands an event to its peer, after those before it, from a goroutine that
// holds no lock. mu is held.
func (r *room) emit(p *Peer, f func()) {
	r.events = append(r.events, event{p, f})
	if !r.sending {
		r.sending = true
		r.node.wg.Add(1)
		go r.handOut()
	}
}

func (r *room) handOut() {
	defer r.node.wg.Done()
	for {
		r.mu.Lock()
		events := r.events
		r.events = nil
		if len(events) == 0 {
			r.sending = false
			r.mu.Unlock()
			return
		}
		r.mu.Unlock()
		for _, e := range events {
			if !e.to.quiet.Load() {
				e.f()
			}
		}
	}
}

// ordered are the peers in the order in which they came. mu is held.
func (r *room) ordered() []*Peer {
	all := make([]*Peer, 0, len(r.peers))
	for _, p := range r.peers {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b *Peer) int { return cmp.Compare(a.order, b.order) })
	return all
}

// rewire computes who is on whose sections, publishes the fan-out, tells
// those whose sections changed, and asks for the key frames that are needed
// now. mu is held.
func (r *room) rewire() {
	all := r.ordered()
	subs := map[*track][]*outStream{}
	var fresh []*track
	for _, dst := range all {
		fresh = append(fresh, dst.reassign(all, subs)...)
	}
	for _, p := range all {
		for _, tr := range p.tracks {
			if tr != nil {
				s := subs[tr]
				tr.subs.Store(&s)
			}
		}
	}
	if len(fresh) > 0 {
		r.node.work(func(w *worker) {
			for _, tr := range fresh {
				tr.askKeys(w)
			}
		})
	}
}

// reassign gives the streams of a peer's circle places on its sections, adds
// them to subs, and returns the video tracks that are new on a section.
func (p *Peer) reassign(all []*Peer, subs map[*track][]*outStream) (fresh []*track) {
	wanted, tracks := p.wanted(all)
	p.slots.resize(len(p.audio), len(p.video))
	needAudio, needVideo := p.slots.assign(wanted)
	var list []Slot
	put := func(outs []*outStream, streams []stream) {
		for i, o := range outs {
			tr := tracks[streams[i]]
			hidden := tr != nil && p.hides(tr)
			if o.setSource(tr, hidden) && tr != nil && o.video && !hidden {
				fresh = append(fresh, tr)
			}
			if tr != nil {
				subs[tr] = append(subs[tr], o)
				list = append(list, Slot{Mid: o.mid, Seat: streams[i].seat, Kind: streams[i].kind})
			}
		}
	}
	put(p.audio, p.slots.audio)
	put(p.video, p.slots.video)
	p.tellSlots(list, needAudio, needVideo)
	return fresh
}

// wanted lists what a peer should get.
func (p *Peer) wanted(all []*Peer) ([]stream, map[stream]*track) {
	tracks := map[stream]*track{}
	var wanted []stream
	if p.circle == "" {
		return nil, tracks
	}
	for _, src := range all {
		if src == p || src.circle != p.circle {
			continue
		}
		for i, tr := range src.tracks {
			// Sections for a screen are taken only while it is shown.
			if tr == nil || kinds[i] == Screen && !tr.allowed.Load() {
				continue
			}
			s := stream{src.seat, kinds[i]}
			wanted = append(wanted, s)
			tracks[s] = tr
		}
	}
	return wanted, tracks
}

var kinds = [...]Kind{Audio, Camera, Screen}

// tellSlots reports the sections if they are not what was reported last.
func (p *Peer) tellSlots(list []Slot, needAudio, needVideo int) {
	var want *Want
	if p.link.Load() != nil && (needAudio > len(p.audio) || needVideo > len(p.video)) {
		w := Want{Audio: max(len(p.audio), roomy(needAudio))}
		w.Video = max(len(p.video), w.Audio+1, needVideo)
		want = &w
	}
	same := p.told && slices.Equal(list, p.lastSlots) && (want == nil) == (p.lastWant == nil) &&
		(want == nil || *want == *p.lastWant)
	if same || !p.told && len(list) == 0 && want == nil || p.events.Slots == nil {
		return
	}
	p.told, p.lastSlots, p.lastWant = true, list, want
	p.room.emit(p, func() { p.events.Slots(want, list) })
}

// tick does what a room does ten times a second: choose layers, ask for key
// frames that are still missing, find out who speaks.
func (r *room) tick(w *worker, speakersDue bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.peers {
		p.chooseLayers(w.now)
		for _, tr := range p.tracks {
			if tr != nil && tr.video() {
				tr.askKeysAfter(w, keyInterval)
			}
		}
	}
	if speakersDue {
		r.tellSpeakers()
		r.tellQuality(w.now)
	}
	r.tellLayers(w.now)
}

func (r *room) tellSpeakers() {
	loud := map[string][]heard{}
	for _, p := range r.peers {
		if tr := p.tracks[0]; tr != nil && p.circle != "" {
			if l := p.loudness(); tr.allowed.Load() {
				loud[p.circle] = append(loud[p.circle], heard{p.seat, l})
			}
		}
	}
	now := make(map[string][]string, len(loud))
	for circle, all := range loud {
		slices.SortFunc(all, func(a, b heard) int { return cmp.Compare(a.seat, b.seat) })
		now[circle] = speakers(all, r.speaking[circle])
	}
	r.speaking = now
	for _, p := range r.peers {
		list := now[p.circle]
		if p.events.Speakers == nil || slices.Equal(list, p.lastSpeakers) {
			continue
		}
		p.lastSpeakers = list
		r.emit(p, func() { p.events.Speakers(slices.Clone(list)) })
	}
}

// interval of a room's tick, and of its speakers.
const (
	roomTick     = 100 * time.Millisecond
	speakerTicks = 3
)

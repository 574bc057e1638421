package signaling

import (
	"context"
	"time"

	"anteroom/room"
	"anteroom/sfu"
)

// maxPC bounds the name that a client gives its connection.
const maxPC = 32

// offerTimeout bounds the answering of one offer.
const offerTimeout = 5 * time.Second

// peer is a seat's place in the media gateway. Owned by the live session's
// goroutine.
type peer struct {
	media *sfu.Peer
	pc    string     // the browser's connection that it answers
	may   room.Media // as last told to the gateway
	// As last sent, for a websocket that comes back; nil before.
	slots   *slotsMessage
	layers  *layersMessage
	quality *qualityMessage
}

// reconcile makes the media gateway agree with the session: a peer whose seat
// has no circle is closed, the others are in the circle, and may send what, the
// rules say. With offerPeer it is the only place that opens or closes a peer.
func (l *live) reconcile() {
	for seat, p := range l.peers {
		may := l.session.MediaFor(seat)
		if may.Circle == "" {
			l.closePeer(seat)
			continue
		}
		l.tell(p, may)
	}
}

// tell passes on what changed. What is taken away is taken before the circle
// changes, what is given is given after. While the lease is in doubt nothing is
// given: what this node knows of the session may be old.
func (l *live) tell(p *peer, may room.Media) {
	if l.doubted() || may == p.may {
		return
	}
	if may.Circle != p.may.Circle {
		p.media.Allow(false, false, false)
		p.media.Join(may.Circle)
	}
	p.media.Allow(may.Mic, may.Camera, may.Screen)
	p.may = may
}

func (l *live) closePeer(seat room.SeatID) {
	if p := l.peers[seat]; p != nil {
		delete(l.peers, seat)
		p.media.Close()
	}
}

func (l *live) closePeers() {
	for seat := range l.peers {
		l.closePeer(seat)
	}
}

// offer answers a client's offer on the goroutine of its connection; only the
// choice of the peer is made on the session's.
func (c *conn) offer(pc, sdp string) error {
	if pc == "" || len(pc) > maxPC {
		return room.Refused(room.CodeBadRequest)
	}
	p, err := c.live.peerFor(c.seat, pc)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.server.ctx, offerTimeout)
	defer cancel()
	answer, err := p.Offer(ctx, sdp)
	if err != nil {
		return &room.Error{Code: room.CodeBadRequest, Message: "The offer of this browser could not be answered. Reload the page, or try another browser."}
	}
	c.out.send(answerMessage{Type: "answer", PC: pc, SDP: answer})
	return nil
}

type peerResult struct {
	peer *sfu.Peer
	err  error
}

func (l *live) peerFor(seat room.SeatID, pc string) (*sfu.Peer, error) {
	result := make(chan peerResult, 1)
	ok := l.do(func() {
		p, err := l.offerPeer(seat, pc)
		result <- peerResult{p, err}
	})
	if !ok {
		return nil, room.Refused(room.CodeRestarting)
	}
	r := <-result
	return r.peer, r.err
}

// offerPeer returns the peer for a seat's browser connection, opening it if the
// rules give the seat a circle. A new connection replaces the seat's old one.
func (l *live) offerPeer(seat room.SeatID, pc string) (*sfu.Peer, error) {
	may := l.session.MediaFor(seat)
	if may.Circle == "" {
		return nil, &room.Error{Code: room.CodeNotAllowed, Message: "You cannot be connected at the moment. Please wait."}
	}
	if p := l.peers[seat]; p != nil && p.pc == pc {
		return p.media, nil
	}
	l.closePeer(seat)
	p := &peer{pc: pc}
	media, err := l.media.Open(string(seat), l.events(seat, p))
	if err != nil {
		return nil, err
	}
	p.media = media
	l.peers[seat] = p
	if c := l.conns[seat]; c != nil && c.shown != nil {
		media.Watch(c.shown)
	}
	l.tell(p, may)
	return media, nil
}

// events brings what the gateway reports onto the session's goroutine, and
// drops what an already replaced peer says.
func (l *live) events(seat room.SeatID, p *peer) sfu.Events {
	current := func(fn func()) {
		l.do(func() {
			if l.peers[seat] == p {
				fn()
			}
		})
	}
	return sfu.Events{
		Slots: func(want *sfu.Want, slots []sfu.Slot) {
			current(func() { p.slots = slotsFor(p.pc, want, slots); l.sendTo(seat, *p.slots) })
		},
		Speakers: func(seats []string) {
			current(func() { l.sendTo(seat, speakersMessage{Type: "speakers", Seats: seatIDs(seats)}) })
		},
		Layers: func(camera, screen int) {
			current(func() {
				p.layers = &layersMessage{Type: "layers", PC: p.pc, Camera: camera, Screen: screen}
				l.sendTo(seat, *p.layers)
			})
		},
		Quality: func(q sfu.Quality) {
			current(func() {
				p.quality = &qualityMessage{Type: "quality", PC: p.pc, Down: q.Down, Up: q.Up, Weak: seatIDs(q.Weak)}
				l.sendTo(seat, *p.quality)
			})
		},
		Closed: func(sfu.Reason) { current(func() { l.closePeer(seat) }) },
	}
}

// resendMedia tells a websocket that came back what its media connection was
// told.
func (l *live) resendMedia(seat room.SeatID) {
	p := l.peers[seat]
	if p == nil {
		return
	}
	if p.slots != nil {
		l.sendTo(seat, *p.slots)
	}
	if p.layers != nil {
		l.sendTo(seat, *p.layers)
	}
	if p.quality != nil {
		l.sendTo(seat, *p.quality)
	}
}

func slotsFor(pc string, want *sfu.Want, slots []sfu.Slot) *slotsMessage {
	m := &slotsMessage{Type: "slots", PC: pc, Slots: []slot{}}
	for _, one := range slots {
		m.Slots = append(m.Slots, slot{Mid: one.Mid, Seat: room.SeatID(one.Seat), Kind: one.Kind})
	}
	if want != nil {
		m.Wanted = &wantedSize{Audio: want.Audio, Video: want.Video}
	}
	return m
}

func seatIDs(seats []string) []room.SeatID {
	ids := make([]room.SeatID, 0, len(seats))
	for _, seat := range seats {
		ids = append(ids, room.SeatID(seat))
	}
	return ids
}

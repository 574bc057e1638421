package sfu

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
)

// midRole is what a section of a client's offers is for; it never changes.
type midRole struct {
	video bool
	kind  int // index into tracks, or -1
	out   *outStream
}

// Offer takes the client's SDP offer, the first or a later one of the same
// connection (ICE restart, more sections), and returns the answer, complete
// with candidates. Candidates in the offer are ignored. An offer that is
// refused changes nothing.
func (p *Peer) Offer(ctx context.Context, sdp string) (answer string, err error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	o, err := parseOffer(sdp)
	if err != nil {
		return "", err
	}
	p.room.mu.Lock()
	defer p.room.mu.Unlock()
	if p.gone {
		return "", ErrClosed
	}
	roles, err := p.plan(o)
	if err != nil {
		return "", err
	}
	t, started, err := p.transportFor(o)
	if err != nil {
		return "", err
	}
	a := p.apply(t, o, roles)
	if started {
		p.room.node.start(t)
	}
	p.room.rewire()
	return a, nil
}

// plan finds out what each section is for, without changing anything. The
// client's own sections come first, in the order audio, camera, screen.
func (p *Peer) plan(o *offer) ([]*midRole, error) {
	if len(o.sections) < len(p.answered) {
		return nil, refuse("fewer sections than before")
	}
	for i, mid := range p.answered {
		if o.sections[i].mid != mid {
			return nil, refuse("sections in another order than before")
		}
	}
	taken := [3]bool{}
	for _, r := range p.mids {
		if r.kind >= 0 {
			taken[r.kind] = true
		}
	}
	roles := make([]*midRole, len(o.sections))
	for i := range o.sections {
		s := &o.sections[i]
		if r := p.mids[s.mid]; r != nil {
			if r.video != s.video || r.kind < 0 && (s.dir == sendonly || s.dir == sendrecv) {
				return nil, refuse("a section that changed its meaning")
			}
			roles[i] = r
			continue
		}
		r := &midRole{video: s.video, kind: -1}
		if s.dir == sendonly || s.dir == sendrecv {
			if r.kind = ownKind(s.video, &taken); r.kind < 0 {
				return nil, refuse("more own sections than sound, camera and screen")
			}
		}
		roles[i] = r
	}
	return roles, nil
}

func ownKind(video bool, taken *[3]bool) int {
	for k, t := range taken {
		if !t && (k > 0) == video {
			taken[k] = true
			return k
		}
	}
	return -1
}

// transportFor returns the peer's transport, which the first offer makes.
func (p *Peer) transportFor(o *offer) (t *transport, started bool, err error) {
	if t = p.link.Load(); t == nil {
		t = newTransport(p, o)
		p.link.Store(t)
		p.room.node.restartICE(t)
		p.remoteICE = o.ufrag + o.pwd
		return t, true, nil
	}
	if t.fingerprint != o.fingerprint {
		return nil, false, refuse("another certificate than before")
	}
	if p.remoteICE != o.ufrag+o.pwd {
		p.remoteICE = o.ufrag + o.pwd
		p.room.node.restartICE(t)
	}
	return t, false, nil
}

// apply makes what the sections ask for and writes the answer.
func (p *Peer) apply(t *transport, o *offer, roles []*midRole) string {
	p.answered = p.answered[:0]
	for i := range o.sections {
		p.answered = append(p.answered, o.sections[i].mid)
	}
	p.version++
	if p.session == 0 {
		p.session = random63()
	}
	c := p.room.node.credentials(t)
	a := answer{
		session: p.session, version: p.version, ufrag: c.ufrag, pwd: c.pwd,
		fingerprint: p.room.node.fingerprint, candidates: p.room.node.candidates,
	}
	t.inMu.Lock()
	t.recv.exts = o.exts
	t.inMu.Unlock()
	for i := range o.sections {
		s := &o.sections[i]
		a.sections = append(a.sections, p.applySection(t, s, roles[i]))
	}
	return a.String()
}

func (p *Peer) applySection(t *transport, s *section, r *midRole) answerSection {
	p.mids[s.mid] = r
	out := answerSection{section: *s, dir: inactive}
	switch {
	case s.rejected:
	case r.kind >= 0:
		if s.dir == sendonly || s.dir == sendrecv {
			out.dir = recvonly
			p.publish(t, s, r.kind)
		}
	case s.dir == recvonly:
		out.dir = sendonly
		if r.out == nil {
			r.out = p.receive(t, s)
		}
		out.ssrc, out.rtxSSRC = r.out.ssrc, r.out.rtxSSRC
		out.stream = r.out.stream
	}
	return out
}

// publish makes the track of an own section.
func (p *Peer) publish(t *transport, s *section, kind int) {
	if p.tracks[kind] != nil {
		return
	}
	tr := newTrack(p, kinds[kind], s)
	tr.allowed.Store(p.allow[kind])
	p.tracks[kind] = tr
	t.inMu.Lock()
	defer t.inMu.Unlock()
	t.recv.add(tr, s)
}

// receive makes the outgoing stream of a receiving section.
func (p *Peer) receive(t *transport, s *section) *outStream {
	o := &outStream{
		t: t, mid: s.mid, video: s.video, pt: s.pt, rtxPT: s.rtxPT,
		ssrc: random31(), pos: position{sn: uint16(random31() >> 16), ts: random31()},
	}
	if s.twccFeedback {
		o.twccID = s.exts.twcc
	}
	if s.rtxPT != 0 {
		o.rtxSSRC = random31()
	}
	t.outMu.Lock()
	t.snd.outs = append(t.snd.outs, o)
	t.outMu.Unlock()
	if s.video {
		o.stream = fmt.Sprintf("p%d", len(p.video))
		p.video = append(p.video, o)
	} else {
		o.stream = fmt.Sprintf("p%d", len(p.audio))
		p.audio = append(p.audio, o)
	}
	return o
}

func random63() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint64(b[:]) >> 1
}

// random31 is an SSRC, and never 0 or 1.
func random31() uint32 { return uint32(random63()>>32) | 0x10 }

//go:build linux

package main

import (
	"context"
	"sync"
	"time"

	"github.com/pion/rtp"

	"anteroom/signaling/client"
)

// player is somebody with a client program that does what a browser's page does:
// it connects again when the connection ends or nothing is heard, takes the media
// over or makes them anew, and sends sound all the time.
type player struct {
	s     *clusterSession
	seat  *client.Seat
	ready chan struct{} // closed with the first connection

	mu      sync.Mutex
	now     *client.Conn    // guarded by mu, like all below
	media   *client.Media   //
	heard   time.Time       // when the last packet came
	longest time.Duration   // between two packets, since mark
	resumes []time.Duration // from trying to connect to the view, since mark
	ended   client.Code     // why the connection ended for good
}

// silence is how long nothing is heard until the connection counts as lost.
const silence = 2 * time.Second

// play joins at a node and goes on until the test ends.
func (s *clusterSession) play(label string, at *clusterNode) *player {
	s.t.Helper()
	p := &player{s: s, seat: s.join(label, at), ready: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); p.run(ctx, at) }()
	s.t.Cleanup(func() { cancel(); <-done })
	select {
	case <-p.ready:
	case <-s.within().Done():
		s.t.Fatalf("%s does not get in", label)
	}
	s.players = append(s.players, p)
	return p
}

func (p *player) conn() *client.Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *player) run(ctx context.Context, at *clusterNode) {
	for first := true; ctx.Err() == nil; first = false {
		begun := time.Now()
		c, err := p.connect(ctx, at)
		if err == nil {
			p.took(c, time.Since(begun))
			if first {
				close(p.ready)
			}
			p.stay(ctx, c)
			err = c.WaitEnd(context.Background())
		}
		if p.over(client.CodeOf(err)) {
			break
		}
		wait(ctx, 50*time.Millisecond)
		at = p.s.next()
	}
	if p.media != nil {
		p.media.Close()
	}
}

func (p *player) connect(ctx context.Context, at *clusterNode) (*client.Conn, error) {
	seat := client.Resume(p.seat.Origin, p.seat.Session, p.seat.Key(), p.s.via(at))
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return seat.Connect(ctx)
}

func (p *player) took(c *client.Conn, in time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = c
	p.resumes = append(p.resumes, in)
}

// over tells whether this is the end of the seat.
func (p *player) over(code client.Code) bool {
	switch code {
	case client.CodeRemoved, client.CodeEnded, client.CodeLeft, client.CodeNotAllowed:
		p.mu.Lock()
		p.ended = code
		p.mu.Unlock()
		return true
	}
	return false
}

func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// stay sends until the connection ends, or has been silent for too long.
func (p *player) stay(ctx context.Context, c *client.Conn) {
	defer c.Close()
	ended := make(chan struct{})
	go func() { defer close(ended); _ = c.WaitEnd(ctx) }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for n := uint16(0); ; n++ {
		select {
		case <-ended:
			return
		case <-ctx.Done():
			c.Close()
			<-ended
			return
		case <-tick.C:
			if p.beat(ctx, c, n) {
				c.Close()
				<-ended
				return
			}
		}
	}
}

// beat sends one packet; true when the connection counts as lost.
func (p *player) beat(ctx context.Context, c *client.Conn, n uint16) (lost bool) {
	v := c.View()
	if !v.Media {
		return false
	}
	if p.media == nil || p.media.Lost(v) && n == 0 {
		if err := p.publish(ctx, c); err != nil {
			return true
		}
	} else if n == 0 {
		c.Attach(p.media)
	}
	_ = p.media.Track(client.Audio).WriteRTP(&rtp.Packet{
		Header: rtp.Header{SequenceNumber: n, Timestamp: uint32(n) * 960}, Payload: []byte{0xfc, 1, 2, 3},
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.heard.IsZero() || n < uint16(silence/(20*time.Millisecond)) {
		return false
	}
	return len(v.People) > 1 && time.Since(p.heard) > silence
}

func (p *player) publish(ctx context.Context, c *client.Conn) error {
	if p.media != nil {
		p.media.Close()
		p.media = nil
	}
	engine, err := client.NewEngine(client.EngineOptions{Loopback: true})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	m, err := c.Publish(ctx, client.MediaOptions{Engine: engine, Audio: 2, Video: 1, OnPacket: p.packet})
	if err != nil {
		return err
	}
	if err := c.Send(ctx, true, false, false); err != nil {
		m.Close()
		return err
	}
	p.media = m
	return nil
}

func (p *player) packet(client.Slot, *rtp.Packet) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.heard.IsZero() {
		p.longest = max(p.longest, now.Sub(p.heard))
	}
	p.heard = now
}

// mark begins a measurement.
func (p *player) mark() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.longest, p.resumes = 0, nil
}

// gap is the longest silence since mark, the present one included.
func (p *player) gap() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(p.longest, time.Since(p.heard))
}

// hears tells whether something is heard now.
func (p *player) hears() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.heard.IsZero() && time.Since(p.heard) < time.Second/4
}

func (p *player) resumed() []time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]time.Duration(nil), p.resumes...)
}

//go:build linux

package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"anteroom/signaling/client"
)

const (
	joinPatience = 30 * time.Second
	// firstPatience is how long somebody has to get a key frame before the next
	// one joins.
	firstPatience = 2 * time.Second
)

// person is one participant of a session.
type person struct {
	crowd  *crowd
	number uint32
	host   bool
	alone  bool // the first of a room: nobody to be heard yet

	began, offered time.Duration // on the load's clock
	tap            *tap
	conn           *client.Conn
	end            *endpoint
	shake          *handshake
}

// join goes all the way in: to the waiting room, or past it with media.
func (p *person) join(ctx context.Context, link string) error {
	ctx, cancel := context.WithTimeout(ctx, joinPatience)
	defer cancel()
	p.crowd.joined(p) // whatever it has by then is closed
	if err := p.knock(ctx, link); err != nil {
		return fmt.Errorf("joining: %w", err)
	}
	if !p.crowd.plan.inside {
		return nil
	}
	if _, err := p.conn.WaitPhase(ctx, client.PhaseIn); err != nil {
		return fmt.Errorf("being let in: %w", err)
	}
	talks := p.crowd.plan.talks
	if err := p.conn.Send(ctx, talks, talks, false); err != nil {
		return fmt.Errorf("joining: %w", err)
	}
	if err := p.connectMedia(ctx); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	if talks && !p.alone && !p.crowd.plan.storm {
		p.awaitFirst(ctx)
	}
	return nil
}

// knock redeems the link and opens the websocket.
func (p *person) knock(ctx context.Context, link string) error {
	parsed, err := client.Parse(link)
	if err != nil {
		return err
	}
	p.tap = newTap()
	o := client.Options{HTTP: p.crowd.http, Dialer: p.tap.dialer(), Server: p.crowd.plan.url}
	if o.Key, err = client.NewKey(); err != nil {
		return err
	}
	var seat *client.Seat
	err = patiently(ctx, func() (err error) {
		p.began = p.crowd.loop.now()
		seat, err = client.Join(ctx, parsed, o)
		return err
	})
	if err != nil {
		return err
	}
	if p.conn, err = seat.Connect(ctx); err != nil {
		return err
	}
	if p.host {
		p.crowd.work.Go(p.admit)
	}
	return nil
}

// admit lets in whoever waits, until the connection ends.
func (p *person) admit() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for v := range p.conn.Views(ctx) {
		for _, at := range v.Door {
			if at.Phase == client.PhaseWaiting {
				_ = p.conn.Admit(ctx, at.Seat) // who has gone again is no loss
			}
		}
	}
}

// connectMedia offers, connects and begins to send.
func (p *person) connectMedia(ctx context.Context) error {
	plan, l := p.crowd.plan, p.crowd.loop
	o := offering{
		ufrag: rand.Text()[:8], password: rand.Text() + rand.Text(), fingerprint: p.crowd.identity.fingerprint,
		audio: p.number<<8 | 1, camera: p.number<<8 | 2, resent: p.number<<8 | 3, people: plan.people - 1,
	}
	p.offered = l.now()
	if err := p.conn.Do(ctx, client.Command{"type": "offer", "pc": rand.Text(), "sdp": o.String()}); err != nil {
		return err
	}
	a, err := p.answer(ctx)
	if err != nil {
		return err
	}
	agent := newAgent(o.ufrag, a.ufrag, a.password)
	p.end, err = newEndpoint(l, p.number, a.server, func(b []byte) {
		if b[0] < 4 {
			agent.receive(b)
		} else if p.shake != nil {
			_, _ = p.shake.buffer.Write(b)
		}
	})
	if err != nil {
		return err
	}
	l.do(func() { p.shake = newHandshake(p.end) })
	if err := agent.connect(ctx, p.end); err != nil {
		return err
	}
	return p.secure(ctx, a, o)
}

func (p *person) answer(ctx context.Context) (answered, error) {
	select {
	case sdp := <-p.tap.answers:
		return parseAnswer(sdp)
	case <-ctx.Done():
		return answered{}, ctx.Err()
	}
}

func (p *person) secure(ctx context.Context, a answered, o offering) error {
	in, out, profile, err := p.shake.run(ctx, p.crowd.identity, a.fingerprint)
	if err != nil {
		return err
	}
	p.crowd.mu.Lock()
	p.crowd.profiles[profile]++
	p.crowd.mu.Unlock()
	p.crowd.loop.do(func() {
		c, picture := newControl(in, out, o.audio), newStream(camera, o.camera)
		if p.end.line = newLine(p.crowd.plan.loss, p.number); p.end.line != nil {
			c.repair, picture.history = newRepair(), &history{ssrc: o.resent}
		}
		p.end.open(&secured{in: in, out: out}, c)
		if p.crowd.plan.talks {
			p.end.send(p.crowd.plan.people-1, newStream(audio, o.audio), picture)
		}
	})
	return nil
}

// awaitFirst waits for the first key frame, which the report may miss.
func (p *person) awaitFirst(ctx context.Context) {
	limit := time.NewTimer(firstPatience)
	defer limit.Stop()
	for p.end.firstKey.when() == 0 {
		select {
		case <-p.end.signal:
		case <-limit.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

func (p *person) close() {
	if p.shake != nil {
		p.shake.close()
	}
	if p.end != nil {
		p.crowd.loop.do(p.end.shut)
	}
	if p.conn != nil {
		p.conn.Close()
	}
}

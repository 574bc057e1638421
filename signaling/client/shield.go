package client

import (
	"context"
	"encoding/base64"
	"errors"
	"sync"
	"time"

	"anteroom/signaling/client/e2ee"
)

// mostBoxes bounds the boxes in one message; the protocol allows 64.
const mostBoxes = 32

// Shield is the end-to-end encryption of a seat on one connection (docs/e2ee.md).
// Its methods may be called from any goroutine. Join with Options.E2EE 1.
type Shield struct {
	conn *Conn
	end  context.CancelFunc
	done chan struct{}

	sending   sync.Mutex // keeps boxes in their order
	state     changing
	agreement *e2ee.Agreement // guarded by state.mu, like all below
	sealer    *e2ee.Sealer
	opener    *e2ee.Opener
}

// Protect begins the key agreement. The link brings its secret, if it has one;
// kept is what [Shield.Keep] of an earlier process of the same seat gave, or
// nil. It goes on until the connection ends or the Shield is closed.
func (c *Conn) Protect(link Link, kept *e2ee.Kept) (*Shield, error) {
	view := c.View()
	cfg := e2ee.Config{Session: c.seat.Session, Key: c.seat.options.Key.private, Kept: kept, Now: time.Now()}
	if view.Me.Role == "host" {
		cfg.Role = e2ee.Host
	}
	switch secret := []byte(link.secret); {
	case len(secret) == 0:
	case cfg.Role == e2ee.Host:
		root := e2ee.HostSecret(secret)
		cfg.HostSecret = &root
	default:
		own := e2ee.LinkSecret(secret)
		cfg.LinkSecret, cfg.Invite, cfg.JTI = &own, link.invite, link.jti
	}
	agreement, err := e2ee.New(cfg)
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(context.Background())
	s := &Shield{
		conn: c, end: end, done: make(chan struct{}), agreement: agreement,
		sealer: e2ee.NewSealer(agreement.Seat()), opener: e2ee.NewOpener(),
	}
	go s.run(ctx)
	return s, nil
}

// Close ends it. It returns when its goroutine has ended.
func (s *Shield) Close() {
	s.end()
	<-s.done
}

// run feeds the agreement with views, messages and time.
func (s *Shield) run(ctx context.Context) {
	defer close(s.done)
	rev, first := uint64(0), true
	for {
		keys, view, err := s.next(ctx, rev, first)
		now := time.Now()
		switch {
		case ctx.Err() != nil || err != nil && !errors.Is(err, context.DeadlineExceeded):
			return
		case err != nil:
			s.do(func() []e2ee.Output { return s.agreement.Tick(now) })
		case first || view.Rev > rev:
			rev, first = view.Rev, false
			s.do(func() []e2ee.Output { return s.agreement.Circle(now, circleOf(view)) })
		}
		for _, k := range keys {
			s.receive(now, k)
		}
	}
}

// next waits for a newer view, a message, or the time when something is due.
func (s *Shield) next(ctx context.Context, rev uint64, first bool) (keys []Keys, view View, err error) {
	if due := s.due(); !due.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, due)
		defer cancel()
	}
	c := s.conn
	err = c.wait(ctx, func() bool {
		keys, view, c.keys = c.keys, c.view, nil
		return first || len(keys) > 0 || view.Rev > rev
	})
	return keys, view, err
}

func (s *Shield) due() time.Time {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.agreement.Due()
}

func (s *Shield) receive(now time.Time, k Keys) {
	from, ok := e2ee.ParseSeatID(k.From)
	box, err := base64.RawURLEncoding.Strict().DecodeString(k.Box)
	if ok && err == nil {
		s.do(func() []e2ee.Output { return s.agreement.Receive(now, from, box) })
	}
}

// do gives the agreement something and carries out what it wants.
func (s *Shield) do(input func() []e2ee.Output) {
	s.sending.Lock()
	defer s.sending.Unlock()
	var boxes []Box
	s.state.update(func() {
		for _, o := range input() {
			switch o := o.(type) {
			case e2ee.Send:
				boxes = append(boxes, Box{Seat: o.To.String(), Box: base64.RawURLEncoding.EncodeToString(o.Box)})
			case e2ee.UseKey:
				// The key derivations cannot fail for keys of this length.
				_ = s.sealer.Use(o)
				_ = s.opener.Add(e2ee.AddKey{Seat: s.agreement.Seat(), Epoch: o.Epoch, Key: o.Key, Private: o.Private[:]})
			case e2ee.AddKey:
				_ = s.opener.Add(o)
			case e2ee.DropKeys:
				s.opener.Drop(o)
			}
		}
	})
	for len(boxes) > 0 {
		n := min(len(boxes), mostBoxes)
		_ = s.conn.write(Command{"type": "keys", "to": boxes[:n]}) // a lost connection ends run
		boxes = boxes[n:]
	}
}

// circleOf makes of a view what the agreement goes by.
func circleOf(v View) []e2ee.Person {
	greeted, away := map[string]bool{}, false
	for _, d := range v.Door {
		greeted[d.Seat] = d.Phase == PhaseGreeted
	}
	for _, p := range v.People {
		away = away || p.Seat == v.Me.Seat && p.AtDoor && v.Me.Phase == PhaseIn
	}
	var all []e2ee.Person
	for _, p := range v.People {
		seat, ok := e2ee.ParseSeatID(p.Seat)
		if !ok || p.Seat == v.Me.Seat || v.Me.Phase != PhaseIn && v.Me.Phase != PhaseGreeted {
			continue
		}
		one := e2ee.Person{Seat: seat, Online: p.Online, Capable: p.E2EE, Door: away && greeted[p.Seat]}
		if p.Role == "host" {
			one.Role = e2ee.Host
		}
		one.With = v.Me.Phase == PhaseGreeted || one.Door || !away && !p.AtDoor
		all = append(all, one)
	}
	return all
}

// Admit lets in, and vouches for whom it lets in.
func (s *Shield) Admit(ctx context.Context, seat string) error {
	s.Allow(seat, false)
	return s.conn.Admit(ctx, seat)
}

// Allow vouches for a seat without letting it in; unproved although it has not
// shown the link secret.
func (s *Shield) Allow(seat string, unproved bool) {
	if id, ok := e2ee.ParseSeatID(seat); ok {
		s.do(func() []e2ee.Output { return s.agreement.Allow(time.Now(), unproved, id) })
	}
}

// Remove takes somebody out, whatever the gateway does.
func (s *Shield) Remove(ctx context.Context, seat string) error {
	if id, ok := e2ee.ParseSeatID(seat); ok {
		s.do(func() []e2ee.Output { return s.agreement.Deny(time.Now(), id) })
	}
	return s.conn.Remove(ctx, seat)
}

// Status describes the present moment.
func (s *Shield) Status() e2ee.Status {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.agreement.Status()
}

// WaitStatus waits until ok accepts the status.
func (s *Shield) WaitStatus(ctx context.Context, ok func(e2ee.Status) bool) error {
	return s.state.wait(ctx, func() bool { return ok(s.agreement.Status()) })
}

// Keep is what another process needs to go on with the same seat.
func (s *Shield) Keep() *e2ee.Kept {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.agreement.Keep()
}

// Seal encrypts a frame of a kind; e2ee.ErrNoKey while there is no key.
func (s *Shield) Seal(kind Kind, frame []byte) ([]byte, error) {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.sealer.Seal(frameKind(kind), frame)
}

// Open decrypts a frame that is said to be of that seat and kind.
func (s *Shield) Open(seat string, kind Kind, frame []byte) ([]byte, error) {
	id, ok := e2ee.ParseSeatID(seat)
	if !ok {
		return nil, e2ee.ErrRefused
	}
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.opener.Open(id, frameKind(kind), frame)
}

func frameKind(kind Kind) e2ee.Kind {
	switch kind {
	case Camera:
		return e2ee.Camera
	case Screen:
		return e2ee.Screen
	}
	return e2ee.Audio
}

// Say writes a chat message, encrypted.
func (s *Shield) Say(ctx context.Context, text string, private bool) error {
	s.state.mu.Lock()
	sealed, err := s.sealer.SealText(chatKind(private), text)
	s.state.mu.Unlock()
	if err != nil {
		return err
	}
	return s.conn.SaySealed(ctx, base64.RawURLEncoding.EncodeToString(sealed), private)
}

// Read decrypts a chat message. What is not sealed is refused.
func (s *Shield) Read(m Chat) (string, error) {
	from, ok := e2ee.ParseSeatID(m.From)
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(m.Sealed)
	if !ok || err != nil || m.Text != "" {
		return "", e2ee.ErrRefused
	}
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	return s.opener.OpenText(from, chatKind(m.Private), sealed)
}

func chatKind(private bool) e2ee.Kind {
	if private {
		return e2ee.PrivateChat
	}
	return e2ee.Chat
}

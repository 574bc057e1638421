package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/gorilla/websocket"
)

const (
	subprotocol  = "anteroom.v1"
	writeTimeout = 10 * time.Second
	// silentLimit is how long the server may be silent: it pings every 14 s.
	silentLimit = 40 * time.Second
	// maxMessage bounds a message of the server: the view of a host with 500
	// people on the register.
	maxMessage = 1 << 20
	// keptChats bounds the chat messages that wait for NextChat; older ones go.
	keptChats = 256
	// keptKeys does so for messages of the key agreement and NextKeys.
	keptKeys = 1024
)

// Conn is one websocket of a seat. Its methods may be called from any
// goroutine.
type Conn struct {
	seat   *Seat
	ws     *websocket.Conn
	strict bool
	closed chan struct{} // when the reader has ended

	writing sync.Mutex // one writer at a time

	state    changing
	err      error                 // guarded by state.mu, like all below: why it ended
	view     View                  // the newest
	viewed   bool                  // there is one
	speakers []string              // heard now, loudest first
	chats    []Chat                // not yet taken
	keys     []Keys                // not yet taken
	refs     uint64                // of commands
	pending  map[string]chan error // commands without an answer, by ref
	answers  map[string]string     // SDP answers not yet taken, by pc
	media    *Media                // gets the slots
	slots    *slotsMessage         // the newest
	layers   *layersMessage        // the newest
	turn     *TURN                 // the newest; nil if there is none
}

// Connect opens the seat's websocket and proves the key. It returns when the
// first view is there. A refusal is an *Error.
func (s *Seat) Connect(ctx context.Context) (*Conn, error) {
	ws, err := s.dial(ctx)
	if err != nil {
		return nil, err
	}
	c := &Conn{
		seat: s, ws: ws, strict: s.options.Strict, closed: make(chan struct{}),
		pending: map[string]chan error{}, answers: map[string]string{},
	}
	ws.SetReadLimit(maxMessage)
	stop := context.AfterFunc(ctx, func() { _ = ws.Close() })
	err = c.open()
	if !stop() {
		err = ctx.Err()
	}
	if err != nil {
		_ = ws.Close()
		return nil, err
	}
	go c.read()
	return c, nil
}

func (s *Seat) dial(ctx context.Context) (*websocket.Conn, error) {
	server := s.options.server(s.Origin)
	header := http.Header{"Sec-WebSocket-Protocol": {subprotocol}}
	if s.options.Origin != "" {
		header.Set("Origin", s.options.Origin)
	}
	ws, resp, err := s.options.dialer().DialContext(ctx, "ws"+strings.TrimPrefix(server, "http")+"/v1/ws", header)
	if err == nil {
		return ws, nil
	}
	if resp == nil {
		return nil, err
	}
	data, _ := io.ReadAll(resp.Body)
	return nil, s.options.caller(s.Origin).refusal(resp.StatusCode, data)
}

// open answers the challenge and takes the first view.
func (c *Conn) open() error {
	message, err := c.receive()
	if err != nil {
		return err
	}
	challenge, ok := message.(*challengeMessage)
	if !ok {
		return fmt.Errorf("%w: no challenge", ErrProtocol)
	}
	o := c.seat.options
	signature, err := o.Key.signSocket(o.signed(c.seat.Origin), c.seat.Session, challenge.Nonce)
	if err != nil {
		return err
	}
	err = c.write(Command{"type": "resume", "session": c.seat.Session, "key": o.Key.Public(), "signature": signature})
	for err == nil && !c.viewed {
		if message, err = c.receive(); err == nil {
			err = c.take(message)
		}
	}
	return err
}

func (c *Conn) receive() (any, error) {
	c.extend()
	kind, data, err := c.ws.ReadMessage()
	switch {
	case err != nil:
		return nil, ErrGone
	case kind != websocket.TextMessage:
		return nil, ErrProtocol
	}
	return parseMessage(data, c.strict)
}

func (c *Conn) extend() { _ = c.ws.SetReadDeadline(time.Now().Add(silentLimit)) }

// read takes in messages until the connection ends.
func (c *Conn) read() {
	pong := c.ws.PingHandler()
	c.ws.SetPingHandler(func(data string) error { c.extend(); return pong(data) })
	for {
		message, err := c.receive()
		if err == nil {
			err = c.take(message)
		}
		if err != nil {
			c.end(err)
			return
		}
	}
}

// end tells everybody who waits why nothing more will come.
func (c *Conn) end(err error) {
	_ = c.ws.Close()
	c.state.update(func() {
		c.err = err
		for ref, answer := range c.pending {
			delete(c.pending, ref)
			answer <- err
		}
	})
	close(c.closed)
}

// take takes in one message. A bye is returned as the error that it is.
func (c *Conn) take(message any) error {
	switch m := message.(type) {
	case nil, *beatMessage: // nil: of a type that we do not know
	case *viewMessage:
		c.state.update(func() { c.view, c.viewed = m.View, true })
		c.endMedia(!m.Media)
	case *okMessage:
		c.answer(m.Ref, nil)
	case *errorMessage:
		c.answer(m.Ref, m.refusal(0))
	case *byeMessage:
		c.endMedia(m.Code.endsSeat())
		return &Error{Code: m.Code, Message: m.Message}
	case *chatMessage:
		c.state.update(func() { c.chats = last(append(c.chats, m.Chat), keptChats) })
	case *keysMessage:
		c.state.update(func() { c.keys = last(append(c.keys, m.Keys), keptKeys) })
	case *turnMessage:
		c.state.update(func() { c.turn = &m.TURN })
	case *speakersMessage:
		c.state.update(func() { c.speakers = m.Seats })
	case *slotsMessage:
		c.takeSlots(m)
	case *layersMessage:
		c.state.update(func() { c.layers = m })
		c.tellMedia(m.PC, func(media *Media) { media.takeLayers(m.Layers) })
	case *qualityMessage:
		c.tellMedia(m.PC, func(media *Media) { media.state.update(func() { media.quality = m.Quality }) })
	case *answerMessage:
		c.state.update(func() { c.answers[m.PC] = m.SDP })
		c.tellMedia(m.PC, func(media *Media) { media.state.update(func() { media.answered = true }) })
	default:
		return ErrProtocol
	}
	return nil
}

func last[T any](all []T, n int) []T { return all[max(0, len(all)-n):] }

func (c *Conn) answer(ref string, err error) {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	if answer, ok := c.pending[ref]; ok {
		delete(c.pending, ref)
		answer <- err
	}
}

// Do sends a command and waits for its answer: nil, or the refusal as *Error.
// When the connection ends first, its end is the error.
func (c *Conn) Do(ctx context.Context, command Command) error {
	ref, answer, err := c.expect()
	if err != nil {
		return err
	}
	defer c.forget(ref)
	if err := c.write(command.with(ref)); errors.Is(err, ErrGone) {
		return c.WaitEnd(ctx) // there may be a bye to read
	} else if err != nil {
		return err
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Conn) expect() (ref string, answer chan error, err error) {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	if c.err != nil {
		return "", nil, c.err
	}
	c.refs++
	ref, answer = strconv.FormatUint(c.refs, 10), make(chan error, 1)
	c.pending[ref] = answer
	return ref, answer, nil
}

func (c *Conn) forget(ref string) {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	delete(c.pending, ref)
}

func (c *Conn) write(command Command) error {
	data, err := json.Marshal(command)
	if err != nil {
		return err
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(writeTimeout))
	if err := c.ws.WriteMessage(websocket.TextMessage, data); err != nil {
		return ErrGone
	}
	return nil
}

// Close breaks the connection without a word, as a lost network does; the seat
// stays. It returns when the reader has ended.
func (c *Conn) Close() {
	_ = c.ws.Close()
	<-c.closed
}

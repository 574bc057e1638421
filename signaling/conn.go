package signaling

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"anteroom/room"
	"anteroom/sfu"
)

// conn is one websocket of a seat. Its fields are static once it is in a
// session, where nothing else is said; its reader is the goroutine that runs read.
type conn struct {
	server   *Server
	id       string
	ws       *websocket.Conn
	out      *outbox
	stop     func() bool   // no bye when the server closes
	closed   func()        // when all is over
	limit    *rate.Limiter // owned by the reader, and so is watching
	watching *rate.Limiter // nil until there is a watch
	seat     room.SeatID
	live     *live           // here, or
	far      *websocket.Conn // on the node that has the session

	shown []sfu.Shown // what the client says it shows; owned by live.run

	turnDue time.Time // when to give it TURN anew; owned by live.run
}

// errGone: the connection broke, or the other side closed it.
var errGone = errors.New("signaling: connection is gone")

// receive reads one text message. The limit is checked here rather than by the
// websocket library, which would close before anybody could say why.
func (c *conn) receive() ([]byte, error) {
	kind, reader, err := c.ws.NextReader()
	if err != nil {
		return nil, errGone
	}
	data, err := io.ReadAll(io.LimitReader(reader, MaxMessage+1))
	switch {
	case err != nil:
		return nil, errGone
	case len(data) > MaxMessage:
		return nil, room.Refused(room.CodeTooLarge)
	case kind != websocket.TextMessage:
		return nil, room.Refused(room.CodeBadRequest)
	}
	return data, nil
}

// join marks the seat as connected and enters the live session, which then
// sends the first view.
func (c *conn) join(ctx context.Context, id room.SessionID, why reason) error {
	l, err := c.server.liveSession(ctx, id, why)
	if err != nil {
		return err
	}
	c.live = l
	// Of two connections of one seat, the one that the record names must also be
	// the one that entered last.
	l.joining.Lock()
	defer l.joining.Unlock()
	_, err = l.update(ctx, func(s *room.Session) error { return s.Connect(c.seat, c.id, c.server.now()) })
	if err == nil && !l.enter(c) {
		err = room.Refused(room.CodeRestarting)
	}
	return err
}

// read handles messages until the connection ends.
func (c *conn) read() { c.each(c.handle) }

// each gives every message to take until the connection ends.
func (c *conn) each(take func(data []byte)) {
	c.ws.SetPongHandler(func(string) error { c.out.alive(time.Now()); return nil })
	for c.out.alive(time.Now()) {
		data, err := c.receive()
		if err == nil && !c.limit.Allow() {
			err = room.Refused(room.CodeRateLimited) // more than any page would send
		}
		if err != nil {
			c.fail(err)
			return
		}
		if c.out.alive(time.Now()) {
			take(data)
		}
	}
}

// close waits for the other side to close, for a moment, if there was a bye, and
// closes the connection.
func (c *conn) close() {
	if !c.out.alive(time.Now()) {
		_, _ = io.Copy(io.Discard, c.ws.NetConn())
	}
	_ = c.ws.Close()
}

// handle runs one command and answers it.
func (c *conn) handle(data []byte) {
	h, command, err := parseCommand(data)
	if err == nil {
		err = c.run(command)
	}
	switch {
	case err != nil:
		refusal := c.server.asRefusal(err)
		c.server.counts.refused(refusal.Code)
		c.out.send(errorMessage{Type: "error", Ref: h.Ref, errorMembers: members(refusal)})
	case h.Ref != "":
		c.out.send(okMessage{Type: "ok", Ref: h.Ref})
	}
}

func (c *conn) run(command any) error {
	switch command := command.(type) {
	case act:
		return command.perform(c)
	case change:
		ctx, cancel := c.server.bounded()
		defer cancel()
		return c.live.command(ctx, c.seat, command)
	}
	return room.Refused(room.CodeBadRequest)
}

// fail ends the connection: with a bye when there is a reason that the other
// side should know, silently when the connection itself broke.
func (c *conn) fail(err error) {
	if errors.Is(err, errGone) {
		return
	}
	refusal := c.server.asRefusal(err)
	c.server.counts.refused(refusal.Code)
	c.out.bye(byeMessage{Type: "bye", Code: refusal.Code, Message: refusal.Message})
}

// leave takes the connection out of the session. The seat stays.
func (c *conn) leave() {
	c.live.exit(c)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.server.ctx), storeTimeout)
	defer cancel()
	_ = c.live.apply(ctx, func(s *room.Session) error {
		s.Disconnect(c.seat, c.id, c.server.now())
		return nil
	})
}

package signaling

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"anteroom/room"
)

const (
	// resumeWithin is how long a new connection may take to prove its seat.
	resumeWithin = 10 * time.Second
	// A connection may send this many messages per second, and at once.
	messageRate  = 20
	messageBurst = 160
)

// handleSocket upgrades a request and serves the websocket until it ends, on a
// goroutine of its own, so that what the HTTP server keeps for a request is freed.
func (s *Server) handleSocket(w http.ResponseWriter, r *http.Request) {
	from := s.clientOf(r)
	if err := s.joins.take(from, s.now()); err != nil {
		s.refuse(w, err)
		return
	}
	if err := s.enterSocket(from); err != nil {
		s.refuse(w, err)
		return
	}
	leave := func() { s.sockets.leave(from) }
	ws, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		leave() // the upgrader has answered
		return
	}
	origin := s.originOf(r)
	if !s.spawn(func() { s.serveSocket(ws, clientPulse(), leave, func(c *conn) error { return c.open(origin) }) }) {
		_ = ws.Close()
		leave()
	}
}

// serveSocket serves one websocket from its opening to its end: the opening on
// this goroutine, whose stack grows with signatures and records, and the long time
// after it on one that begins small again.
func (s *Server) serveSocket(ws *websocket.Conn, p pulse, closed func(), open func(*conn) error) {
	c := &conn{server: s, id: newID(), ws: ws, out: newOutbox(ws, p, s.counts.boxes(p)), closed: closed, limit: rate.NewLimiter(messageRate, messageBurst)}
	s.counts.connected.Add(1)
	c.stop = context.AfterFunc(s.ctx, func() { c.out.bye(byeFor(room.CodeRestarting)) })
	if err := open(c); err != nil {
		c.fail(err)
		c.end()
		return
	}
	s.work.Go(c.serve)
}

// serve serves an opened connection until it ends.
func (c *conn) serve() {
	defer c.end()
	if c.far != nil {
		c.relay()
		return
	}
	c.read()
	c.leave()
}

// end writes what still waits and closes.
func (c *conn) end() {
	c.stop()
	c.out.finish()
	c.close()
	c.closed()
	c.server.counts.connected.Add(-1)
}

// open has the other side prove that it holds a seat and puts the connection
// into the session.
func (c *conn) open(origin string) error {
	if c.ws.Subprotocol() != Subprotocol {
		return &room.Error{Code: room.CodeBadRequest, Message: "The websocket subprotocol must be " + Subprotocol + "."}
	}
	nonce := newID()
	c.out.send(challengeMessage{Type: "challenge", Nonce: nonce, Beat: int(clientPulse().every.Seconds())})
	_ = c.ws.SetReadDeadline(time.Now().Add(resumeWithin))
	data, err := c.receive()
	if err != nil {
		return err
	}
	var m resumeMessage
	if err := decodeStrict(data, &m); err != nil || m.Type != "resume" {
		return room.Refused(room.CodeBadRequest)
	}
	return c.resume(m, origin, nonce)
}

func (c *conn) resume(m resumeMessage, origin, nonce string) error {
	key, err := room.ParseSeatKey(m.Key)
	if err != nil {
		return err
	}
	if err := room.VerifyProof(key, room.SocketText(origin, m.Session, nonce, key), m.Signature); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.server.ctx, joinTimeout)
	defer cancel()
	session, _, err := c.server.sessions.Get(ctx, m.Session)
	if errors.Is(err, room.ErrNotFound) && c.server.runs(m.Session) {
		err = room.Refused(room.CodeUnavailable) // it is being ended, or restored
	}
	if err != nil {
		return err
	}
	seat, err := session.SeatOf(key)
	if err != nil {
		return err
	}
	c.seat = seat.ID
	return c.find(ctx, m.Session)
}

const (
	// storeTimeout bounds what a connection waits for the store.
	storeTimeout = 5 * time.Second
	// joinTimeout bounds what a new connection waits for its session: as long as
	// the lease of a node that died, and a little more.
	joinTimeout = leaseTTL + 4*time.Second
)

func (s *Server) bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(s.ctx, storeTimeout)
}

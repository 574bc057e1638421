package signaling

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"anteroom/room"
)

// A session is served by the node that holds its lease. A connection that
// arrives at another node proves its seat there, and is then carried on to the
// holder, message by message. Media go to the holder directly: its addresses are
// in its answers.

const (
	relayPath = "/internal/relay"
	// The seat that the other node has checked, and its session.
	sessionHeader, seatHeader = "Anteroom-Session", "Anteroom-Seat"
	// Where the session is, if it is not here.
	holderHeader = "Anteroom-Holder"

	// relayDial bounds the reaching of another node.
	relayDial = time.Second
	// The holder says that it is alive this often, and counts as gone when it has
	// not done so for this long; by then its lease has nearly run out.
	relayPing, relaySilent = time.Second, 3500 * time.Millisecond
	// lookAgain is how often a session whose holder does not answer is looked at:
	// until its lease has run out.
	lookAgain = 150 * time.Millisecond
	// maxRelayed bounds a message of another node: the view of a host with 500
	// people on the register.
	maxRelayed = 1 << 20
)

// heldError is room.ErrHeld and by whom.
type heldError struct{ lease room.Lease }

func (heldError) Error() string { return room.ErrHeld.Error() }

// Unwrap implements errors.Unwrap.
func (heldError) Unwrap() error { return room.ErrHeld }

// url is where the holder can be reached, "" if it cannot.
func (h heldError) url() string {
	_, url, _ := strings.Cut(h.lease.Node, " ")
	return url
}

// find puts a connection that has proved its seat into the session: here, or
// through the node that has it or should take it. While that node does not
// answer, it may have died: unless that is certain (gone.go), its lease has to run
// out before the session comes here.
func (c *conn) find(ctx context.Context, id room.SessionID) error {
	s := c.server
	url, why := s.elsewhere(id), reasonFree
	for {
		if url == "" {
			err := c.join(ctx, id, why)
			var held heldError
			if !errors.As(err, &held) || held.url() == "" || s.cfg.InternalURL == "" {
				return err
			}
			url, why = held.url(), reasonSilent
		}
		far, holder, err := s.reach(ctx, url, id, c.seat)
		if err == nil {
			c.far = far
			return nil
		}
		if url = ""; holder != s.cfg.InternalURL {
			url = holder
		}
		if url == "" && s.draining.Load() {
			url = s.elsewhere(id)
		}
		select {
		case <-time.After(lookAgain):
		case <-ctx.Done():
			return room.Refused(room.CodeUnavailable)
		}
	}
}

// reach opens a relay to another node, under whichever of the overlapping
// secrets it knows. A node that does not have the session says who has.
func (s *Server) reach(ctx context.Context, url string, id room.SessionID, seat room.SeatID) (far *websocket.Conn, holder string, err error) {
	header := http.Header{sessionHeader: {string(id)}, seatHeader: {string(seat)}}
	for _, key := range s.peering.keys {
		far, resp, err := dialNode(ctx, url, key.client(), header)
		if err == nil {
			return far, "", nil
		}
		if resp != nil {
			return nil, resp.Header.Get(holderHeader), err
		}
	}
	return nil, "", errPeer
}

func dialNode(ctx context.Context, url string, config *tls.Config, header http.Header) (*websocket.Conn, *http.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, relayDial)
	defer cancel()
	d := websocket.Dialer{TLSClientConfig: config, ReadBufferSize: 1024, WriteBufferSize: 1024}
	return d.DialContext(ctx, "wss"+strings.TrimPrefix(url, "https")+relayPath, header)
}

// relay carries messages both ways until either side ends. What goes to the
// client passes its outbox: one that is slow is cut off here and does not hold up
// the other node.
func (c *conn) relay() {
	c.server.counts.relayed.Add(1)
	defer c.server.counts.relayed.Add(-1)
	down := make(chan struct{})
	go func() { defer close(down); c.relayDown() }()
	c.each(func(data []byte) {
		_ = c.far.SetWriteDeadline(time.Now().Add(relaySilent))
		if c.far.WriteMessage(websocket.TextMessage, data) != nil {
			c.out.bye(byeFor(room.CodeRestarting))
		}
	})
	_ = c.far.Close()
	<-down
}

// relayDown passes on what the other node sends. When that ends without a word,
// the client is to connect again: there will be another node.
func (c *conn) relayDown() {
	extend := func() { _ = c.far.SetReadDeadline(time.Now().Add(relaySilent)) }
	pong := c.far.PingHandler()
	c.far.SetPingHandler(func(data string) error { extend(); return pong(data) })
	c.far.SetReadLimit(maxRelayed)
	for {
		extend()
		_, data, err := c.far.ReadMessage()
		if err != nil {
			c.out.bye(byeFor(room.CodeRestarting))
			return
		}
		c.out.pass(data)
	}
}

// Internal is what other nodes of the deployment connect to, and the TLS that it
// must be served with: that is what keeps everybody else out.
func (s *Server) Internal() (http.Handler, *tls.Config) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+relayPath, s.handleRelay)
	mux.HandleFunc("GET "+storePath, s.handleStore)
	mux.HandleFunc("POST "+recordPath, s.handleRecord)
	return mux, s.peering.server()
}

// handleRelay serves a seat that another node has checked, if the session is
// here or free to be taken.
func (s *Server) handleRelay(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := s.bounded()
	defer cancel()
	id, seat := room.SessionID(r.Header.Get(sessionHeader)), room.SeatID(r.Header.Get(seatHeader))
	if err := s.accept(ctx, id); err != nil {
		var held heldError
		if errors.As(err, &held) {
			w.Header().Set(holderHeader, held.url())
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	upgrader := websocket.Upgrader{HandshakeTimeout: relayDial, ReadBufferSize: 1024, WriteBufferSize: 1024}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	enter := func(c *conn) error {
		c.seat = seat
		ctx, cancel := s.bounded()
		defer cancel()
		return c.join(ctx, id, reasonFree)
	}
	if !s.spawn(func() { s.serveSocket(ws, nodePulse(), func() {}, enter) }) {
		_ = ws.Close()
	}
}

// accept has the session here, unless it is elsewhere or this node is about to
// stop.
func (s *Server) accept(ctx context.Context, id room.SessionID) error {
	if s.elsewhere(id) != "" && s.draining.Load() {
		return room.Refused(room.CodeRestarting)
	}
	_, err := s.liveSession(ctx, id, reasonFree)
	return err
}

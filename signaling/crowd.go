package signaling

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"anteroom/room"
)

// crowd counts what each address has open at a time; an IPv6 network of 64 bits
// counts as one. It keeps addresses in memory only, while something is open.
type crowd struct {
	mu sync.Mutex
	by map[netip.Addr]int // guarded by mu
}

func newCrowd() *crowd { return &crowd{by: map[netip.Addr]int{}} }

// enter counts one more and returns how many there are now, this one included.
func (c *crowd) enter(from netip.Addr) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := networkOf(from)
	c.by[key]++
	return c.by[key]
}

func (c *crowd) leave(from netip.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := networkOf(from)
	if c.by[key]--; c.by[key] <= 0 {
		delete(c.by, key)
	}
}

// Bound limits the connections that one address may have open with a listener to
// Config.Connections. A tenth more get an answer that says so (see Bounded); those
// beyond are closed. Trusted proxies are not limited: behind them each client's
// websockets are.
func (s *Server) Bound(l net.Listener) net.Listener { return &boundListener{l, s} }

type boundListener struct {
	net.Listener
	server *Server
}

// Accept implements net.Listener.
func (l *boundListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if counted := l.server.count(c); counted != nil {
			return counted, nil
		}
		_ = c.Close()
		l.server.counts.refused(room.CodeRateLimited)
	}
}

// count is the connection with its place in the crowd; nil if there is none left.
func (s *Server) count(c net.Conn) net.Conn {
	from := addressOf(c.RemoteAddr().String())
	if s.trusted(from) {
		return c
	}
	n, limit := s.opened.enter(from), s.cfg.Connections
	if n > limit+limit/10+1 {
		s.opened.leave(from)
		return nil
	}
	return &countedConn{Conn: c, over: n > limit, leave: sync.OnceFunc(func() { s.opened.leave(from) })}
}

// countedConn gives its place back when it is closed.
type countedConn struct {
	net.Conn
	over  bool // more than its address may have
	leave func()
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	c.leave()
	return c.Conn.Close()
}

type overKey struct{}

// ConnContext is to be that of the http.Server behind a Bound listener.
func ConnContext(ctx context.Context, c net.Conn) context.Context {
	if secured, is := c.(interface{ NetConn() net.Conn }); is { // a *tls.Conn
		c = secured.NetConn()
	}
	if counted, is := c.(*countedConn); is && counted.over {
		return context.WithValue(ctx, overKey{}, true)
	}
	return ctx
}

// Bounded refuses what comes over connections that are too many.
func (s *Server) Bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Context().Value(overKey{}) == nil {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Connection", "close")
		apiHeaders(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { s.refuse(w, s.tooMany()) })).ServeHTTP(w, r)
	})
}

// tooMany is the refusal of a connection beyond the limit.
func (s *Server) tooMany() error {
	refusal := &room.Error{Code: room.CodeRateLimited, Message: "There are too many connections from your network. Close other tabs of this page, or wait a little and try again."}
	refusal.RetryAt = s.now().Add(10 * time.Second).Truncate(time.Second)
	return refusal
}

// enterSocket counts a websocket by the client that it comes from.
func (s *Server) enterSocket(from netip.Addr) error {
	if s.sockets.enter(from) > s.cfg.Connections {
		s.sockets.leave(from)
		return s.tooMany()
	}
	return nil
}

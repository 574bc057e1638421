package turn

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"time"
)

const (
	strayTime   = 10 * time.Second // to make an allocation
	writeTime   = 10 * time.Second // for one write
	acceptPause = 50 * time.Millisecond
)

var errFrame = errors.New("turn: malformed frame")

// stream is a connection of a client, as Pion gets to see it: each Read returns
// one whole frame.
type stream struct {
	net.Conn
	server *Server
	frames *bufio.Reader
	name   string     // the client's address
	from   netip.Addr // as above
	proven bool       // guarded by server.mu
}

// Serve accepts connections until the listener or the server is closed. The
// server closes it in the end. It returns at once.
func (s *Server) Serve(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = l.Close()
		return
	}
	s.listeners[l] = struct{}{}
	s.wg.Go(func() { s.accept(l) })
}

func (s *Server) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err == nil {
			s.Handle(c)
			continue
		}
		select {
		case <-time.After(acceptPause): // out of descriptors: let some be closed
		case <-s.done:
			return
		}
		if errors.Is(err, net.ErrClosed) {
			return
		}
	}
}

// Handle serves one connection, with TLS ended if it had any, and closes it in
// the end. It returns at once.
func (s *Server) Handle(conn net.Conn) {
	c := &stream{Conn: conn, server: s, frames: bufio.NewReaderSize(conn, 4<<10), name: conn.RemoteAddr().String()}
	if at, err := netip.ParseAddrPort(c.name); err == nil {
		c.from = at.Addr()
	}
	_ = conn.SetDeadline(time.Now().Add(strayTime))
	s.mu.Lock()
	full := s.closed || s.streams[c.name] != nil || !s.strays.Take(c.from)
	if !full {
		s.streams[c.name] = c
	}
	s.mu.Unlock()
	if full || !s.door.take(c) {
		s.refused.Add(1)
		_ = c.Close()
	}
}

// provenLocked: there is an allocation; as long as it lives, so does the
// connection.
func (c *stream) provenLocked() {
	if !c.proven {
		c.proven = true
		c.server.strays.Leave(c.from)
		_ = c.Conn.SetDeadline(time.Time{})
	}
}

// Read returns the next frame (RFC 8656 §3.1), whole, in b.
func (c *stream) Read(b []byte) (int, error) {
	head, err := c.frames.Peek(4)
	if err != nil {
		return 0, err
	}
	n, err := frameSize(head)
	if err != nil || n > len(b) {
		return 0, errFrame
	}
	return io.ReadFull(c.frames, b[:n])
}

// frameSize is the size of the frame that begins with these four octets: a STUN
// message (RFC 8489 §5) or channel data (RFC 8656 §12.5).
func frameSize(head []byte) (int, error) {
	n := int(binary.BigEndian.Uint16(head[2:]))
	switch {
	case head[0]>>6 == 0 && n%4 == 0:
		n += 20
	case head[0]>>4 == 4:
		n = 4 + (n+3)&^3
	default:
		return 0, errFrame
	}
	if n > maxFrame {
		return 0, errFrame
	}
	return n, nil
}

// Write implements net.Conn. A client that takes nothing for too long is lost.
func (c *stream) Write(b []byte) (int, error) {
	_ = c.Conn.SetWriteDeadline(time.Now().Add(writeTime))
	n, err := c.Conn.Write(b)
	if err != nil {
		_ = c.Close()
	}
	return n, err
}

// Close implements net.Conn.
func (c *stream) Close() error {
	s := c.server
	s.mu.Lock()
	if s.streams[c.name] == c {
		delete(s.streams, c.name)
		if !c.proven {
			s.strays.Leave(c.from)
		}
	}
	s.mu.Unlock()
	return c.Conn.Close()
}

// door is the listener through which Pion gets streams.
type door struct {
	streams chan net.Conn
	done    chan struct{}
}

func newDoor() *door { return &door{streams: make(chan net.Conn), done: make(chan struct{})} }

func (d *door) take(c net.Conn) bool {
	select {
	case d.streams <- c:
		return true
	case <-d.done:
		return false
	}
}

// Accept implements net.Listener.
func (d *door) Accept() (net.Conn, error) {
	select {
	case c := <-d.streams:
		return c, nil
	case <-d.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener. It is called once, by Pion.
func (d *door) Close() error {
	close(d.done)
	return nil
}

// Addr implements net.Listener.
func (d *door) Addr() net.Addr { return &net.TCPAddr{} }

package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"sync"
	"time"
)

// turnProtocol is what a TURN client says that it speaks (RFC 7443). Browsers
// say nothing.
const turnProtocol = "stun.turn"

const (
	frontTime  = 5 * time.Second // for a handshake, and for the first octet after it
	frontMost  = 4096            // handshakes at a time
	frontPause = 50 * time.Millisecond
)

// tlsFront ends TLS on one port for two services: web pages, for which it is a
// net.Listener, and TURN. To a network that lets only web pages through, both
// look like one: which it is for is known when TLS is there, by the protocol
// that was agreed on, or, where none was, by the first octet: no HTTP begins
// with one below 'A', and TURN with no other than 0.
type tlsFront struct {
	net.Listener
	config *tls.Config
	turn   func(net.Conn)
	only   bool // no pages here

	pages chan net.Conn
	slots chan struct{}   // a token for each handshake that goes on
	life  context.Context // ends with Close
	end   context.CancelFunc
	wg    sync.WaitGroup
}

func newTLSFront(l net.Listener, config *tls.Config, turn func(net.Conn)) *tlsFront {
	f := &tlsFront{
		Listener: l, config: config, turn: turn, pages: make(chan net.Conn), slots: make(chan struct{}, frontMost),
	}
	f.life, f.end = context.WithCancel(context.Background())
	return f
}

// start begins to accept. What it returns closes the listener and waits.
func (f *tlsFront) start() (stop func()) {
	f.wg.Go(f.run)
	return func() { _ = f.Close(); f.wg.Wait() }
}

func (f *tlsFront) run() {
	for {
		select {
		case f.slots <- struct{}{}:
		case <-f.life.Done():
			return
		}
		c, err := f.Listener.Accept()
		if err != nil {
			<-f.slots
			select {
			case <-time.After(frontPause): // out of descriptors: let some be closed
				continue
			case <-f.life.Done():
				return
			}
		}
		f.wg.Go(func() {
			defer func() { <-f.slots }()
			f.sort(c)
		})
	}
}

// sort finds out what a connection is for and hands it over.
func (f *tlsFront) sort(raw net.Conn) {
	c := tls.Server(raw, f.config)
	ctx, cancel := context.WithTimeout(f.life, frontTime)
	defer cancel()
	if err := c.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		return
	}
	switch protocol := c.ConnectionState().NegotiatedProtocol; {
	case f.only, protocol == turnProtocol:
		f.turn(c)
	case protocol != "":
		f.hand(c)
	default:
		f.guess(c)
	}
}

// guess looks at the first octet.
func (f *tlsFront) guess(c *tls.Conn) {
	r := bufio.NewReaderSize(c, 16)
	_ = c.SetReadDeadline(time.Now().Add(frontTime))
	stop := context.AfterFunc(f.life, func() { _ = c.SetReadDeadline(time.Unix(1, 0)) })
	first, err := r.Peek(1)
	stop()
	_ = c.SetReadDeadline(time.Time{})
	switch one := (&begun{Conn: c, r: r}); {
	case err != nil:
		_ = c.Close()
	case first[0] < 'A':
		f.turn(one)
	default:
		f.hand(one)
	}
}

func (f *tlsFront) hand(c net.Conn) {
	select {
	case f.pages <- c:
	case <-f.life.Done():
		_ = c.Close()
	}
}

// begun is a connection of which something has been read.
type begun struct {
	*tls.Conn
	r *bufio.Reader
}

// Read implements net.Conn.
func (b *begun) Read(p []byte) (int, error) { return b.r.Read(p) }

// Accept implements net.Listener, for the pages.
func (f *tlsFront) Accept() (net.Conn, error) {
	select {
	case c := <-f.pages:
		return c, nil
	case <-f.life.Done():
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (f *tlsFront) Close() error {
	f.end()
	return f.Listener.Close()
}

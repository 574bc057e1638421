//go:build linux

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"net"
	"sync"

	"github.com/gorilla/websocket"
)

// tap listens in on a person's websocket for the gateway's answers to offers:
// signaling/client keeps those for its own PeerConnections.
type tap struct {
	answers chan string // SDP

	mu      sync.Mutex
	reader  frameReader // guarded by mu
	started bool        // guarded by mu: the HTTP answer is over
}

func newTap() *tap { return &tap{answers: make(chan string, 4)} }

// dialer opens websockets that the tap listens in on.
func (t *tap) dialer() *websocket.Dialer {
	plain := func(ctx context.Context, network, address string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	secure := func(ctx context.Context, network, address string) (net.Conn, error) {
		return (&tls.Dialer{}).DialContext(ctx, network, address)
	}
	return &websocket.Dialer{
		ReadBufferSize: 1024, WriteBufferSize: 1024,
		NetDialContext: t.on(plain), NetDialTLSContext: t.on(secure),
	}
}

type dial func(ctx context.Context, network, address string) (net.Conn, error)

func (t *tap) on(inner dial) dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := inner(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &tapped{conn, t}, nil
	}
}

// tapped is a connection whose incoming octets a tap sees.
type tapped struct {
	net.Conn
	tap *tap
}

// Read implements net.Conn.
func (t *tapped) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	t.tap.feed(b[:n])
	return n, err
}

func (t *tap) feed(b []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reader.rest = append(t.reader.rest, b...)
	if !t.started {
		_, after, found := bytes.Cut(t.reader.rest, []byte("\r\n\r\n"))
		if !found {
			return
		}
		t.reader.rest, t.started = after, true
	}
	for message, ok := t.reader.next(); ok; message, ok = t.reader.next() {
		var answer struct{ Type, SDP string }
		if !bytes.Contains(message, []byte(`"answer"`)) || json.Unmarshal(message, &answer) != nil || answer.Type != "answer" {
			continue
		}
		select {
		case t.answers <- answer.SDP:
		default:
		}
	}
}

// frameReader cuts what a server sends into websocket frames (RFC 6455 §5.2).
type frameReader struct{ rest []byte }

// next takes the next frame's payload, if it is all there.
func (f *frameReader) next() (payload []byte, ok bool) {
	b := f.rest
	if len(b) < 2 {
		return nil, false
	}
	size, at := uint64(b[1]&0x7f), 2
	switch {
	case size == 126 && len(b) >= 4:
		size, at = uint64(binary.BigEndian.Uint16(b[2:])), 4
	case size == 127 && len(b) >= 10:
		size, at = binary.BigEndian.Uint64(b[2:]), 10
	case size >= 126:
		return nil, false
	}
	if uint64(len(b)-at) < size {
		return nil, false
	}
	payload, f.rest = b[at:at+int(size)], b[at+int(size):]
	if len(f.rest) == 0 {
		f.rest = nil
	}
	return payload, true
}

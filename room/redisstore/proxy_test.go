package redisstore_test

import (
	"bytes"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"anteroom/room/redisstore/redistest"
)

// proxy stands between a store and Redis and can lose what Redis says.
type proxy struct {
	URL      string
	listener net.Listener
	target   string
	group    sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool
	lose  *loss
	deaf  bool // messages of subscriptions are swallowed
	cut   bool // there are no connections
}

// loss waits for a request, lets Redis carry it out, calls meanwhile, and cuts
// the connection instead of passing on the reply.
type loss struct {
	word      string
	meanwhile func()
	happened  atomic.Bool
}

func newProxy(t *testing.T, server *redistest.Server) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{
		URL: "redis://" + l.Addr().String(), listener: l,
		target: strings.TrimPrefix(server.URL, "redis://"), conns: map[net.Conn]bool{},
	}
	p.group.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

func (p *proxy) close() {
	p.listener.Close()
	p.mu.Lock()
	p.hangUpAll()
	p.mu.Unlock()
	p.group.Wait()
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			client.Close()
			continue
		}
		if !p.keep(client, server) {
			continue
		}
		link := &link{proxy: p, client: client, server: server}
		p.group.Go(link.requests)
		p.group.Go(link.replies)
	}
}

func (p *proxy) keep(client, server net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut {
		client.Close()
		server.Close()
		return false
	}
	p.conns[client], p.conns[server] = true, true
	return true
}

// setCut ends all connections and lets none be made, until it is undone.
func (p *proxy) setCut(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = cut
	if cut {
		p.hangUpAll()
	}
}

func (p *proxy) hangUpAll() {
	for c := range p.conns {
		c.Close()
	}
}

// loseReply arms a loss of the reply to the next request that contains word.
func (p *proxy) loseReply(word string, meanwhile func()) *loss {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lose = &loss{word: word, meanwhile: meanwhile}
	return p.lose
}

func (p *proxy) setDeaf(deaf bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deaf = deaf
}

func (p *proxy) isDeaf() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.deaf
}

// match takes the armed loss if the request is the one it waits for.
func (p *proxy) match(request []byte) *loss {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lose
	if l == nil || !bytes.Contains(request, []byte(l.word)) {
		return nil
	}
	p.lose = nil
	return l
}

type link struct {
	*proxy
	client, server net.Conn

	linkMu sync.Mutex
	losing *loss
}

func (l *link) hangUp() {
	l.client.Close()
	l.server.Close()
}

func (l *link) requests() {
	defer l.hangUp()
	for buf := make([]byte, 64<<10); ; {
		n, err := l.client.Read(buf)
		if err != nil {
			return
		}
		if loss := l.match(buf[:n]); loss != nil {
			l.linkMu.Lock()
			l.losing = loss
			l.linkMu.Unlock()
		}
		if _, err := l.server.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (l *link) replies() {
	defer l.hangUp()
	for buf := make([]byte, 64<<10); ; {
		n, err := l.server.Read(buf)
		if err != nil {
			return
		}
		l.linkMu.Lock()
		loss := l.losing
		l.linkMu.Unlock()
		if loss != nil {
			loss.happened.Store(true)
			loss.meanwhile()
			return
		}
		if l.isDeaf() && bytes.Contains(buf[:n], []byte("\r\nmessage\r\n")) {
			continue
		}
		if _, err := l.client.Write(buf[:n]); err != nil {
			return
		}
	}
}

package signaling

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"anteroom/room"
	"anteroom/room/memstore"
	"anteroom/sfu"
	"anteroom/signaling/client"
)

// pipes is a network in memory, so that time can be the test's.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.IPAddr{} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	mine, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return mine, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// inTime runs a test in a bubble with its own clock. Its media node, whose
// sockets are outside of any bubble, is not used.
func inTime(t *testing.T, test func(t *testing.T, w *world)) {
	media := must[*sfu.Node](t)(sfu.New(sfu.Config{Address: "127.0.0.1:0"}))
	defer func() { _ = media.Close() }()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, clock: &clock{}, store: memstore.New(memstore.Options{}), url: "http://hello.test"}
		defer func() { _ = w.store.Close() }()
		w.keys = must[*room.Keys](t)(room.NewKeys(w.url, room.Secret(strings.Repeat("s", room.MinSecret))))
		w.server = must[*Server](t)(New(Config{PublicURL: w.url, APIKey: testKey}, room.NewSessions(w.store, w.keys), media))
		net := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
		pages := &http.Server{Handler: w.server.Handler()}
		served := make(chan struct{})
		go func() { defer close(served); _ = pages.Serve(net) }()
		w.http = &http.Client{Transport: &http.Transport{DialContext: net.dial}}
		w.dialer = &websocket.Dialer{NetDialContext: net.dial}
		w.api = client.API{URL: w.url, Key: testKey, HTTP: w.http, Strict: true}
		test(t, w)
		w.server.Close()
		w.http.CloseIdleConnections()
		_ = pages.Close()
		<-served
	})
}

// TestSilence: who does not prove a seat within 10 s is cut off.
func TestSilence(t *testing.T) {
	inTime(t, func(t *testing.T, w *world) {
		start := time.Now()
		ws, _, err := w.dialer.Dial("ws://hello.test/v1/ws", http.Header{"Sec-WebSocket-Protocol": {Subprotocol}})
		ok(t, err)
		for err == nil {
			_, _, err = ws.ReadMessage()
		}
		if after := time.Since(start); after < resumeWithin || after > resumeWithin+2*time.Second {
			t.Errorf("after %v", after)
		}
		_ = ws.Close()
	})
}

// TestBeat: pages are told every two seconds that the server lives, also while
// they wait for their first view.
func TestBeat(t *testing.T) {
	inTime(t, func(t *testing.T, w *world) {
		ws, _, err := w.dialer.Dial("ws://hello.test/v1/ws", http.Header{"Sec-WebSocket-Protocol": {Subprotocol}})
		ok(t, err)
		r := &raw{t, ws}
		r.skip("challenge")
		for range 4 {
			start := time.Now()
			r.skip("beat")
			if after := time.Since(start); after != clientPulse().every {
				t.Errorf("after %v", after)
			}
		}
		_ = ws.Close()
	})
}

// TestKeepingAlive: a connection that answers pings lives; one that does not is
// taken for lost after 40 s, and 20 s later the room is paused.
func TestKeepingAlive(t *testing.T) {
	inTime(t, func(t *testing.T, w *world) {
		m := w.of("S.")
		host, guest := m.enter("Host"), m.join("S.")
		ok(t, host.Admit(t.Context(), guest.ID))
		s := m.connect(guest)
		<-time.After(10 * time.Minute)
		if host.Err() != nil || s.Err() != nil || s.View().Room.Paused {
			t.Fatalf("%v, %v", host.Err(), s.Err())
		}
		online := func(v client.View) bool { return onlineIn(v, host.seat.ID) }
		gone := func(v client.View) bool { return !online(v) }
		host.Close()
		m.see(s, gone)
		quiet := m.quiet(host.seat)
		start := time.Now()
		m.see(s, online)
		m.seeLate(s, gone)
		if after := time.Since(start); after < silentLimit-time.Second || after > silentLimit+time.Second {
			t.Errorf("lost after %v", after)
		}
		lost := time.Now()
		m.seeLate(s, func(v client.View) bool { return v.Room.Paused && !v.Media })
		if after := time.Since(lost); after < room.PauseAfter || after > room.PauseAfter+time.Second {
			t.Errorf("paused after %v", after)
		}
		back := m.connect(host.seat)
		m.see(s, func(v client.View) bool { return !v.Room.Paused && v.Media })
		_ = quiet.Close()
		back.Close()
		s.Close()
	})
}

// quiet connects a seat and then reads, but says nothing more, not even pong.
func (m *meeting) quiet(seat *client.Seat) *websocket.Conn {
	m.t.Helper()
	ws, _, err := m.dialer.Dial("ws://hello.test/v1/ws", http.Header{"Sec-WebSocket-Protocol": {Subprotocol}})
	ok(m.t, err)
	ws.SetPingHandler(func(string) error { return nil })
	r := &raw{m.t, ws}
	nonce := r.next().Nonce
	r.send(proof(m.t, seat.Key(), "http://hello.test", m.session.ID, nonce))
	r.skip("view")
	go func() {
		for {
			if _, _, err := ws.ReadMessage(); err != nil {
				return
			}
		}
	}()
	return ws
}

// seeLate is see without a limit of its own: time costs nothing here.
func (m *meeting) seeLate(p person, want func(client.View) bool) {
	m.t.Helper()
	if _, err := p.WaitView(m.t.Context(), want); err != nil {
		m.t.Fatal(err)
	}
}

// TestIdleSessionIsLetGo: a session that nobody is connected to is not kept
// running, nor its lease.
func TestIdleSessionIsLetGo(t *testing.T) {
	inTime(t, func(t *testing.T, w *world) {
		m := w.of("S.")
		host := m.enter("Host")
		if n := w.server.Figures().Sessions; n != 1 {
			t.Fatalf("%d sessions", n)
		}
		host.Close()
		<-time.After(idleFor + 10*time.Second)
		if f := w.server.Figures(); f.Sessions != 0 || f.Connections != 0 {
			t.Errorf("%+v", f)
		}
		if _, err := w.store.Acquire(t.Context(), m.session.ID, "another", time.Second); err != nil {
			t.Errorf("the lease is not free: %v", err)
		}
		never := must[*live](t)(w.server.liveSession(t.Context(), room.SessionID(w.of().session.ID), reasonFree))
		<-time.After(idleFor + 10*time.Second)
		if never.ctx.Err() == nil {
			t.Error("a session that nobody ever entered is kept")
		}
	})
}

// TestSessionsEnd: by their hour, once they are empty, and everybody hears of it
// at the latest 12 hours later.
func TestSessionsEnd(t *testing.T) {
	inTime(t, func(t *testing.T, w *world) {
		empty, full := w.of("S."), w.of("S.")
		host := full.enter("Host")
		<-time.After(room.DefaultLength + room.EmptyAfter + sweepEvery + time.Second)
		if all := must[[]client.Session](t)(w.api.List(t.Context())); len(all) != 1 || all[0].State != "overrun" {
			t.Errorf("%d sessions are left", len(all))
		}
		refused(t, empty.asked("S."), client.CodeLinkExpired)
		if host.Err() != nil {
			t.Fatalf("people were in: %v", host.Err())
		}
		<-time.After(room.Overrun)
		full.bye(host, client.CodeEnded)
		if all := must[[]client.Session](t)(w.api.List(t.Context())); len(all) != 0 {
			t.Errorf("%d sessions are left", len(all))
		}
	})
}

package signaling

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"anteroom/room"
	"anteroom/room/memstore"
	"anteroom/sfu"
	"anteroom/signaling/client"
)

const testKey = "an API key for tests"

// clock is the real time, moved ahead by as much as a test says.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time          { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

// world is a real server with a real store and a real media node, on loopback.
type world struct {
	t      *testing.T
	clock  *clock
	store  room.Store
	keys   *room.Keys
	server *Server
	url    string
	http   *http.Client
	dialer *websocket.Dialer // nil: the usual one
	api    client.API
	engine *client.Engine
	hang   func() // makes the port for other nodes refuse connections; nil if there is none
}

func newWorld(t *testing.T, adjust ...func(*Config)) *world {
	t.Helper()
	store := memstore.New(memstore.Options{})
	t.Cleanup(func() { _ = store.Close() })
	return newNode(t, store, adjust...)
}

// newNode is one more server on a store.
func newNode(t *testing.T, store room.Store, adjust ...func(*Config)) *world {
	t.Helper()
	w := &world{t: t, clock: &clock{}, store: store, http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 50}}}
	media := must[*sfu.Node](t)(sfu.New(sfu.Config{Address: "127.0.0.1:0"}))
	t.Cleanup(func() { _ = media.Close() })
	pages := httptest.NewUnstartedServer(nil)
	// One origin for all nodes of a test, as behind a load balancer.
	cfg := Config{PublicURL: "http://hello.test", APIKey: testKey, Now: w.clock.now}
	for _, fn := range adjust {
		fn(&cfg)
	}
	w.keys = must[*room.Keys](t)(room.NewKeys(cfg.PublicURL, room.Secret(strings.Repeat("s", room.MinSecret))))
	w.server = must[*Server](t)(New(cfg, room.NewSessions(store, w.keys), media))
	t.Cleanup(w.server.Close)
	pages.Config.Handler, pages.Config.ConnContext = w.server.Bounded(w.server.Handler()), ConnContext
	pages.Listener = w.server.Bound(&smallBuffers{pages.Listener})
	pages.Start()
	t.Cleanup(func() { w.http.CloseIdleConnections(); pages.Close() })
	w.url = pages.URL
	w.api = client.API{URL: w.url, Key: testKey, HTTP: w.http, Strict: true}
	w.engine = must[*client.Engine](t)(client.NewEngine(client.EngineOptions{Loopback: true}))
	return w
}

// smallBuffers keeps the kernel from taking in much of what a slow reader does
// not read.
type smallBuffers struct{ net.Listener }

func (l *smallBuffers) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(4096)
	}
	return c, err
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// within bounds what a test waits for.
func within(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// options reach the server under its test address, strictly.
func (w *world) options() client.Options {
	return client.Options{HTTP: w.http, Dialer: w.dialer, Server: w.url, Strict: true}
}

// meeting is one session and the links of its people, by label.
type meeting struct {
	*world
	session client.Session
	links   map[string]client.Link
}

// create makes a session; in the clear, if the spec does not say otherwise.
func (w *world) create(spec client.SessionSpec) *meeting {
	w.t.Helper()
	policy, off := client.Policy{}, room.E2EEOff
	if spec.Policy != nil {
		policy = *spec.Policy
	}
	if policy.E2EE == nil {
		policy.E2EE = &off
	}
	spec.Policy = &policy
	s := must[client.Session](w.t)(w.api.Create(within(w.t), spec))
	m := &meeting{world: w, session: s, links: map[string]client.Link{}}
	for _, one := range append(s.Hosts, s.Guests...) {
		m.links[one.Label] = must[client.Link](w.t)(client.Parse(one.Link))
	}
	return m
}

// of makes a session with a host and guests that does not lock by itself.
func (w *world) of(guests ...string) *meeting {
	return w.create(client.SessionSpec{Guests: client.Labels(guests...), Policy: &client.Policy{AutoLock: new(bool)}})
}

// read is the session as the store has it.
func (m *meeting) read() (*room.Session, uint64) {
	m.t.Helper()
	s, version, err := m.server.sessions.Get(within(m.t), room.SessionID(m.session.ID))
	if err != nil {
		m.t.Fatal(err)
	}
	return s, version
}

func (m *meeting) invite(label string) client.Invite {
	m.t.Helper()
	for _, one := range append(m.session.Hosts, m.session.Guests...) {
		if one.Label == label {
			return one
		}
	}
	m.t.Fatalf("nobody is called %s", label)
	return client.Invite{}
}

// join redeems somebody's link.
func (m *meeting) join(label string) *client.Seat {
	m.t.Helper()
	return must[*client.Seat](m.t)(client.Join(within(m.t), m.links[label], m.options()))
}

// person is somebody with a seat and a connection.
type person struct {
	*client.Conn
	seat *client.Seat
}

func (m *meeting) connect(seat *client.Seat) person {
	m.t.Helper()
	c := must[*client.Conn](m.t)(seat.Connect(within(m.t)))
	m.t.Cleanup(c.Close)
	return person{c, seat}
}

// enter redeems somebody's link and connects.
func (m *meeting) enter(label string) person {
	m.t.Helper()
	return m.connect(m.join(label))
}

// admitted is a guest whom the host has let in.
func (m *meeting) admitted(host person, label string) person {
	m.t.Helper()
	guest := m.enter(label)
	ok(m.t, host.Admit(within(m.t), guest.seat.ID))
	m.see(guest, func(v client.View) bool { return v.Me.Phase == client.PhaseIn })
	return guest
}

// see waits until somebody's view is as wanted.
func (m *meeting) see(p person, want func(client.View) bool) client.View {
	m.t.Helper()
	v, err := p.WaitView(within(m.t), want)
	if err != nil {
		m.t.Fatalf("waiting for a view: %v; phase %q, rev %d", err, v.Me.Phase, v.Rev)
	}
	return v
}

func (m *meeting) seePhase(p person, phase client.Phase) client.View {
	m.t.Helper()
	return m.see(p, func(v client.View) bool { return v.Me.Phase == phase })
}

// bye waits for the end of somebody's connection with that code.
func (m *meeting) bye(p person, code client.Code) {
	m.t.Helper()
	if err := p.WaitEnd(within(m.t)); client.CodeOf(err) != code {
		m.t.Fatalf("the connection ended with %v, not %q", err, code)
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused checks that err is the refusal with that code.
func refused(t testing.TB, err error, code client.Code) {
	t.Helper()
	if client.CodeOf(err) != code {
		t.Fatalf("%v, not %q", err, code)
	}
}

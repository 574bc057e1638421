package main

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtp"

	"anteroom/signaling/client"
)

// visit is a session at a running program, and how to reach it.
type visit struct {
	t       testing.TB
	url     string
	options client.Options
	engine  *client.Engine
	session client.Session
	links   map[string]client.Link // by label
}

// newVisit makes a session with one host, called Host.
func newVisit(t testing.TB, url string, options client.Options, guests ...string) *visit {
	t.Helper()
	no, off := false, "off"
	options.Strict = true
	v := &visit{t: t, url: url, options: options, links: map[string]client.Link{}}
	v.engine = need[*client.Engine](t)(client.NewEngine(client.EngineOptions{Loopback: true}))
	v.session = need[client.Session](t)(v.api().Create(v.within(), client.SessionSpec{
		Title: "Tuesday", Guests: client.Labels(guests...), Policy: &client.Policy{AutoLock: &no, E2EE: &off},
	}))
	for _, one := range append(v.session.Hosts, v.session.Guests...) {
		v.links[one.Label] = need[client.Link](t)(client.Parse(one.Link))
	}
	return v
}

func (l *launched) visit(guests ...string) *visit {
	return newVisit(l.t, l.URL(), client.Options{HTTP: l.http}, guests...)
}

func need[T any](t testing.TB) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func (v *visit) api() client.API {
	return client.API{URL: v.url, Key: testKey, HTTP: v.options.HTTP, Strict: true}
}

func (v *visit) within() context.Context {
	ctx, cancel := context.WithTimeout(v.t.Context(), patience)
	v.t.Cleanup(cancel)
	return ctx
}

func (v *visit) ok(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

func (v *visit) refused(err error, code client.Code) {
	v.t.Helper()
	if client.CodeOf(err) != code {
		v.t.Fatalf("%v, not %q", err, code)
	}
}

// redeem uses somebody's link; with another key than before if none is given.
func (v *visit) redeem(label string, key *client.Key, knock bool) (*client.Seat, error) {
	o := v.options
	o.Key, o.Knock = key, knock
	return client.Join(v.within(), v.links[label], o)
}

// visitor is somebody with a seat, a connection and perhaps media.
type visitor struct {
	*client.Conn
	seat  *client.Seat
	media *client.Media
	last  map[string]*atomic.Int64 // when the last packet came, by seat
}

func (v *visit) enter(label string) *visitor {
	v.t.Helper()
	one := &visitor{seat: need[*client.Seat](v.t)(v.redeem(label, nil, false))}
	v.connect(one)
	return one
}

// connect opens the websocket, as often as it takes while the program is
// starting or another still holds the session.
func (v *visit) connect(one *visitor) {
	v.t.Helper()
	ctx, again := v.within(), time.NewTicker(50*time.Millisecond)
	defer again.Stop()
	for {
		c, err := one.seat.Connect(ctx)
		if err == nil {
			one.Conn = c
			v.t.Cleanup(c.Close)
			return
		}
		if code := client.CodeOf(err); code != "" && code != client.CodeUnavailable && code != client.CodeRestarting {
			v.t.Fatal(err)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			v.t.Fatal(err)
		}
	}
}

// see waits until somebody's view is as wanted.
func (v *visit) see(one *visitor, want func(client.View) bool) client.View {
	v.t.Helper()
	seen, err := one.WaitView(v.within(), want)
	if err != nil {
		v.t.Fatalf("waiting for a view: %v; phase %q", err, seen.Me.Phase)
	}
	return seen
}

func isIn(view client.View) bool { return view.Me.Phase == client.PhaseIn && view.Media }

func (v *visit) admit(host, guest *visitor) {
	v.t.Helper()
	v.see(host, func(view client.View) bool { w, there := view.Waiter(guest.seat.ID); return there && w.Online })
	v.ok(host.Admit(v.within(), guest.seat.ID))
	v.see(guest, isIn)
}

// publish connects somebody's media and sends until the test ends.
func (v *visit) publish(one *visitor, others ...*visitor) {
	v.t.Helper()
	if one.media != nil {
		one.media.Close()
	}
	last := map[string]*atomic.Int64{}
	for _, other := range others {
		last[other.seat.ID] = new(atomic.Int64)
	}
	one.last = last
	media, err := one.Publish(v.within(), client.MediaOptions{
		Engine: v.engine, Audio: 2, Video: 4, OnPacket: func(from client.Slot, _ *rtp.Packet) {
			if at := last[from.Seat]; at != nil {
				at.Store(time.Now().UnixNano())
			}
		},
	})
	v.ok(err)
	one.media = media
	v.t.Cleanup(media.Close)
	v.ok(media.WaitConnected(v.within()))
	v.ok(one.Send(v.within(), true, true, false))
	v.pump(media)
}

// pump sends 50 packets of sound and picture a second.
func (v *visit) pump(media *client.Media) {
	ctx, cancel := context.WithCancel(v.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for n := uint16(1); ; n++ {
			select {
			case <-tick.C:
				head := rtp.Header{SequenceNumber: n, Timestamp: uint32(n) * 960, Marker: true}
				_ = media.Track(client.Audio).WriteRTP(&rtp.Packet{Header: head, Payload: []byte{0xfc, 1, 2, 3}})
				_ = media.Track(client.Camera).WriteRTP(&rtp.Packet{Header: head, Payload: keyFrame()})
			case <-ctx.Done():
				return
			}
		}
	}()
	v.t.Cleanup(func() { cancel(); <-done })
}

// keyFrame is a VP8 key frame in one packet: descriptor, tag, start code, size.
func keyFrame() []byte { return []byte{0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0} }

// meet waits until everybody hears and sees everybody.
func (v *visit) meet(all ...*visitor) {
	v.t.Helper()
	ctx := v.within()
	var waits sync.WaitGroup
	for _, who := range all {
		for _, from := range all {
			for _, kind := range []client.Kind{client.Audio, client.Camera} {
				if who == from {
					continue
				}
				waits.Go(func() {
					if err := who.media.WaitPackets(ctx, from.seat.ID, kind, 5); err != nil {
						v.t.Errorf("no %s: %v", kind, err)
					}
				})
			}
		}
	}
	waits.Wait()
	if v.t.Failed() {
		v.t.FailNow()
	}
}

// bye waits for the end of somebody's connection with that code.
func (v *visit) bye(one *visitor, code client.Code) {
	v.t.Helper()
	v.refused(one.WaitEnd(v.within()), code)
}

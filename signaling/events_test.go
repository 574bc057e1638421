package signaling

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/room/memstore"
	"anteroom/signaling/client"
)

// listener is a program that is told of events.
type listener struct {
	t   *testing.T
	got chan Event
}

func listen(t *testing.T) (*listener, func(*Config)) {
	l := &listener{t, make(chan Event, 100)}
	return l, func(c *Config) { c.Events = func(e Event) { l.got <- e } }
}

func (l *listener) next() Event {
	l.t.Helper()
	select {
	case e := <-l.got:
		return e
	case <-within(l.t).Done():
		l.t.Fatal("no event comes")
		return Event{}
	}
}

// expects reads one event.
func (l *listener) expects(what EventType, m *meeting, invite string) Event {
	l.t.Helper()
	e := l.next()
	if e.Type != what || string(e.Session) != m.session.ID || string(e.Invite) != invite || e.At.IsZero() || e.ID == "" {
		l.t.Fatalf("%+v, not %s", e, what)
	}
	return e
}

// What happens in a session is told, once, in words that name nobody.
func TestEvents(t *testing.T) {
	heard, tell := listen(t)
	m := newWorld(t, tell).of("S.")
	host, s := m.enter("Host"), m.invite("S.").ID
	all := []Event{heard.expects(SessionOpened, m, "")}
	guest := m.enter("S.")
	all = append(all, heard.expects(GuestWaiting, m, s))
	ok(t, host.Admit(within(t), guest.seat.ID))
	all = append(all, heard.expects(GuestAdmitted, m, s))
	ok(t, host.Hold(within(t), guest.seat.ID, "A moment."))
	all = append(all, heard.expects(GuestWaiting, m, s))
	ok(t, host.Admit(within(t), guest.seat.ID))
	all = append(all, heard.expects(GuestAdmitted, m, s))
	ok(t, guest.Leave(within(t)))
	all = append(all, heard.expects(GuestLeft, m, s))
	ok(t, host.End(within(t)))
	all = append(all, heard.expects(SessionEnded, m, ""))
	var ids []string
	for _, e := range all {
		if slices.Contains(ids, e.ID) || strings.Contains(fmt.Sprint(e), guest.seat.ID) {
			t.Errorf("%s: two have one name, or it names a seat", e.Type)
		}
		ids = append(ids, e.ID)
	}
	m.bye(host, client.CodeEnded)
	if len(heard.got) > 0 {
		t.Errorf("and then %s", heard.next().Type)
	}
}

// A session that nobody is connected to ends with an event too.
func TestEventOfAnEndFromOutside(t *testing.T) {
	heard, tell := listen(t)
	m := newWorld(t, tell).of("S.")
	ok(t, m.api.End(within(t), m.session.ID))
	heard.expects(SessionEnded, m, "")
}

// The machine that goes on with a session tells the present state again, under
// the same names: what the first one could not deliver is not lost, and what it
// did can be told apart.
func TestEventsOfAnotherNode(t *testing.T) {
	store := memstore.New(memstore.Options{})
	t.Cleanup(func() { _ = store.Close() })
	heard, tell := listen(t)
	first := newNode(t, store, tell)
	m := first.of("S.")
	host, s := m.enter("Host"), m.invite("S.").ID
	opened := heard.expects(SessionOpened, m, "")
	guest := m.enter("S.")
	heard.expects(GuestWaiting, m, s)
	ok(t, host.Admit(within(t), guest.seat.ID))
	admitted := heard.expects(GuestAdmitted, m, s)
	first.server.Close()

	heardThere, tellThere := listen(t)
	m = m.on(newNode(t, store, tellThere))
	m.connect(client.Resume("http://hello.test", m.session.ID, host.seat.Key(), m.options()))
	if e := heardThere.expects(SessionOpened, m, ""); e.ID != opened.ID {
		t.Error("the opening has another name")
	}
	if e := heardThere.expects(GuestAdmitted, m, s); e.ID != admitted.ID || !e.At.Equal(admitted.At) {
		t.Error("the admission has another name or time")
	}
}

// So do the sessions of a host who is removed.
func TestEventOfTheEndWithTheirHost(t *testing.T) {
	heard, tell := listen(t)
	w := newWorld(t, tell)
	var made sessionBody
	w.host("rees").wants("a session", 201, "", "POST", "/v1/sessions", createRequest{}, &made)
	if status, _ := w.root("DELETE", "/v1/hosts/rees", nil, nil); status != 204 {
		t.Fatal(status)
	}
	if e := heard.next(); e.Type != SessionEnded || e.Session != made.ID {
		t.Errorf("%+v", e)
	}
}

// And so does one whose hours run out while nobody is there, once: the store keeps
// it for a moment longer, in which it is open to nobody.
func TestEventOfHoursThatRunOut(t *testing.T) {
	var passed clock
	store := memstore.New(memstore.Options{Now: passed.now})
	t.Cleanup(func() { _ = store.Close() })
	heard, tell := listen(t)
	w := newNode(t, store, tell, func(c *Config) { c.Now = passed.now })
	other := newNode(t, store, tell, func(c *Config) { c.Now = passed.now })
	m := w.of("S.")
	passed.advance(room.DefaultLength + time.Second)
	for range 2 {
		w.server.sweepOnce()
		other.server.sweepOnce()
	}
	heard.expects(SessionEnded, m, "")
	if len(heard.got) > 0 {
		t.Errorf("and then %s", heard.next().Type)
	}
}

package room_test

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"anteroom/room"

	"pgregory.net/rapid"
)

// machine drives a real session and the world side by side.
type machine struct {
	*house
	w        *world
	browsers []browser
	names    []string // of the people
	last     *room.Session
	stored   room.Record // what last was read from
	steps    int64
}

const (
	modelHosts  = 2
	modelGuests = 3
)

func newMachine(t *rapid.T, all *room.Sessions, browsers []browser) *machine {
	seats := rapid.SampledFrom([]int{0, 0, 0, 2}).Draw(t, "limit")
	withPasscode := func(s *room.Spec) { s.Passcode, s.Policy.Seats = right, seats }
	m := &machine{house: buildIn(t, all, withPasscode), browsers: browsers, names: []string{"H1", "H2", "G1", "G2", "G3"}}
	m.w = newWorld(m.now, modelHosts, modelGuests, seats)
	m.last = m.session()
	m.stored = m.record()
	if rapid.Bool().Draw(t, "in the middle") {
		m.middle()
	}
	return m
}

// middle starts with a host in the room, two guests waiting and one in.
func (m *machine) middle() {
	for b, who := range []int{0, modelHosts, modelHosts + 1, modelHosts + 2} {
		m.join(attempt{who: who, browser: b, passcode: right})
		m.connect(b)
	}
	m.command("admit", 0, 3, func(s *room.Session, by room.Actor, at room.SeatID) error { return s.Admit(by, at, m.now) }, m.w.admit(0, 3))
}

// seat is the name of a browser's seat, whether or not it has one.
func (m *machine) seat(b int) room.SeatID {
	for _, seat := range m.last.Seats {
		if seat.Key == m.browsers[b].key {
			return seat.ID
		}
	}
	return "nobody"
}

// apply commits one change and checks what the world says came of it. Before
// that nothing of the world may have been used up, so want is already known.
func (m *machine) apply(did step, want room.Code, fn func(*room.Session) error) {
	m.Helper()
	m.steps++
	ctx := context.Background()
	after, err := m.all.Update(ctx, m.id, 0, fn)
	if got := room.CodeOf(err); got != want {
		m.Fatalf("%s: refused with %q, the model says %q", did.verb, got, want)
	}
	if after == nil {
		m.checkUntouched(did)
		return
	}
	before := m.last
	m.last = after
	if after.Over {
		m.checkOver(ctx)
		return
	}
	m.stored = m.record()
	checkStep(m, before, after, did)
}

func (m *machine) record() room.Record {
	m.Helper()
	rec, err := m.all.Store().Get(context.Background(), string(m.id))
	if err != nil {
		m.Fatal(err)
	}
	return rec
}

// checkUntouched: what was refused has written nothing. A record is sealed with
// a new nonce each time, so that equal bytes mean that nobody wrote.
func (m *machine) checkUntouched(did step) {
	m.Helper()
	if rec := m.record(); rec.Version != m.stored.Version || !bytes.Equal(rec.Data, m.stored.Data) {
		m.Fatalf("%s was refused and changed the record", did.verb)
	}
}

// checkOver: after its end a session is not there any more.
func (m *machine) checkOver(ctx context.Context) {
	m.Helper()
	if _, _, err := m.all.Get(ctx, m.id); err != room.ErrNotFound {
		m.Fatalf("a session that ended is still in the store: %v", err)
	}
	m.w.over = true
}

// command is one of a host's commands on somebody.
func (m *machine) command(verb string, by, at int, fn func(*room.Session, room.Actor, room.SeatID) error, want room.Code) {
	m.Helper()
	actor, target := room.BySeat(m.seat(by)), m.seat(at)
	did := step{verb: verb, host: want == ""}
	m.apply(did, want, func(s *room.Session) error { return fn(s, actor, target) })
}

func (m *machine) join(a attempt) {
	m.Helper()
	given := map[string]string{"right": right, right: right, "wrong": "anchor"}[a.passcode]
	link := m.link(m.names[a.who], a.link)
	r := room.Redemption{Link: link, Key: m.browsers[a.browser].key, Passcode: given, Knock: a.knock}
	m.apply(step{verb: "join"}, m.w.join(a), func(s *room.Session) error {
		_, err := s.Redeem(r, m.keys, m.now)
		return err
	})
}

func (m *machine) connect(b int) {
	m.Helper()
	id := m.seat(b)
	m.apply(step{verb: "connect"}, m.w.connect(b), func(s *room.Session) error { return s.Connect(id, "c", m.now) })
}

func (m *machine) pass(d time.Duration) {
	m.now = m.now.Add(d)
	m.w.pass(m.now)
	m.apply(step{verb: "tick"}, "", func(s *room.Session) error { s.Tick(m.now); return nil })
}

// check compares the whole session with the world and with the promises.
func (m *machine) check(t *rapid.T) {
	if m.w.over {
		return
	}
	s := m.last
	checkStanding(t, s, m.now)
	if s.Locked != m.w.locked || s.Paused != m.w.paused || s.Break != m.w.halted {
		t.Fatalf("locked %v, paused %v, by a host %v; the model says %v, %v, %v", s.Locked, s.Paused, s.Break, m.w.locked, m.w.paused, m.w.halted)
	}
	seats := 0
	for b := range m.browsers {
		seat, ok := s.Seat(m.seat(b))
		want := m.w.tabs[b]
		if ok != (want != nil) {
			t.Fatalf("browser %d has a seat: %v; the model says %v", b, ok, want != nil)
		}
		if !ok {
			continue
		}
		seats++
		if got, want := standing(&seat), fmt.Sprint(string(want.phase), want.online, want.muted, want.stopped); got != want {
			t.Fatalf("browser %d is %s; the model says %s", b, got, want)
		}
	}
	if len(s.Seats) != seats {
		t.Fatalf("there are %d seats for %d browsers", len(s.Seats), seats)
	}
	m.checkRegister(t)
}

func standing(s *room.Seat) string {
	return fmt.Sprint(string(s.Phase), s.Conn != "", s.Muted, s.Stopped)
}

func (m *machine) checkRegister(t *rapid.T) {
	for i, inv := range m.last.Invites {
		p := m.w.people[i]
		holder := room.SeatID("")
		if p.holder != nobody {
			holder = m.seat(p.holder)
		}
		if inv.Seat != holder || inv.Dead != p.dead || inv.Suspended != p.suspended {
			t.Fatalf("%s: dead %q, suspended %v; the model says %q, %v, and perhaps another holder", m.names[i], inv.Dead, inv.Suspended, p.dead, p.suspended)
		}
	}
}

package room_test

import (
	"time"

	"anteroom/room"

	"pgregory.net/rapid"
)

// moves are all that can happen to a session, each with a random choice of who.
func (m *machine) moves() map[string]func(*rapid.T) {
	all := map[string]func(*rapid.T){
		"join": m.moveJoin, "join 2": m.moveJoin, "connect": m.moveConnect, "connect 2": m.moveConnect,
		"disconnect": m.moveDisconnect, "host lost": m.moveHostLost, "take over": m.moveTakeOver,
		"leave": m.moveLeave, "ask": m.moveAsk, "end": m.moveEnd, "media": m.moveMedia,
		"time": m.moveTime, "clock": m.moveClock,
		"reissue": m.moveReissue, "withdraw": m.moveWithdraw, "add": m.moveAdd,
	}
	for name, move := range m.hostMoves() {
		all[name] = move
	}
	for name, move := range all {
		all[name] = func(t *rapid.T) {
			if !m.w.over {
				move(t)
			}
		}
	}
	all[""] = m.check
	return all
}

type onOne = func(*room.Session, room.Actor, room.SeatID) error

// hostMoves are the commands that only a host may give, from anybody.
func (m *machine) hostMoves() map[string]func(*rapid.T) {
	one := func(verb string, want func(by, at int) room.Code, fn onOne) func(*rapid.T) {
		return func(t *rapid.T) {
			by, at := m.someHost(t), m.someTab(t)
			m.command(verb, by, at, fn, want(by, at))
		}
	}
	all := func(verb string, want func(by int) room.Code, fn func(*room.Session, room.Actor) error) func(*rapid.T) {
		return one(verb, func(by, _ int) room.Code { return want(by) }, func(s *room.Session, a room.Actor, _ room.SeatID) error { return fn(s, a) })
	}
	admit := one("admit", m.w.admit, func(s *room.Session, a room.Actor, at room.SeatID) error { return s.Admit(a, at, m.now) })
	return map[string]func(*rapid.T){
		"admit": admit, "admit 2": admit,
		"admit_all": all("admit_all", m.w.admitAll, func(s *room.Session, a room.Actor) error { return s.AdmitAll(a, m.now) }),
		"decline":   one("decline", m.w.decline, func(s *room.Session, a room.Actor, at room.SeatID) error { return s.Decline(a, at, "not now", m.now) }),
		"hold":      one("hold", m.w.hold, func(s *room.Session, a room.Actor, at room.SeatID) error { return s.Hold(a, at, "", m.now) }),
		"greet":     one("greet", m.w.greet, func(s *room.Session, a room.Actor, at room.SeatID) error { return s.Greet(a, at, m.now) }),
		"greet_end": all("greet_end", m.w.greetEnd, func(s *room.Session, a room.Actor) error { return s.GreetEnd(a, m.now) }),
		"remove":    one("remove", m.w.remove, func(s *room.Session, a room.Actor, at room.SeatID) error { return s.Remove(a, at, m.now) }),
		"mute":      one("mute", m.muted(true), func(s *room.Session, a room.Actor, at room.SeatID) error { return s.Mute(a, at, true, false) }),
		"unmute":    one("unmute", m.muted(false), func(s *room.Session, a room.Actor, at room.SeatID) error { return s.Mute(a, at, false, false) }),
		"lock":      all("lock", func(by int) room.Code { return m.w.lock(by, true) }, func(s *room.Session, a room.Actor) error { return s.Lock(a) }),
		"pause":     all("pause", func(by int) room.Code { return m.w.halt(by, true) }, func(s *room.Session, a room.Actor) error { return s.Pause(a) }),
		"continue":  all("continue", func(by int) room.Code { return m.w.halt(by, false) }, func(s *room.Session, a room.Actor) error { return s.Continue(a) }),
		"unlock":    all("unlock", func(by int) room.Code { return m.w.lock(by, false) }, func(s *room.Session, a room.Actor) error { return s.Unlock(a) }),
	}
}

func (m *machine) muted(audio bool) func(by, at int) room.Code {
	return func(by, at int) room.Code { return m.w.mute(by, at, audio, false) }
}

func (m *machine) anyBrowser(t *rapid.T) int {
	return rapid.IntRange(0, len(m.browsers)-1).Draw(t, "browser")
}

// someTab is mostly a browser that has a seat.
func (m *machine) someTab(t *rapid.T) int {
	var some []int
	for b := range m.browsers {
		if m.w.tabs[b] != nil {
			some = append(some, b)
		}
	}
	if len(some) == 0 || rapid.IntRange(0, 9).Draw(t, "anybody") == 0 {
		return m.anyBrowser(t)
	}
	return rapid.SampledFrom(some).Draw(t, "tab")
}

// someHost is mostly a host who is in.
func (m *machine) someHost(t *rapid.T) int {
	var some []int
	for b := range m.browsers {
		if m.w.hosting(b) == "" {
			some = append(some, b)
		}
	}
	if len(some) == 0 || rapid.IntRange(0, 5).Draw(t, "anybody") == 0 {
		return m.someTab(t)
	}
	return rapid.SampledFrom(some).Draw(t, "host")
}

func (m *machine) somePerson(t *rapid.T) int {
	return rapid.IntRange(0, len(m.names)-1).Draw(t, "person")
}

func (m *machine) moveJoin(t *rapid.T) {
	a := attempt{who: m.somePerson(t), browser: m.anyBrowser(t)}
	a.link = m.w.people[a.who].links - 1
	if a.link > 0 && rapid.IntRange(0, 3).Draw(t, "old link") == 0 {
		a.link--
	}
	a.knock = rapid.Bool().Draw(t, "knock")
	a.passcode = rapid.SampledFrom([]string{right, right, right, "wrong", ""}).Draw(t, "passcode")
	if m.linkIsGood(a) {
		m.join(a)
	}
}

// linkIsGood: outside of its time the token itself is refused, which other tests
// show.
func (m *machine) linkIsGood(a attempt) bool {
	_, err := m.keys.ParseLink(m.links[m.names[a.who]][a.link], m.now)
	return err == nil
}

func (m *machine) moveConnect(t *rapid.T) { m.connect(m.someTab(t)) }

func (m *machine) moveDisconnect(t *rapid.T) { m.disconnectTab(m.someTab(t)) }

func (m *machine) moveHostLost(t *rapid.T) { m.disconnectTab(m.someHost(t)) }

func (m *machine) disconnectTab(b int) {
	id := m.seat(b)
	m.w.disconnect(b)
	m.apply(step{verb: "disconnect"}, "", func(s *room.Session) error { s.Disconnect(id, "c", m.now); return nil })
}

func (m *machine) moveTakeOver(*rapid.T) {
	m.w.takeOver()
	m.apply(step{verb: "take over"}, "", func(s *room.Session) error { s.TakeOver(m.now); return nil })
}

func (m *machine) moveLeave(t *rapid.T) {
	b := m.someTab(t)
	by := room.BySeat(m.seat(b))
	m.apply(step{verb: "leave"}, m.w.leave(b), func(s *room.Session) error { return s.Leave(by, m.now) })
}

func (m *machine) moveAsk(t *rapid.T) {
	b := m.someTab(t)
	by := room.BySeat(m.seat(b))
	m.apply(step{verb: "ask"}, m.w.ask(b), func(s *room.Session) error { return s.Ask(by, m.now) })
}

// moveMedia: what somebody says they send changes nothing about who is where.
func (m *machine) moveMedia(t *rapid.T) {
	b := m.someTab(t)
	by, want := room.BySeat(m.seat(b)), room.CodeNotAllowed
	if tab := m.w.tabs[b]; tab != nil {
		switch tab.phase {
		case room.PhaseIn, room.PhaseGreeted:
			want = ""
		case room.PhaseLeft, room.PhaseRemoved, room.PhaseReplaced, room.PhaseWithdrawn:
			want = codeOf(tab.phase)
		}
	}
	m.apply(step{verb: "media"}, want, func(s *room.Session) error { return s.Media(by, true, true, true) })
}

// moveEnd is rare, or there would be no long stories.
func (m *machine) moveEnd(t *rapid.T) {
	if rapid.IntRange(0, 9).Draw(t, "really") != 0 {
		return
	}
	by := m.someHost(t)
	actor := room.BySeat(m.seat(by))
	m.apply(step{verb: "end"}, m.w.hosting(by), func(s *room.Session) error { return s.End(actor) })
}

func (m *machine) moveTime(t *rapid.T) {
	m.pass(rapid.SampledFrom([]time.Duration{time.Second, 7 * time.Second, 20 * time.Second, 3 * time.Minute}).Draw(t, "later"))
}

// moveClock: the clock of the machine jumps.
func (m *machine) moveClock(t *rapid.T) {
	m.pass(rapid.SampledFrom([]time.Duration{90 * time.Second, -90 * time.Second, time.Hour, -time.Hour}).Draw(t, "jump"))
}

func (m *machine) moveReissue(t *rapid.T) {
	who, unlock := m.somePerson(t), rapid.Bool().Draw(t, "unlock")
	m.w.reissue(who, unlock)
	m.issue("reissue", "", func(s *room.Session) (room.Issued, error) {
		return s.Reissue(room.ByOwner(owner), m.invites[m.names[who]], unlock, m.keys, m.now)
	})
}

func (m *machine) moveWithdraw(t *rapid.T) {
	if rapid.IntRange(0, 2).Draw(t, "really") != 0 {
		return
	}
	who := m.somePerson(t)
	m.w.withdraw(who)
	m.apply(step{verb: "withdraw"}, "", func(s *room.Session) error {
		return s.Withdraw(room.ByOwner(owner), m.invites[m.names[who]], m.now)
	})
}

func (m *machine) moveAdd(t *rapid.T) {
	if len(m.names) > modelHosts+modelGuests {
		return
	}
	unlock := rapid.Bool().Draw(t, "unlock")
	want := m.w.add(false, unlock)
	if want == "" {
		m.names = append(m.names, "late")
	}
	m.issue("add", want, func(s *room.Session) (room.Issued, error) {
		return s.AddInvite(room.ByOwner(owner), "late", room.Guest, unlock, m.keys)
	})
}

// issue is apply for what makes a link.
func (m *machine) issue(verb string, want room.Code, fn func(*room.Session) (room.Issued, error)) {
	var issued room.Issued
	m.apply(step{verb: verb}, want, func(s *room.Session) (err error) {
		issued, err = fn(s)
		return err
	})
	if want == "" {
		m.keep(m.last, issued)
	}
}

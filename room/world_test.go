package room_test

import (
	"time"

	"anteroom/room"
)

// world says in the plainest terms what is true of one session: who holds which
// invite, and where each browser is. It knows no keys, tokens, records or
// stores, and is written from PROTOCOL.md §6, not from the code.
type world struct {
	now, opens, closes   time.Time
	locked, paused, over bool
	unlocked             bool      // by a host: no locking by itself
	halted               bool      // by a host
	hostless, empty      time.Time // since when; zero if that is not so
	seats                int       // the limit
	people               []*person
	tabs                 map[int]*tab // by browser
}

// person is one place on the register.
type person struct {
	host   bool
	dead   room.Code
	holder int // the browser, or nobody
	links  int // how many were issued
	// not now, said to the holder and to those who knock; wrong passcodes
	no, knockNo, wrong int
	suspended          bool
}

const nobody = -1

// tab is one browser's seat.
type tab struct {
	who            int
	phase          room.Phase
	online         bool
	host           int        // who greets it
	back           room.Phase // where it goes when that ends
	muted, stopped bool
}

func newWorld(now time.Time, hosts, guests, seats int) *world {
	w := &world{now: now, opens: now, closes: now.Add(room.DefaultLength), empty: now, seats: seats, tabs: map[int]*tab{}}
	for i := range hosts + guests {
		w.people = append(w.people, &person{host: i < hosts, holder: nobody, links: 1})
	}
	return w
}

// codeOf is what a browser in that phase is told, "" while it has its seat.
func codeOf(p room.Phase) room.Code {
	return map[room.Phase]room.Code{
		room.PhaseLeft: room.CodeLeft, room.PhaseRemoved: room.CodeRemoved,
		room.PhaseReplaced: room.CodeLinkUsed, room.PhaseWithdrawn: room.CodeLinkWithdrawn,
	}[p]
}

func (w *world) lives(b int) bool {
	t := w.tabs[b]
	return t != nil && codeOf(t.phase) == ""
}

func (w *world) holds(b int) bool { return w.people[w.tabs[b].who].holder == b }

// hosting is what a command of a host's is refused with, "" if it may be given.
func (w *world) hosting(b int) room.Code {
	t := w.tabs[b]
	switch {
	case t == nil:
		return room.CodeNotAllowed
	case codeOf(t.phase) != "":
		return codeOf(t.phase)
	case t.phase != room.PhaseIn || !w.people[t.who].host:
		return room.CodeNotAllowed
	}
	return ""
}

// aim is hosting for a command on somebody.
func (w *world) aim(by, at int) room.Code {
	if code := w.hosting(by); code != "" {
		return code
	}
	if !w.lives(at) {
		return room.CodeNotFound
	}
	return ""
}

// to moves a browser. Whoever it was greeting goes back to the door.
func (w *world) to(b int, p room.Phase) {
	w.tabs[b].phase = p
	if codeOf(p) != "" {
		w.tabs[b].online = false
	}
	if p != room.PhaseIn {
		w.endTalk(b)
	}
}

func (w *world) endTalk(host int) {
	for b, t := range w.tabs {
		if t.phase == room.PhaseGreeted && t.host == host {
			w.to(b, t.back)
			w.settle(true)
		}
	}
}

// settle is what follows at once: who is there, and with moved whether
// everybody is in.
func (w *world) settle(moved bool) {
	host, any, ever := false, false, false
	for b, t := range w.tabs {
		ever = ever || w.people[t.who].host
		any = any || t.online
		host = host || t.online && w.people[t.who].host && w.tabs[b].phase == room.PhaseIn
	}
	switch {
	case host:
		w.hostless, w.paused = time.Time{}, false
	case ever && w.hostless.IsZero():
		w.hostless = w.now
	}
	if any {
		w.empty = time.Time{}
	} else if w.empty.IsZero() {
		w.empty = w.now
	}
	w.locked = w.locked || moved && !w.unlocked && w.complete()
}

// complete: everybody who is expected is in.
func (w *world) complete() bool {
	some := false
	for _, p := range w.people {
		if p.host || p.dead != "" {
			continue
		}
		if p.holder == nobody || w.tabs[p.holder].phase != room.PhaseIn {
			return false
		}
		some = true
	}
	return some
}

// pass lets time go to now, forwards or back, and does what is due.
func (w *world) pass(now time.Time) {
	w.now = now
	if w.hostless.After(now) {
		w.hostless = now
	}
	if w.empty.After(now) {
		w.empty = now
	}
	if !w.hostless.IsZero() && now.Sub(w.hostless) >= 20*time.Second {
		w.paused = true
	}
	empty := !w.empty.IsZero() && now.Sub(w.empty) >= 2*time.Minute && !now.Before(w.closes)
	w.over = empty || now.Sub(w.closes) >= 12*time.Hour
}

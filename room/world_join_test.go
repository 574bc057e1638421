package room_test

import "anteroom/room"

// attempt is how somebody tries to join.
type attempt struct {
	who, link, browser int // link counts from 0, the oldest
	knock              bool
	passcode           string // right, wrong or ""
}

const right = "harbour"

// join says how an attempt ends.
func (w *world) join(a attempt) room.Code {
	p := w.people[a.who]
	switch {
	case p.dead == room.CodeRemoved:
		return room.CodeRemoved
	case p.dead != "" || a.link != p.links-1:
		return room.CodeLinkWithdrawn
	}
	if t := w.tabs[a.browser]; t != nil {
		if t.who != a.who {
			return room.CodeNotAllowed
		}
		return codeOf(t.phase)
	}
	if code := w.hours(p); code != "" {
		return code
	}
	switch {
	case p.suspended:
		return room.CodeSuspended
	case p.holder != nobody && !a.knock:
		return room.CodeLinkUsed
	case p.holder != nobody && (p.no >= 2 || p.knockNo >= 2):
		return room.CodeDeclined
	}
	if code := w.passcode(p, a.passcode); code != "" {
		return code
	}
	if p.holder != nobody {
		return w.knock(a)
	}
	return w.sit(a)
}

func (w *world) hours(p *person) room.Code {
	switch {
	case !w.now.Before(w.closes):
		return room.CodeEnded
	case !p.host && w.now.Before(w.opens):
		return room.CodeTooEarly
	}
	return ""
}

func (w *world) passcode(p *person, given string) room.Code {
	switch {
	case p.host:
		return ""
	case given == "":
		return room.CodePasscodeRequired
	case given == right:
		p.wrong = 0
		return ""
	}
	if p.wrong++; p.wrong < 5 {
		return room.CodePasscodeWrong
	}
	p.suspended = true
	return room.CodeSuspended
}

func (w *world) sit(a attempt) room.Code {
	p := w.people[a.who]
	phase := room.PhaseIn
	if !p.host {
		if w.locked {
			return room.CodeLocked
		}
		if w.seats > 0 && w.seated() >= w.seats {
			return room.CodeFull
		}
		phase = room.PhaseWaiting
	}
	w.tabs[a.browser] = &tab{who: a.who, phase: phase}
	p.holder = a.browser
	w.settle(true)
	return ""
}

// seated counts the guests who hold a seat.
func (w *world) seated() (n int) {
	for b, t := range w.tabs {
		if w.lives(b) && w.holds(b) && !w.people[t.who].host {
			n++
		}
	}
	return n
}

// knock: one at a time, and whoever is connected stays.
func (w *world) knock(a attempt) room.Code {
	for b, t := range w.tabs {
		if t.who == a.who && t.online && !w.holds(b) {
			return room.CodeLinkUsed
		}
	}
	for b, t := range w.tabs {
		if t.who == a.who && !w.holds(b) && (w.lives(b) || t.phase == room.PhaseLeft) {
			delete(w.tabs, b)
		}
	}
	w.tabs[a.browser] = &tab{who: a.who, phase: room.PhaseKnocking}
	return ""
}

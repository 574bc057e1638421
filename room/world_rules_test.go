package room_test

import "anteroom/room"

func (w *world) connect(b int) room.Code {
	switch {
	case w.tabs[b] == nil:
		return room.CodeNotAllowed
	case !w.lives(b):
		return codeOf(w.tabs[b].phase)
	}
	w.tabs[b].online = true
	w.settle(false)
	return ""
}

func (w *world) disconnect(b int) {
	if w.tabs[b] == nil || !w.tabs[b].online {
		return
	}
	w.tabs[b].online = false
	w.endTalk(b)
	w.settle(false)
}

// takeOver: the process that held all connections is gone.
func (w *world) takeOver() {
	for _, t := range w.tabs {
		t.online = false
	}
	for b, t := range w.tabs {
		if t.phase == room.PhaseGreeted {
			w.to(b, t.back)
			w.settle(true)
		}
	}
	w.settle(false)
}

func (w *world) admit(by, at int) room.Code {
	if code := w.aim(by, at); code != "" || w.tabs[at].phase == room.PhaseIn {
		return code
	}
	w.letIn(at)
	return ""
}

func (w *world) letIn(b int) {
	t := w.tabs[b]
	p := w.people[t.who]
	if old := p.holder; old != b {
		t.muted = t.muted || w.tabs[old].muted
		t.stopped = t.stopped || w.tabs[old].stopped
		if w.lives(old) {
			w.to(old, room.PhaseReplaced)
		}
	}
	p.holder, p.no, p.knockNo = b, 0, 0
	w.to(b, room.PhaseIn)
	w.settle(true)
}

func (w *world) admitAll(by int) room.Code {
	if code := w.hosting(by); code != "" {
		return code
	}
	for b, t := range w.tabs {
		if t.phase == room.PhaseWaiting && t.online {
			w.letIn(b)
		}
	}
	return ""
}

func (w *world) decline(by, at int) room.Code {
	if code := w.aim(by, at); code != "" {
		return code
	}
	t := w.tabs[at]
	switch t.phase {
	case room.PhaseIn, room.PhaseHeld:
		return room.CodeNotAllowed
	case room.PhaseDeclined:
		return ""
	}
	if w.holds(at) {
		w.people[t.who].no++
	} else {
		w.people[t.who].knockNo++
	}
	w.to(at, room.PhaseDeclined)
	w.settle(true)
	return ""
}

func (w *world) ask(b int) room.Code {
	t := w.tabs[b]
	switch {
	case t == nil:
		return room.CodeNotAllowed
	case !w.lives(b):
		return codeOf(t.phase)
	case t.phase != room.PhaseDeclined:
		return room.CodeNotAllowed
	}
	p := w.people[t.who]
	asks, back := p.no, room.PhaseWaiting
	if !w.holds(b) {
		asks, back = max(p.no, p.knockNo), room.PhaseKnocking
	}
	if asks >= 2 {
		return room.CodeDeclined
	}
	w.to(b, back)
	w.settle(true)
	return ""
}

func (w *world) hold(by, at int) room.Code {
	if code := w.aim(by, at); code != "" {
		return code
	}
	if w.people[w.tabs[at].who].host || w.tabs[at].phase != room.PhaseIn {
		return room.CodeNotAllowed
	}
	w.to(at, room.PhaseHeld)
	w.settle(true)
	return ""
}

func (w *world) greet(by, at int) room.Code {
	if code := w.aim(by, at); code != "" {
		return code
	}
	t := w.tabs[at]
	switch t.phase {
	case room.PhaseGreeted:
		if t.host == by {
			return ""
		}
		return room.CodeNotAllowed
	case room.PhaseIn, room.PhaseDeclined:
		return room.CodeNotAllowed
	}
	w.endTalk(by)
	t.back, t.host = t.phase, by
	w.to(at, room.PhaseGreeted)
	w.settle(true)
	return ""
}

func (w *world) greetEnd(by int) room.Code {
	code := w.hosting(by)
	if code == "" {
		w.endTalk(by)
	}
	return code
}

func (w *world) mute(by, at int, audio, video bool) room.Code {
	code := w.aim(by, at)
	if code == "" && w.people[w.tabs[at].who].host {
		return room.CodeNotAllowed
	}
	if code == "" {
		w.tabs[at].muted, w.tabs[at].stopped = audio, video
	}
	return code
}

func (w *world) remove(by, at int) room.Code {
	code := w.aim(by, at)
	if code == "" && w.people[w.tabs[at].who].host {
		return room.CodeNotAllowed
	}
	if code == "" {
		w.takeOut(at)
	}
	return code
}

// takeOut removes a person; of somebody who knocks, the knocking alone.
func (w *world) takeOut(at int) {
	who := w.tabs[at].who
	if !w.holds(at) {
		w.people[who].knockNo = room.Declines
		w.to(at, room.PhaseRemoved)
		w.settle(true)
		return
	}
	w.people[who].dead = room.CodeRemoved
	w.kill(who, room.PhaseRemoved)
}

func (w *world) kill(who int, to room.Phase) {
	some := false
	for b, t := range w.tabs {
		if t.who == who && w.lives(b) {
			some = true
			w.to(b, to)
		}
	}
	w.settle(some)
}

func (w *world) leave(b int) room.Code {
	switch {
	case w.tabs[b] == nil:
		return room.CodeNotAllowed
	case !w.lives(b):
		return codeOf(w.tabs[b].phase)
	}
	w.to(b, room.PhaseLeft)
	w.settle(true)
	return ""
}

func (w *world) lock(by int, locked bool) room.Code {
	code := w.hosting(by)
	if code == "" {
		w.locked, w.unlocked = locked, !locked
	}
	return code
}

func (w *world) halt(by int, on bool) room.Code {
	code := w.hosting(by)
	if code == "" {
		w.halted = on
	}
	return code
}

func (w *world) reissue(who int, unlock bool) {
	p := w.people[who]
	w.kill(who, room.PhaseWithdrawn)
	*p = person{host: p.host, holder: nobody, links: p.links + 1}
	w.locked, w.unlocked = w.locked && !unlock, false
}

func (w *world) withdraw(who int) {
	w.unlocked = false
	if p := w.people[who]; p.dead == "" {
		p.dead = room.CodeLinkWithdrawn
	}
	w.kill(who, room.PhaseWithdrawn)
	w.locked = w.locked || w.complete()
}

func (w *world) add(host, unlock bool) room.Code {
	if !host && w.locked && !unlock {
		return room.CodeLocked
	}
	w.people = append(w.people, &person{host: host, holder: nobody, links: 1})
	w.locked, w.unlocked = w.locked && host, w.unlocked && host
	return ""
}

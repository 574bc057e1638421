package signaling

import (
	"fmt"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"

	"anteroom/signaling/client"
)

// stages are the phases in which a guest can be connected, and how to get there.
func stages() map[client.Phase]func(*meeting, person) person {
	greet := func(m *meeting, host, guest person) person {
		ok(m.t, host.Greet(within(m.t), guest.seat.ID))
		m.seePhase(guest, client.PhaseGreeted)
		return guest
	}
	return map[client.Phase]func(*meeting, person) person{
		client.PhaseWaiting: func(m *meeting, _ person) person { return m.enter("S.") },
		client.PhaseGreeted: func(m *meeting, host person) person { return greet(m, host, m.enter("S.")) },
		client.PhaseIn:      func(m *meeting, host person) person { return m.admitted(host, "S.") },
		client.PhaseKnocking: func(m *meeting, _ person) person {
			m.join("S.")
			o := m.options()
			o.Knock = true
			return m.connect(must[*client.Seat](m.t)(client.Join(within(m.t), m.links["S."], o)))
		},
		client.PhaseHeld: func(m *meeting, host person) person {
			guest := m.admitted(host, "S.")
			ok(m.t, host.Hold(within(m.t), guest.seat.ID, "A moment."))
			m.seePhase(guest, client.PhaseHeld)
			return guest
		},
		client.PhaseDeclined: func(m *meeting, host person) person { return m.declined(host, m.enter("S.")) },
		finallyDeclined: func(m *meeting, host person) person {
			guest := m.declined(host, m.enter("S."))
			ok(m.t, guest.Ask(within(m.t)))
			m.seePhase(guest, client.PhaseWaiting)
			return m.declined(host, guest)
		},
	}
}

// finallyDeclined is PhaseDeclined without another chance.
const finallyDeclined client.Phase = "declined for good"

func (m *meeting) declined(host, guest person) person {
	m.t.Helper()
	ok(m.t, host.Decline(within(m.t), guest.seat.ID, ""))
	m.seePhase(guest, client.PhaseDeclined)
	return guest
}

// allowed is what a guest may do in a phase, and refusedWith why not. A broken
// offer shows whether an offer is looked at.
func allowed(phase client.Phase, kind string) client.Code {
	in, greeted := phase == client.PhaseIn, phase == client.PhaseGreeted
	switch kind {
	case "resume":
		return client.CodeBadRequest
	case "leave", "watch":
		return ""
	case "offer":
		return choose(in || greeted, client.CodeBadRequest)
	case "media", "keys":
		return choose(in || greeted, "")
	case "hand", "chat":
		return choose(in, "")
	case "ask":
		if phase == finallyDeclined {
			return client.CodeDeclined
		}
		return choose(phase == client.PhaseDeclined, "")
	}
	return client.CodeNotAllowed // what only hosts may do
}

func choose(may bool, then client.Code) client.Code {
	if may {
		return then
	}
	return client.CodeNotAllowed
}

// commands are the protocol's examples, about some seat.
func commands(t testing.TB, seat string) []client.Command {
	t.Helper()
	var all []client.Command
	for _, one := range examples(t) {
		var c client.Command
		if len(one.name) < 7 || one.name[:7] != "client " {
			continue
		}
		ok(t, json.Unmarshal([]byte(one.text), &c))
		delete(c, "ref")
		if c["seat"] != nil {
			c["seat"] = seat
		}
		if c["sealed"] == nil {
			all = append(all, c)
		}
	}
	return all
}

// TestEveryMessageInEveryPhase: what is not allowed is refused, and changes
// nothing (P2).
func TestEveryMessageInEveryPhase(t *testing.T) {
	for phase, reach := range stages() {
		t.Run(string(phase), func(t *testing.T) {
			m := newWorld(t).of("S.", "M.", "W.")
			host := m.enter("Host")
			other := m.admitted(host, "M.")
			waiting := m.enter("W.")
			guest := reach(m, host)
			for _, target := range []string{other.seat.ID, host.seat.ID, waiting.seat.ID, guest.seat.ID, "nobody"} {
				m.tryRefused(guest, phase, target)
			}
			m.tryAllowed(guest, phase)
			m.unharmed(host, other, waiting)
		})
	}
}

func (m *meeting) tryRefused(guest person, phase client.Phase, target string) {
	m.t.Helper()
	_, before := m.read()
	for _, c := range commands(m.t, target) {
		kind := fmt.Sprint(c["type"])
		want := allowed(phase, kind)
		if want == "" {
			continue
		}
		if err := guest.Do(within(m.t), c); client.CodeOf(err) != want {
			m.t.Errorf("%s: %v, not %q", kind, err, want)
		}
	}
	if _, after := m.read(); after != before {
		m.t.Errorf("%d changes were made by what was refused", after-before)
	}
}

func (m *meeting) tryAllowed(guest person, phase client.Phase) {
	m.t.Helper()
	all := commands(m.t, guest.seat.ID)
	slices.SortStableFunc(all, func(a, b client.Command) int { // to leave comes last
		return rank(a["type"]) - rank(b["type"])
	})
	for _, c := range all {
		kind := fmt.Sprint(c["type"])
		if allowed(phase, kind) != "" {
			continue
		}
		err := guest.Do(within(m.t), c)
		if kind == "leave" && client.CodeOf(err) == client.CodeLeft {
			err = nil // the bye came first
		}
		if err != nil {
			m.t.Errorf("%s: %v", kind, err)
		}
	}
	m.bye(guest, client.CodeLeft)
}

func rank(kind any) int {
	if kind == "leave" {
		return 1
	}
	return 0
}

// unharmed checks that everything still works.
func (m *meeting) unharmed(host, other, waiting person) {
	m.t.Helper()
	if v := waiting.View(); v.Me.Phase != client.PhaseWaiting || v.Room != nil || v.People != nil {
		m.t.Errorf("who waits is %q", v.Me.Phase)
	}
	ok(m.t, host.Admit(within(m.t), waiting.seat.ID))
	m.seePhase(waiting, client.PhaseIn)
	if p, _ := other.View().Person(other.seat.ID); p.Muted || p.Hand || other.View().Room.Locked {
		m.t.Error("somebody's state was changed")
	}
	ok(m.t, host.Say(within(m.t), "still here", false))
	for _, one := range []person{host, other, waiting} {
		for {
			got, err := one.NextChat(within(m.t))
			if err != nil {
				m.t.Fatalf("%v", err)
			}
			if got.Text == "still here" {
				break
			}
		}
	}
}

// TestNothingBeforeResume: a websocket that has not proved a seat can do nothing.
func TestNothingBeforeResume(t *testing.T) {
	m := newWorld(t).of("S.")
	host := m.enter("Host")
	_, before := m.read()
	for _, c := range commands(t, host.seat.ID) {
		r, _ := m.open()
		data, err := json.Marshal(c)
		ok(t, err)
		r.send(string(data))
		r.bye(client.CodeBadRequest) // the example of resume too: its key is none
	}
	if _, after := m.read(); after != before {
		t.Errorf("%d changes", after-before)
	}
}

// TestHostOfAnotherSession has no power here.
func TestHostOfAnotherSession(t *testing.T) {
	w := newWorld(t)
	m, other := w.of("S."), w.of()
	host, stranger := m.enter("Host"), other.enter("Host")
	guest := m.admitted(host, "S.")
	_, before := m.read()
	for _, c := range commands(t, guest.seat.ID) {
		if c["seat"] == nil {
			continue
		}
		if err := stranger.Do(within(t), c); client.CodeOf(err) != client.CodeNotFound {
			t.Errorf("%v: %v", c["type"], err)
		}
	}
	_, err := client.Resume("http://hello.test", m.session.ID, stranger.seat.Key(), m.options()).Connect(within(t))
	refused(t, err, client.CodeNotAllowed)
	ok(t, stranger.End(within(t)))
	if _, after := m.read(); after != before {
		t.Errorf("%d changes", after-before)
	}
	ok(t, guest.Hand(within(t), true))
}

// TestSeatsThatAreGone: each end has its code, for the connection at hand, for a
// new one and for the link.
func TestSeatsThatAreGone(t *testing.T) {
	for code, end := range map[client.Code]func(m *meeting, host, guest person) error{
		client.CodeRemoved: func(m *meeting, host, guest person) error { return host.Remove(within(m.t), guest.seat.ID) },
		client.CodeLeft:    func(m *meeting, _, guest person) error { return guest.Leave(within(m.t)) },
		client.CodeEnded:   func(m *meeting, host, _ person) error { return host.End(within(m.t)) },
		client.CodeLinkWithdrawn: func(m *meeting, _, _ person) error {
			return m.api.Withdraw(within(m.t), m.session.ID, m.invite("S.").ID)
		},
	} {
		t.Run(string(code), func(t *testing.T) {
			m := newWorld(t).of("S.")
			host := m.enter("Host")
			guest := m.admitted(host, "S.")
			ok(t, end(m, host, guest))
			m.bye(guest, code)
			_, err := guest.seat.Connect(within(t))
			refused(t, err, code)
			refused(t, m.asked("S.", holding(guest.seat.Key())), code)
			if code == client.CodeLeft {
				code = client.CodeLinkUsed // another browser has to knock
			}
			refused(t, m.asked("S."), code)
		})
	}
}

// TestKnockReplaces: letting a knock in ends the old seat.
func TestKnockReplaces(t *testing.T) {
	m := newWorld(t).of("S.")
	host := m.enter("Host")
	old := m.admitted(host, "S.")
	o := m.options()
	o.Knock = true
	again := m.connect(must[*client.Seat](t)(client.Join(within(t), m.links["S."], o)))
	if v := m.seePhase(again, client.PhaseKnocking); v.People != nil || v.Room != nil || v.Media {
		t.Error("who knocks sees the room")
	}
	m.see(host, func(v client.View) bool {
		w, there := v.Waiter(again.seat.ID)
		return there && w.Phase == client.PhaseKnocking
	})
	if old.Err() != nil {
		t.Fatal("knocking ended the old seat")
	}
	ok(t, host.Admit(within(t), again.seat.ID))
	m.seePhase(again, client.PhaseIn)
	m.bye(old, client.CodeLinkUsed)
	_, err := old.seat.Connect(within(t))
	refused(t, err, client.CodeLinkUsed)
}

package room_test

import (
	"slices"
	"testing"

	"anteroom/room"
)

// command is one thing that somebody may ask for, aimed where it could work, and
// who may. Whoever is not listed is refused.
type command struct {
	name string
	at   string
	run  func(c *cast, s *room.Session, by room.Actor, at room.SeatID) error
	may  []string
}

func commands() []command {
	hosts := []string{"host in", "another host in", "H3", "H4"}
	in := append([]string{"in", "behind", "new"}, hosts...)
	greeted := append([]string{"greeted", "greeted by another"}, in...)
	live := append([]string{"waiting", "held", "declined", "declined for good", "knocking", "host knocking", "host declined"}, greeted...)
	return []command{
		{"admit", "waiting", func(c *cast, s *room.Session, by room.Actor, at room.SeatID) error { return s.Admit(by, at, c.now) }, hosts},
		{"admit_all", "", func(c *cast, s *room.Session, by room.Actor, _ room.SeatID) error { return s.AdmitAll(by, c.now) }, hosts},
		{"decline", "waiting", func(c *cast, s *room.Session, by room.Actor, at room.SeatID) error {
			return s.Decline(by, at, "", c.now)
		}, hosts},
		{"hold", "in", func(c *cast, s *room.Session, by room.Actor, at room.SeatID) error { return s.Hold(by, at, "", c.now) }, hosts},
		{"greet", "waiting", func(c *cast, s *room.Session, by room.Actor, at room.SeatID) error { return s.Greet(by, at, c.now) }, hosts},
		{"greet_end", "", func(c *cast, s *room.Session, by room.Actor, _ room.SeatID) error { return s.GreetEnd(by, c.now) }, hosts},
		{"remove", "in", func(c *cast, s *room.Session, by room.Actor, at room.SeatID) error { return s.Remove(by, at, c.now) }, hosts},
		{"mute", "in", func(_ *cast, s *room.Session, by room.Actor, at room.SeatID) error { return s.Mute(by, at, true, true) }, hosts},
		{"lock", "", func(_ *cast, s *room.Session, by room.Actor, _ room.SeatID) error { return s.Lock(by) }, hosts},
		{"unlock", "", func(_ *cast, s *room.Session, by room.Actor, _ room.SeatID) error { return s.Unlock(by) }, hosts},
		{"pause", "", func(_ *cast, s *room.Session, by room.Actor, _ room.SeatID) error { return s.Pause(by) }, hosts},
		{"continue", "", func(_ *cast, s *room.Session, by room.Actor, _ room.SeatID) error { return s.Continue(by) }, hosts},
		{"say_to_waiting", "", func(_ *cast, s *room.Session, by room.Actor, _ room.SeatID) error { return s.SayToWaiting(by, "Soon.") }, hosts},
		{"end", "", func(_ *cast, s *room.Session, by room.Actor, _ room.SeatID) error { return s.End(by) }, append([]string{"owner"}, hosts...)},
		{"hand", "", func(_ *cast, s *room.Session, by room.Actor, _ room.SeatID) error { return s.Hand(by, true) }, in},
		{"chat", "", func(_ *cast, s *room.Session, by room.Actor, _ room.SeatID) error {
			_, _, err := s.Chat(by, "Hello", false)
			return err
		}, in},
		{"chat to hosts", "", func(_ *cast, s *room.Session, by room.Actor, _ room.SeatID) error {
			_, _, err := s.Chat(by, "Hello", true)
			return err
		}, in},
		{"sealed chat", "", func(_ *cast, s *room.Session, by room.Actor, _ room.SeatID) error {
			_, err := s.SealedChat(by, false)
			return err
		}, in},
		{"media", "", func(_ *cast, s *room.Session, by room.Actor, _ room.SeatID) error {
			return s.Media(by, true, true, false)
		}, greeted},
		{"ask", "", func(c *cast, s *room.Session, by room.Actor, _ room.SeatID) error { return s.Ask(by, c.now) }, []string{"declined", "host declined"}},
		{"leave", "", func(c *cast, s *room.Session, by room.Actor, _ room.SeatID) error { return s.Leave(by, c.now) }, live},
		{"add an invite", "", func(c *cast, s *room.Session, by room.Actor, _ room.SeatID) error {
			_, err := s.AddInvite(by, "late", room.Guest, true, c.keys)
			return err
		}, []string{"owner"}},
		{"re-issue", "", func(c *cast, s *room.Session, by room.Actor, _ room.SeatID) error {
			_, err := s.Reissue(by, c.invites["in"], true, c.keys, c.now)
			return err
		}, []string{"owner"}},
		{"withdraw", "", func(c *cast, s *room.Session, by room.Actor, _ room.SeatID) error {
			return s.Withdraw(by, c.invites["in"], c.now)
		}, []string{"owner"}},
	}
}

// actors are all who could ask for something, and what they are told when they
// may not, where that is not not_allowed.
func (c *cast) actors() (by map[string]room.Actor, told map[string]room.Code) {
	by = map[string]room.Actor{"owner": room.ByOwner(owner), "another owner": room.ByOwner("account-2"), "nobody at all": {}, "no owner": room.ByOwner("")}
	for name, id := range c.seats {
		by[name] = room.BySeat(id)
	}
	told = map[string]room.Code{
		"left": room.CodeLeft, "removed": room.CodeRemoved, "replaced": room.CodeLinkUsed, "old": room.CodeLinkUsed,
		"withdrawn": room.CodeLinkWithdrawn, "again": room.CodeLinkWithdrawn, "host left": room.CodeLeft, "H5": room.CodeLeft,
		"host withdrawn": room.CodeLinkWithdrawn, "H6": room.CodeLinkWithdrawn,
	}
	return by, told
}

// TestEveryCommandInEveryPhase: whoever may not is refused with the right code,
// and nothing has changed.
func TestEveryCommandInEveryPhase(t *testing.T) {
	c := newCast(t)
	actors, told := c.actors()
	for _, cmd := range commands() {
		for name, actor := range actors {
			t.Run(cmd.name+" by "+name, func(t *testing.T) {
				want := told[name]
				if want == "" {
					want = room.CodeNotAllowed
				}
				switch {
				case slices.Contains(cmd.may, name):
					want = ""
				case ofOwners(cmd.name), cmd.name == "end" && name == "another owner":
					want = room.CodeNotFound
				case name == "declined for good" && cmd.name == "ask":
					want = room.CodeDeclined
				}
				got := c.try(t, func(s *room.Session) error { return cmd.run(c, s, actor, c.seats[cmd.at]) })
				if got != want {
					t.Errorf("%q, want %q", got, want)
				}
			})
		}
	}
}

// ofOwners: whether there is such a session is nobody else's business.
func ofOwners(name string) bool {
	return name == "add an invite" || name == "re-issue" || name == "withdraw"
}

// targets is what a host's command does to somebody in each phase.
func targets() map[string]map[string]room.Code {
	const no, gone = room.CodeNotAllowed, room.CodeNotFound
	row := func(admit, decline, hold, greet, remove room.Code) map[string]room.Code {
		return map[string]room.Code{"admit": admit, "decline": decline, "hold": hold, "greet": greet, "remove": remove, "mute": remove}
	}
	away := row(gone, gone, gone, gone, gone)
	return map[string]map[string]room.Code{
		"waiting": row("", "", no, "", ""), "knocking": row("", "", no, "", ""),
		"greeted": row("", "", no, "", ""), "greeted by another": row("", "", no, no, ""),
		"in": row("", no, "", no, ""), "new": row("", no, "", no, ""), "held": row("", no, no, "", ""),
		"declined": row("", "", no, no, ""), "declined for good": row("", "", no, no, ""),
		"host in": row("", no, no, no, no), "another host in": row("", no, no, no, no),
		"host knocking": row("", "", no, "", no), "host declined": row("", "", no, no, no),
		"left": away, "removed": away, "replaced": away, "withdrawn": away, "host left": away, "host withdrawn": away,
		"none": away, "host of another session": away,
	}
}

func TestEveryHostCommandOnEveryPhase(t *testing.T) {
	c := newCast(t)
	by := room.BySeat(c.seats["host in"])
	for at, row := range targets() {
		for _, cmd := range commands() {
			want, aimed := row[cmd.name]
			if !aimed {
				continue
			}
			t.Run(cmd.name+" of "+at, func(t *testing.T) {
				if got := c.try(t, func(s *room.Session) error { return cmd.run(c, s, by, c.seats[at]) }); got != want {
					t.Errorf("%q, want %q", got, want)
				}
			})
		}
	}
}

// The tables would prove nothing if somebody were not where their name says.
func TestTheCastIsInPlace(t *testing.T) {
	c := newCast(t)
	s := c.session()
	for name, want := range map[string]room.Phase{
		"waiting": room.PhaseWaiting, "knocking": room.PhaseKnocking, "greeted": room.PhaseGreeted, "greeted by another": room.PhaseGreeted,
		"in": room.PhaseIn, "new": room.PhaseIn, "held": room.PhaseHeld, "declined": room.PhaseDeclined, "declined for good": room.PhaseDeclined,
		"left": room.PhaseLeft, "removed": room.PhaseRemoved, "replaced": room.PhaseReplaced, "withdrawn": room.PhaseWithdrawn,
		"host in": room.PhaseIn, "host knocking": room.PhaseKnocking, "host declined": room.PhaseDeclined,
		"host left": room.PhaseLeft, "host withdrawn": room.PhaseWithdrawn,
	} {
		if seat, _ := s.Seat(c.seats[name]); seat.Phase != want {
			t.Errorf("%s is %q", name, string(seat.Phase))
		}
	}
	checkStanding(t, s, c.now)
}

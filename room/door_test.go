package room_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"anteroom/room"
)

// TestP2NothingOfTheRoomBeforeAdmission reads the views as they go over the wire:
// who is not in finds nobody, no title and no state of the room in them.
func TestP2NothingOfTheRoomBeforeAdmission(t *testing.T) {
	c := newCast(t)
	inside := []string{`"H1"`, `"H2"`, `"in"`, `"new"`, `"behind"`, "Tuesday", "locked", "door", "register", "notices"}
	for _, name := range []string{"waiting", "knocking", "held", "declined", "declined for good", "host knocking", "host declined"} {
		raw, err := json.Marshal(c.view(c.seats[name]))
		if err != nil {
			t.Fatal(err)
		}
		wire := strings.ReplaceAll(string(raw), `"label":"behind"`, "") // the knock's own
		for _, word := range inside {
			if strings.Contains(wire, word) {
				t.Errorf("%s is shown %s", name, word)
			}
		}
		for other, id := range c.seats {
			if id != c.seats[name] && strings.Contains(wire, string(id)) {
				t.Errorf("%s is shown the seat of %s", name, other)
			}
		}
		if c.session().MediaFor(c.seats[name]) != (room.Media{}) {
			t.Errorf("%s has media", name)
		}
	}
}

// TestP2AtTheDoorOneHearsTheHostAlone: and the room neither hears the two nor is
// told who it is.
func TestP2AtTheDoorOneHearsTheHostAlone(t *testing.T) {
	h, host, guest := full(t)
	caller := h.arrive("G2", newBrowser(t))
	greet := func(s *room.Session) error { return s.Greet(room.BySeat(host), caller, h.now) }
	h.must(greet)
	s := h.session()
	if s.MediaFor(host).Circle != s.MediaFor(caller).Circle || s.MediaFor(guest).Circle == s.MediaFor(host).Circle {
		t.Fatal("the talk at the door is not between those two alone")
	}
	if got := labels(h.view(caller).People); !slices.Equal(got, []string{"G2", "H1"}) {
		t.Fatalf("at the door %d people are seen", len(got))
	}
	v := h.view(guest)
	if got := labels(v.People); !slices.Equal(got, []string{"G1", "H1"}) || !v.People[0].AtDoor {
		t.Fatalf("the room sees %d people, the host at the door: %v", len(got), v.People[0].AtDoor)
	}
	ends := map[string]func(s *room.Session) error{
		"greet_end":    func(s *room.Session) error { return s.GreetEnd(room.BySeat(host), h.now) },
		"host lost":    func(s *room.Session) error { s.Disconnect(host, "c-"+string(host), h.now); return nil },
		"host leaves":  func(s *room.Session) error { return s.Leave(room.BySeat(host), h.now) },
		"process gone": func(s *room.Session) error { s.TakeOver(h.now); return nil },
		"withdrawn":    func(s *room.Session) error { return s.Withdraw(room.ByOwner(owner), h.invites["H1"], h.now) },
	}
	for name, end := range ends {
		s := h.session()
		if err := end(s); err != nil {
			t.Fatal(err)
		}
		if seat, _ := s.Seat(caller); seat.Phase != room.PhaseWaiting || s.MediaFor(caller).Circle != "" {
			t.Errorf("%s: whoever was greeted is %q", name, string(seat.Phase))
		}
	}
}

func TestAHostTalksWithOnePersonAtATime(t *testing.T) {
	h := build(t)
	host := h.arrive("H1", newBrowser(t))
	first, second := h.arrive("G1", newBrowser(t)), h.arrive("G2", newBrowser(t))
	for _, at := range []room.SeatID{first, second} {
		h.must(func(s *room.Session) error { return s.Greet(room.BySeat(host), at, h.now) })
	}
	if h.phase(first) != room.PhaseWaiting || h.phase(second) != room.PhaseGreeted {
		t.Fatalf("the first is %q, the second %q", string(h.phase(first)), string(h.phase(second)))
	}
}

func TestAdmitAllLetsInWhoWaitsAndIsThere(t *testing.T) {
	c := newCast(t)
	gone := c.session().Seats
	c.disconnect(c.seats["waiting"])
	c.by("", func(s *room.Session, by room.Actor, _ room.SeatID) error { return s.AdmitAll(by, c.now) })
	after := c.session()
	for _, was := range gone {
		seat, _ := after.Seat(was.ID)
		if entered := seat.Phase == room.PhaseIn && was.Phase != room.PhaseIn; entered {
			t.Errorf("somebody who was %q is in", string(was.Phase))
		}
	}
	c.connect(c.seats["waiting"])
	c.by("", func(s *room.Session, by room.Actor, _ room.SeatID) error { return s.AdmitAll(by, c.now) })
	if c.phase(c.seats["waiting"]) != room.PhaseIn {
		t.Error("who waits and is there is not in")
	}
}

// An older connection of a seat ends without a trace; the newer one stands.
func TestTheEndOfAnOldConnectionChangesNothing(t *testing.T) {
	h, _, guest := full(t)
	h.must(func(s *room.Session) error { return s.Connect(guest, "newer", h.now) })
	h.disconnect(guest)
	if seat, _ := h.session().Seat(guest); seat.Conn != "newer" {
		t.Fatal("the end of the old connection took the new one with it")
	}
}

func TestChatReachesTheRoomOrTheHosts(t *testing.T) {
	h, host, guest := full(t)
	other := h.admit(host, "G2", newBrowser(t))
	h.arrive("G3", newBrowser(t))
	s := h.session()
	_, all, err := s.Chat(room.BySeat(guest), "hello", false)
	if err != nil || len(all) != 3 {
		t.Fatalf("to the room: %d seats, %v", len(all), err)
	}
	_, some, err := s.Chat(room.BySeat(guest), "hello", true)
	if err != nil || len(some) != 2 || slices.Contains(some, other) {
		t.Fatalf("to the hosts: %d seats, %v", len(some), err)
	}
	for name, text := range map[string]string{"empty": " \n ", "too long": strings.Repeat("x", room.MaxChat+1), "control": "a\x1b[2Jb", "reordered": "a\u202eb", "broken": "\xff"} {
		if _, _, err := s.Chat(room.BySeat(guest), text, false); room.CodeOf(err) != room.CodeBadRequest {
			t.Errorf("%s: %q", name, room.CodeOf(err))
		}
	}
	s.Policy.Chat = false
	if _, _, err := s.Chat(room.BySeat(guest), "hello", false); room.CodeOf(err) != room.CodeNotAllowed {
		t.Errorf("chat is off: %q", room.CodeOf(err))
	}
	if _, _, err := s.Chat(room.BySeat(guest), "help", true); err != nil {
		t.Errorf("chat is off, to the hosts: %v", err)
	}
}

package room_test

import (
	"testing"

	"anteroom/room"
)

// full is a room with a host and one guest in, and the seats of both.
func full(t *testing.T, change ...func(*room.Spec)) (h *house, host, guest room.SeatID) {
	t.Helper()
	h = build(t, change...)
	host = h.arrive("H1", newBrowser(t))
	guest = h.admit(host, "G1", newBrowser(t))
	return h, host, guest
}

func TestAKnockIsPowerlessUntilAHostLetsItIn(t *testing.T) {
	h, host, old := full(t)
	seat, code := h.knock("G1", newBrowser(t))
	if code != "" || seat.Phase != room.PhaseKnocking {
		t.Fatalf("a knock is %q, refused with %q", string(seat.Phase), code)
	}
	h.connect(seat.ID)
	if h.phase(old) != room.PhaseIn || h.session().MediaFor(old).Circle != "room" {
		t.Fatal("a knock moved the seat that stands")
	}
	h.must(func(s *room.Session) error { return s.Admit(room.BySeat(host), seat.ID, h.now) })
	if h.phase(seat.ID) != room.PhaseIn || h.phase(old) != room.PhaseReplaced {
		t.Fatalf("after admission the knock is %q, the old seat %q", string(h.phase(seat.ID)), string(h.phase(old)))
	}
	if lines, _ := h.notice(room.NoticeSeatReplaced); lines != 1 {
		t.Fatal("the hosts were not told that a seat was replaced")
	}
}

func TestRemovingAKnockLeavesThePersonInPeace(t *testing.T) {
	h, host, guest := full(t)
	thief := newBrowser(t)
	seat, _ := h.knock("G1", thief)
	h.connect(seat.ID)
	h.must(func(s *room.Session) error { return s.Remove(room.BySeat(host), seat.ID, h.now) })
	if h.phase(guest) != room.PhaseIn || h.phase(seat.ID) != room.PhaseRemoved {
		t.Fatalf("the person is %q, the knock %q", string(h.phase(guest)), string(h.phase(seat.ID)))
	}
	if _, code := h.knock("G1", thief); code != room.CodeRemoved {
		t.Errorf("who was removed knocks again: %q", code)
	}
	if _, code := h.knock("G1", newBrowser(t)); code != room.CodeDeclined {
		t.Errorf("the link knocks in another browser: %q", code)
	}
}

func TestAThiefCannotPushOutAConnectedKnock(t *testing.T) {
	h, _, _ := full(t)
	first, _ := h.knock("G1", newBrowser(t))
	h.connect(first.ID)
	if _, code := h.knock("G1", newBrowser(t)); code != room.CodeLinkUsed {
		t.Fatalf("a second knock was answered with %q", code)
	}
	if h.phase(first.ID) != room.PhaseKnocking {
		t.Fatal("a second knock moved the first")
	}
	if lines, _ := h.notice(room.NoticeLinkReuse); lines != 1 {
		t.Fatal("the hosts were not told of the second knock")
	}
	h.disconnect(first.ID)
	second, code := h.knock("G1", newBrowser(t))
	if code != "" {
		t.Fatalf("with the first gone, a knock was refused with %q", code)
	}
	if _, stays := h.session().Seat(first.ID); stays || h.phase(second.ID) != room.PhaseKnocking {
		t.Fatal("there are two knocks for one invite")
	}
}

// The phrase by which a person knows their session is not for somebody who may
// be anybody, whatever the hosts answered them.
func TestAUsedLinkNeverShowsTheRecognitionPhrase(t *testing.T) {
	h, host, holder := full(t)
	knock, _ := h.knock("G1", newBrowser(t))
	h.connect(knock.ID)
	shows := func(when string) {
		t.Helper()
		if h.view(knock.ID).Session.Recognition != "" {
			t.Errorf("%s, somebody with a used link is shown the phrase", when)
		}
	}
	shows("knocking")
	h.must(func(s *room.Session) error { return s.Greet(room.BySeat(host), knock.ID, h.now) })
	shows("greeted")
	h.must(func(s *room.Session) error { return s.Decline(room.BySeat(host), knock.ID, "", h.now) })
	shows("declined")
	if h.view(holder).Session.Recognition == "" {
		t.Error("the person whose link it is is not shown the phrase")
	}
}

func TestMutedStaysMutedThroughAKnock(t *testing.T) {
	ways := map[string]func(h *house, guest room.SeatID){
		"while the old seat stands": func(*house, room.SeatID) {},
		"after leaving": func(h *house, guest room.SeatID) {
			h.must(func(s *room.Session) error { return s.Leave(room.BySeat(guest), h.now) })
		},
	}
	for name, before := range ways {
		t.Run(name, func(t *testing.T) {
			h, host, guest := full(t)
			h.must(func(s *room.Session) error { return s.Mute(room.BySeat(host), guest, true, true) })
			before(h, guest)
			knock, _ := h.knock("G1", newBrowser(t))
			h.must(func(s *room.Session) error { return s.Admit(room.BySeat(host), knock.ID, h.now) })
			h.must(func(s *room.Session) error { return s.Media(room.BySeat(knock.ID), true, true, true) })
			if m := h.session().MediaFor(knock.ID); m.Mic || m.Camera || m.Screen {
				t.Fatalf("a muted guest came back in another browser and sends: %+v", m)
			}
		})
	}
}

func TestAKnockMutedAtTheDoorStaysMutedInside(t *testing.T) {
	h, host, _ := full(t)
	knock, _ := h.knock("G1", newBrowser(t))
	h.must(func(s *room.Session) error { return s.Mute(room.BySeat(host), knock.ID, true, false) })
	h.must(func(s *room.Session) error { return s.Admit(room.BySeat(host), knock.ID, h.now) })
	h.must(func(s *room.Session) error { return s.Media(room.BySeat(knock.ID), true, true, false) })
	if m := h.session().MediaFor(knock.ID); m.Mic || !m.Camera {
		t.Fatalf("what a host stopped before the admission did not last: %+v", m)
	}
}

// Whoever has a used link may knock and leave again, with new keys without end.
func TestKnockingAndLeavingDoesNotGrowTheRecord(t *testing.T) {
	h, _, _ := full(t)
	sizes := make([]int, 0, 40)
	for range 40 {
		knock, code := h.knock("G1", newBrowser(t))
		if code != "" {
			t.Fatalf("a knock was refused with %q", code)
		}
		h.must(func(s *room.Session) error { return s.Leave(room.BySeat(knock.ID), h.now) })
		sizes = append(sizes, len(image(t, h.session())))
	}
	if grew := sizes[39] - sizes[0]; grew > 100 {
		t.Fatalf("after 39 more knocks the record is %d bytes larger", grew)
	}
}

func TestWhoLeftKnocksToComeBack(t *testing.T) {
	h, host, guest := full(t, func(s *room.Spec) { s.Guests = []string{"G1"} })
	if !h.session().Locked {
		t.Fatal("with everybody in, the room is not locked")
	}
	h.must(func(s *room.Session) error { return s.Leave(room.BySeat(guest), h.now) })
	b := newBrowser(t)
	if _, code := h.redeem(h.wish("G1", b)); code != room.CodeLinkUsed {
		t.Fatalf("without knocking: %q", code)
	}
	knock, code := h.knock("G1", b)
	if code != "" {
		t.Fatalf("knocking at a locked room: %q", code)
	}
	h.must(func(s *room.Session) error { return s.Admit(room.BySeat(host), knock.ID, h.now) })
	if h.phase(knock.ID) != room.PhaseIn {
		t.Fatal("a host could not let them back in")
	}
}

func TestAHostsUsedLinkKnocksToo(t *testing.T) {
	h, host, _ := full(t)
	second := h.arrive("H2", newBrowser(t))
	b := newBrowser(t)
	if _, code := h.redeem(h.wish("H2", b)); code != room.CodeLinkUsed {
		t.Fatalf("a used host link: %q", code)
	}
	knock, _ := h.knock("H2", b)
	if knock.Phase != room.PhaseKnocking {
		t.Fatalf("a used host link makes a seat that is %q", string(knock.Phase))
	}
	h.must(func(s *room.Session) error { return s.Admit(room.BySeat(host), knock.ID, h.now) })
	if h.phase(second) != room.PhaseReplaced || h.view(knock.ID).Register == nil {
		t.Fatal("another host could not let the host back in")
	}
}

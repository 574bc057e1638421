package room_test

import (
	"time"

	"anteroom/room"

	"pgregory.net/rapid"
)

// checkStanding holds one committed record against P1, P2, P4 and P7: what is in
// it, and what it shows to each seat.
func checkStanding(t rapid.TB, s *room.Session, now time.Time) {
	t.Helper()
	invites := map[room.InviteID]*room.Invite{}
	for _, inv := range s.Invites {
		invites[inv.ID] = inv
	}
	for _, seat := range s.Seats {
		inv := invites[seat.Invite]
		if inv == nil || inv.Role != seat.Role {
			t.Fatalf("a seat has no invite, or another role than it")
		}
		checkPower(t, inv, seat)
		if isGone(seat.Phase) {
			checkGone(t, s, seat, now)
		} else {
			checkShown(t, s, inv, seat, now)
		}
	}
	checkCircles(t, s)
}

func isGone(p room.Phase) bool {
	switch p {
	case room.PhaseLeft, room.PhaseRemoved, room.PhaseReplaced, room.PhaseWithdrawn:
		return true
	}
	return false
}

// checkPower: only the seat that holds the invite can be in, held or waiting,
// and nobody lives on a dead invite (P1, P4).
func checkPower(t rapid.TB, inv *room.Invite, seat *room.Seat) {
	t.Helper()
	holds := inv.Seat == seat.ID
	switch seat.Phase {
	case room.PhaseWaiting, room.PhaseIn, room.PhaseHeld:
		if !holds {
			t.Fatalf("P1: a seat is %q that does not hold its invite", string(seat.Phase))
		}
	case room.PhaseKnocking, room.PhaseReplaced, room.PhaseWithdrawn:
		if holds && inv.Dead == "" {
			t.Fatalf("P1: a seat that is %q holds its invite", string(seat.Phase))
		}
	case room.PhaseRemoved:
		if holds && inv.Dead != room.CodeRemoved {
			t.Fatal("P4: a removed seat holds an invite that is not dead")
		}
	}
	if inv.Dead != "" && !isGone(seat.Phase) {
		t.Fatalf("P4: a seat is %q on a dead invite", string(seat.Phase))
	}
}

// checkGone: a seat that is gone has no connection, no media, no view, and its
// key opens nothing.
func checkGone(t rapid.TB, s *room.Session, seat *room.Seat, now time.Time) {
	t.Helper()
	if seat.Conn != "" || s.MediaFor(seat.ID) != (room.Media{}) {
		t.Fatalf("P4: a seat that is %q has a connection or media", string(seat.Phase))
	}
	if _, err := s.ViewFor(seat.ID, now); err == nil {
		t.Fatalf("P4: a seat that is %q is shown something", string(seat.Phase))
	}
	if _, err := s.SeatOf(seat.Key); err == nil {
		t.Fatalf("P4: the key of a seat that is %q resumes", string(seat.Phase))
	}
}

// checkShown: nothing of the room before admission, nothing of a host's for
// guests (P2), no media without a host (P7), none of the room in a host's pause.
func checkShown(t rapid.TB, s *room.Session, inv *room.Invite, seat *room.Seat, now time.Time) {
	t.Helper()
	v, err := s.ViewFor(seat.ID, now)
	if err != nil {
		t.Fatalf("a seat that is %q is shown nothing: %v", string(seat.Phase), err)
	}
	media := s.MediaFor(seat.ID)
	if v.Media != (media.Circle != "") {
		t.Fatal("the view and the gate disagree about media")
	}
	if s.Paused && media != (room.Media{}) {
		t.Fatalf("P7: a seat that is %q has media in a pause", string(seat.Phase))
	}
	if s.Break && media.Circle == "room" {
		t.Fatalf("a seat that is %q hears the room in a host's pause", string(seat.Phase))
	}
	if seat.Role == room.Guest || seat.Phase != room.PhaseIn {
		if v.Door != nil || v.Register != nil || v.Notices != nil {
			t.Fatalf("P2: a %s who is %q sees what is for hosts", string(seat.Role), string(seat.Phase))
		}
	}
	if seat.Phase == room.PhaseIn {
		return
	}
	if v.Session.Title != "" || v.Room != nil || (media.Circle != "") != (seat.Phase == room.PhaseGreeted && !s.Paused) {
		t.Fatalf("P2: a seat that is %q sees the room", string(seat.Phase))
	}
	if inv.Seat != seat.ID && v.Session.Recognition != "" {
		t.Fatalf("somebody with a used link who is %q is shown the recognition phrase", string(seat.Phase))
	}
	checkNobodyElse(t, seat, v)
}

// checkNobodyElse looks for anybody but the person and the host at the door with
// them.
func checkNobodyElse(t rapid.TB, seat *room.Seat, v room.View) {
	t.Helper()
	for _, other := range v.People {
		if seat.Phase != room.PhaseGreeted || other.Seat != seat.ID && other.Seat != seat.Host {
			t.Fatalf("P2: a seat that is %q sees another seat", string(seat.Phase))
		}
	}
	want := 0
	if seat.Phase == room.PhaseGreeted {
		want = 2
	}
	if len(v.People) != want {
		t.Fatalf("P2: a seat that is %q sees %d people", string(seat.Phase), len(v.People))
	}
}

// checkCircles: whoever is in a circle with another is either in the room with
// them, or one is the host at the door with the other and both are alone.
func checkCircles(t rapid.TB, s *room.Session) {
	t.Helper()
	circles := map[string][]*room.Seat{}
	for _, seat := range s.Seats {
		if c := s.MediaFor(seat.ID).Circle; c != "" {
			circles[c] = append(circles[c], seat)
		}
	}
	for _, seats := range circles {
		door := false
		for _, seat := range seats {
			door = door || seat.Phase == room.PhaseGreeted
		}
		for _, seat := range seats {
			if !door && seat.Phase != room.PhaseIn {
				t.Fatalf("P2: somebody who is %q hears the room", string(seat.Phase))
			}
		}
		if door && !isPair(seats) {
			t.Fatal("P2: a talk at the door is not between one host and one person")
		}
	}
}

func isPair(seats []*room.Seat) bool {
	if len(seats) != 2 {
		return false
	}
	a, b := seats[0], seats[1]
	if a.Phase == room.PhaseGreeted {
		a, b = b, a
	}
	return a.Phase == room.PhaseIn && a.Role == room.Host && b.Phase == room.PhaseGreeted && b.Host == a.ID
}

// step is who did what between two committed records.
type step struct {
	verb string // of the command
	host bool   // by a host who was in
}

// checkStep holds what one committed change did against P1 to P4.
func checkStep(t rapid.TB, before, after *room.Session, did step) {
	t.Helper()
	holders := map[room.InviteID]room.SeatID{}
	for _, inv := range after.Invites {
		holders[inv.ID] = inv.Seat
	}
	for _, inv := range before.Invites {
		if inv.Dead == room.CodeRemoved && did.verb != "reissue" && !stillDead(after, inv.ID) {
			t.Fatalf("P4: %s brought a removed person back", did.verb)
		}
		moved := inv.Seat != "" && holders[inv.ID] != inv.Seat
		byHost := did.host && did.verb == "admit"
		if moved && !byHost && did.verb != "reissue" {
			t.Fatalf("P1: %s took a seat from who held it", did.verb)
		}
	}
	checkPhases(t, before, after, did)
	if before.Locked && after.Locked && taken(after) > taken(before) {
		t.Fatalf("P3: %s gave a new seat in a locked room", did.verb)
	}
}

func stillDead(s *room.Session, id room.InviteID) bool {
	for _, inv := range s.Invites {
		if inv.ID == id {
			return inv.Dead == room.CodeRemoved
		}
	}
	return false
}

// taken counts the guests' invites that somebody holds.
func taken(s *room.Session) (n int) {
	for _, inv := range s.Invites {
		if inv.Role == room.Guest && inv.Seat != "" {
			n++
		}
	}
	return n
}

func checkPhases(t rapid.TB, before, after *room.Session, did step) {
	t.Helper()
	was := map[room.SeatID]room.Phase{}
	for _, seat := range before.Seats {
		was[seat.ID] = seat.Phase
		if _, kept := after.Seat(seat.ID); isGone(seat.Phase) && !kept && seat.Phase != room.PhaseLeft {
			t.Fatalf("P4: %s forgot a seat that was %q", did.verb, string(seat.Phase))
		}
	}
	for _, seat := range after.Seats {
		from := was[seat.ID]
		if isGone(from) && seat.Phase != from {
			t.Fatalf("P4: %s brought a seat from %q to %q", did.verb, string(from), string(seat.Phase))
		}
		entered := seat.Phase == room.PhaseIn && from != room.PhaseIn
		admitted := did.host && (did.verb == "admit" || did.verb == "admit_all")
		if entered && seat.Role == room.Guest && !admitted {
			t.Fatalf("P2: %s let a guest in who was %q", did.verb, string(from))
		}
	}
}

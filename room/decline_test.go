package room_test

import (
	"testing"

	"anteroom/room"
)

func (h *house) decline(host, at room.SeatID) {
	h.Helper()
	h.must(func(s *room.Session) error { return s.Decline(room.BySeat(host), at, "Please wait.", h.now) })
}

func (h *house) ask(id room.SeatID) room.Code {
	h.Helper()
	return h.do(func(s *room.Session) error { return s.Ask(room.BySeat(id), h.now) })
}

func TestTheSecondDeclineEndsTheAsking(t *testing.T) {
	h := build(t)
	host, guest := h.arrive("H1", newBrowser(t)), h.arrive("G1", newBrowser(t))
	h.decline(host, guest)
	if v := h.view(guest); !v.Me.CanAsk || v.Message != "Please wait." {
		t.Fatalf("after one decline: may ask %v", v.Me.CanAsk)
	}
	if code := h.ask(guest); code != "" || h.phase(guest) != room.PhaseWaiting {
		t.Fatalf("asking again: %q", code)
	}
	h.decline(host, guest)
	if h.view(guest).Me.CanAsk || h.ask(guest) != room.CodeDeclined {
		t.Fatal("after two declines one may still ask")
	}
	if door := h.view(host).Door; len(door) != 0 {
		t.Fatal("somebody who cannot ask is still at the door")
	}
}

// "The second time for an invite ends its asking": another browser with the same
// link is the same invite.
func TestDeclinedForGoodIsNotUndoneByAnotherBrowser(t *testing.T) {
	h := build(t)
	host, guest := h.arrive("H1", newBrowser(t)), h.arrive("G1", newBrowser(t))
	h.decline(host, guest)
	h.ask(guest)
	h.decline(host, guest)
	if _, code := h.knock("G1", newBrowser(t)); code != room.CodeDeclined {
		t.Fatalf("a declined person knocks with another browser and gets %q", code)
	}
}

func TestAKnockDeclinedTwiceIsNotTheHoldersFault(t *testing.T) {
	h, host, holder := full(t)
	for range 2 {
		knock, code := h.knock("G1", newBrowser(t))
		if code != "" {
			t.Fatalf("a knock was refused with %q", code)
		}
		h.decline(host, knock.ID)
	}
	if _, code := h.knock("G1", newBrowser(t)); code != room.CodeDeclined {
		t.Fatalf("a third knock gets %q", code)
	}
	if h.phase(holder) != room.PhaseIn {
		t.Fatal("declining a knock moved the holder")
	}
	h.must(func(s *room.Session) error { return s.Hold(room.BySeat(host), holder, "", h.now) })
	h.must(func(s *room.Session) error { return s.Admit(room.BySeat(host), holder, h.now) })
}

// Two hosts may click at the same moment, or one twice: that is one "not now".
func TestOneAskIsDeclinedOnce(t *testing.T) {
	h := build(t)
	first, second := h.arrive("H1", newBrowser(t)), h.arrive("H2", newBrowser(t))
	guest := h.arrive("G1", newBrowser(t))
	h.decline(first, guest)
	h.decline(second, guest)
	if !h.view(guest).Me.CanAsk {
		t.Fatal("one ask, declined by two hosts at once, ended the asking")
	}
}

func TestADeclinedPersonCanStillBeAdmitted(t *testing.T) {
	h := build(t)
	host, guest := h.arrive("H1", newBrowser(t)), h.arrive("G1", newBrowser(t))
	h.decline(host, guest)
	h.must(func(s *room.Session) error { return s.Admit(room.BySeat(host), guest, h.now) })
	if h.phase(guest) != room.PhaseIn || h.view(guest).Message != "" {
		t.Fatal("a host changed their mind, and the guest is not in or still has the refusal on the screen")
	}
}

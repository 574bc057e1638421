package room_test

import (
	"testing"

	"anteroom/room"
)

func TestNoMoreGuestsThanSeats(t *testing.T) {
	h := build(t, func(s *room.Spec) { s.Policy.Seats = 1 })
	h.arrive("H1", newBrowser(t))
	first := h.arrive("G1", newBrowser(t))
	if _, code := h.redeem(h.wish("G2", newBrowser(t))); code != room.CodeFull {
		t.Fatalf("a second guest for one seat: %q", code)
	}
	if _, code := h.redeem(h.wish("H2", newBrowser(t))); code != "" {
		t.Fatalf("hosts need no guest's seat: %q", code)
	}
	h.must(func(s *room.Session) error { return s.Leave(room.BySeat(first), h.now) })
	if _, code := h.redeem(h.wish("G2", newBrowser(t))); code != "" {
		t.Fatalf("a seat that was left is not free: %q", code)
	}
}

// A knock holds no seat, whatever the hosts do with it.
func TestAKnockTakesNoSeatFromAnybody(t *testing.T) {
	answers := map[string]func(s *room.Session, host, knock room.SeatID, h *house) error{
		"greeted": func(s *room.Session, host, knock room.SeatID, h *house) error {
			return s.Greet(room.BySeat(host), knock, h.now)
		},
		"declined": func(s *room.Session, host, knock room.SeatID, h *house) error {
			return s.Decline(room.BySeat(host), knock, "", h.now)
		},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			h, host, _ := full(t, func(s *room.Spec) { s.Policy.Seats = 2 })
			knock, _ := h.knock("G1", newBrowser(t))
			h.must(func(s *room.Session) error { return answer(s, host, knock.ID, h) })
			if _, code := h.redeem(h.wish("G2", newBrowser(t))); code != "" {
				t.Fatalf("one of two seats is free, and the second guest gets %q", code)
			}
		})
	}
}

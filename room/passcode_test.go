package room_test

import (
	"testing"

	"anteroom/room"
)

func withPasscode(s *room.Spec) { s.Passcode = "  Hafen ärger  " }

// say redeems with a passcode.
func (h *house) say(label string, b browser, passcode string) room.Code {
	h.Helper()
	r := h.wish(label, b)
	r.Passcode = passcode
	_, code := h.redeem(r)
	return code
}

func TestFiveWrongPasscodesSuspendAndTell(t *testing.T) {
	onEach(t, func(t *testing.T, _ onStore, store room.Store) {
		h := buildIn(t, room.NewSessions(store, keysOf(t, "k")), withPasscode)
		b := newBrowser(t)
		for try := range 4 {
			if code := h.say("G1", b, "anchor"); code != room.CodePasscodeWrong {
				t.Fatalf("wrong passcode %d: %q", try+1, code)
			}
		}
		if code := h.say("G1", newBrowser(t), "anchor"); code != room.CodeSuspended {
			t.Fatalf("the fifth, from another browser: %q", code)
		}
		if code := h.say("G1", b, "Hafen ärger"); code != room.CodeSuspended {
			t.Fatalf("the right one, too late: %q", code)
		}
		_, wrong := h.notice(room.NoticePasscodeWrong)
		if lines, _ := h.notice(room.NoticeSuspended); lines != 1 || wrong != 4 {
			t.Fatalf("the hosts read of %d wrong ones and %d suspensions", wrong, lines)
		}
		if code := h.say("G2", newBrowser(t), "Hafen ärger"); code != "" {
			t.Fatalf("another person's link is suspended too: %q", code)
		}
		h.reissue("G1", false)
		if code := h.say("G1", newBrowser(t), "Hafen ärger"); code != "" {
			t.Fatalf("after a re-issue: %q", code)
		}
	})
}

func TestThePasscodeIsAskedOfGuestsOnly(t *testing.T) {
	h := build(t, withPasscode)
	b := newBrowser(t)
	if code := h.say("G1", b, ""); code != room.CodePasscodeRequired {
		t.Errorf("none given: %q", code)
	}
	if code := h.say("G1", b, "   "); code != room.CodePasscodeWrong {
		t.Errorf("blanks: %q", code)
	}
	if code := h.say("G1", b, "hafen ärger"); code != room.CodePasscodeWrong {
		t.Errorf("in another case: %q", code)
	}
	if code := h.say("G1", b, "Hafen ärger\n"); code != "" {
		t.Errorf("right, with a line end from copying: %q", code)
	}
	if code := h.say("G1", b, ""); code != "" {
		t.Errorf("a retry of a browser that has its seat: %q", code)
	}
	if code := h.say("H1", newBrowser(t), ""); code != "" {
		t.Errorf("a host: %q", code)
	}
}

// A right one between wrong ones starts the count again; only a seat comes of
// it, so that nobody can use that to guess.
func TestARightPasscodeStartsTheCountAgain(t *testing.T) {
	h, _, _ := fullWithPasscode(t)
	for range 2 {
		for range 4 {
			if code := h.knockWith("G1", newBrowser(t), "anchor"); code != room.CodePasscodeWrong {
				t.Fatalf("a knock with a wrong passcode: %q", code)
			}
		}
		if code := h.knockWith("G1", newBrowser(t), "Hafen ärger"); code != "" {
			t.Fatalf("a knock with the right one: %q", code)
		}
	}
}

func fullWithPasscode(t *testing.T) (h *house, host, guest room.SeatID) {
	t.Helper()
	h = build(t, withPasscode)
	host = h.arrive("H1", newBrowser(t))
	if code := h.say("G1", newBrowser(t), "Hafen ärger"); code != "" {
		t.Fatalf("with the passcode: %q", code)
	}
	return h, host, h.session().Seats[1].ID
}

func (h *house) knockWith(label string, b browser, passcode string) room.Code {
	h.Helper()
	r := h.wish(label, b)
	r.Knock, r.Passcode = true, passcode
	_, code := h.redeem(r)
	return code
}

// Whoever guesses at a knock must not take the seat from its holder.
func TestGuessingAtAKnockLeavesTheHolderAlone(t *testing.T) {
	h, _, guest := fullWithPasscode(t)
	for range 6 {
		h.knockWith("G1", newBrowser(t), "anchor")
	}
	if code := h.knockWith("G1", newBrowser(t), "Hafen ärger"); code != room.CodeSuspended {
		t.Fatalf("a knock after five wrong ones: %q", code)
	}
	if h.phase(guest) != room.PhaseWaiting {
		t.Fatalf("the holder is %q", string(h.phase(guest)))
	}
	h.connect(guest)
}

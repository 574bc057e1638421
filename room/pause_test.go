package room_test

import (
	"errors"
	"testing"
	"time"

	"anteroom/room"
)

// after lets time go by in the session's clock and does what is due.
func (h *house) after(d time.Duration) {
	h.Helper()
	h.now = h.now.Add(d)
	h.tick()
}

// TestP7NoGroupIsLeftAlone: twenty seconds after the last host is gone, nobody
// has media; when one is back, all have.
func TestP7NoGroupIsLeftAlone(t *testing.T) {
	ways := map[string]func(h *house, host room.SeatID){
		"lost": func(h *house, host room.SeatID) { h.disconnect(host) },
		"left": func(h *house, host room.SeatID) {
			h.must(func(s *room.Session) error { return s.Leave(room.BySeat(host), h.now) })
		},
		"withdrawn": func(h *house, _ room.SeatID) { h.withdraw("H1") },
		"re-issued": func(h *house, _ room.SeatID) { h.reissue("H1", false) },
		"process gone": func(h *house, _ room.SeatID) {
			h.must(func(s *room.Session) error { s.TakeOver(h.now); return nil })
		},
	}
	for name, goes := range ways {
		t.Run(name, func(t *testing.T) {
			h, host, guest := full(t)
			other := h.admit(host, "G2", newBrowser(t))
			goes(h, host)
			h.connect(guest)
			h.after(room.PauseAfter - time.Second)
			if h.session().Paused || h.session().MediaFor(guest).Circle != "room" {
				t.Fatal("paused too early")
			}
			h.after(time.Second)
			h.mustBePaused(guest, other)
			h.arrive("H2", newBrowser(t))
			if v := h.view(guest); h.session().Paused || !v.Media || v.Room.Paused {
				t.Fatal("a host is there, and the room is still paused")
			}
		})
	}
}

func (h *house) mustBePaused(guests ...room.SeatID) {
	h.Helper()
	s := h.session()
	for _, id := range guests {
		v := h.view(id)
		if !s.Paused || s.MediaFor(id) != (room.Media{}) || v.Media || !v.Room.Paused || v.Session.PlanB == "" {
			h.Fatal("guests are together without a host, or not told so with plan B")
		}
	}
	if _, _, err := s.Chat(room.BySeat(guests[0]), "hello", false); room.CodeOf(err) != room.CodeNotAllowed {
		h.Fatal("guests chat without a host")
	}
}

func TestOneOfTwoHostsIsEnough(t *testing.T) {
	h, host, _ := full(t)
	h.arrive("H2", newBrowser(t))
	h.disconnect(host)
	h.after(time.Hour)
	if h.session().Paused {
		t.Fatal("paused with a host in the room")
	}
}

func TestAHostWhoOnlyKnocksIsNoHostInTheRoom(t *testing.T) {
	h, host, _ := full(t)
	knock, _ := h.knock("H1", newBrowser(t))
	h.connect(knock.ID)
	h.disconnect(host)
	h.after(room.PauseAfter)
	if !h.session().Paused {
		t.Fatal("somebody with a host's used link keeps the room open")
	}
}

// TestP7TheClockCannotPutThePauseOff: wherever the clock jumps, the room pauses
// within 20 s of the next tick.
func TestP7TheClockCannotPutThePauseOff(t *testing.T) {
	for _, jump := range []time.Duration{90 * time.Second, -90 * time.Second, time.Hour, -time.Hour} {
		for _, when := range []string{"before the host is lost", "after the host is lost"} {
			t.Run(jump.String()+" "+when, func(t *testing.T) {
				h, host, guest := full(t)
				if when == "before the host is lost" {
					h.now = h.now.Add(jump)
				}
				h.disconnect(host)
				if when == "after the host is lost" {
					h.now = h.now.Add(jump)
				} else {
					h.now = h.now.Add(-jump) // and it is set right again
				}
				h.tick()
				h.after(room.PauseAfter)
				h.mustBePaused(guest)
			})
		}
	}
}

func TestDueIsNeverLaterThanTheRealEvent(t *testing.T) {
	h, host, _ := full(t)
	closes := h.session().Closes
	if due := h.session().Due(); !due.Equal(closes.Add(room.Overrun)) {
		t.Errorf("with people there, due %v after closing", due.Sub(closes))
	}
	h.disconnect(host)
	if due := h.session().Due(); !due.Equal(h.now.Add(room.PauseAfter)) {
		t.Errorf("with the host lost, due in %v", due.Sub(h.now))
	}
	h.after(room.PauseAfter)
	h.must(func(s *room.Session) error { s.TakeOver(h.now); return nil })
	if due := h.session().Due(); !due.Equal(closes) {
		t.Errorf("empty, due %v after closing", due.Sub(closes))
	}
}

// TestASessionEndsByItself: past its hour and empty, or twelve hours past it.
func TestASessionEndsByItself(t *testing.T) {
	hour := room.DefaultLength
	cases := map[string]struct {
		people bool
		after  time.Duration
		over   bool
	}{
		"empty within its hour":     {false, hour - time.Second, false},
		"empty past its hour":       {false, hour, true},
		"people past their hour":    {true, hour + time.Hour, false},
		"people for twelve more":    {true, hour + room.Overrun, true},
		"the clock an hour back":    {false, -time.Hour, false},
		"the clock 90 s back":       {true, -90 * time.Second, false},
		"the clock an hour forward": {true, time.Hour, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			h, host, guest := full(t)
			if !c.people {
				h.disconnect(host)
				h.disconnect(guest)
			}
			h.after(c.after)
			_, _, err := h.all.Get(t.Context(), h.id)
			if over := errors.Is(err, room.ErrNotFound); over != c.over {
				t.Fatalf("erased: %v, want %v (%v)", over, c.over, err)
			}
		})
	}
}

func TestTheLastToLeaveHaveTwoMinutesToComeBack(t *testing.T) {
	h, host, guest := full(t)
	h.after(room.DefaultLength + time.Minute)
	h.disconnect(host)
	h.disconnect(guest)
	h.after(room.EmptyAfter - time.Second)
	h.connect(guest)
	h.disconnect(guest)
	h.now = h.now.Add(room.EmptyAfter)
	if code := h.do(func(s *room.Session) error { return s.Connect(guest, "late", h.now) }); code != room.CodeEnded {
		t.Errorf("over and not yet erased, it is open: %q", code)
	}
	h.tick()
	if _, _, err := h.all.Get(t.Context(), h.id); !errors.Is(err, room.ErrNotFound) {
		t.Fatalf("past its hour and empty, the session is still there: %v", err)
	}
}

// Whoever was held is heard and seen again only when their own browser says so.
func TestHeldAndBackSendsNothingByItself(t *testing.T) {
	h, host, guest := full(t)
	h.must(func(s *room.Session) error { return s.Media(room.BySeat(guest), true, true, true) })
	h.must(func(s *room.Session) error { return s.Hand(room.BySeat(guest), true) })
	h.must(func(s *room.Session) error { return s.Hold(room.BySeat(host), guest, "", h.now) })
	h.must(func(s *room.Session) error { return s.Admit(room.BySeat(host), guest, h.now) })
	seat, _ := h.session().Seat(guest)
	if m := h.session().MediaFor(guest); m.Mic || m.Camera || m.Screen || seat.Hand {
		t.Fatal("somebody who was held came back with microphone, camera or hand as they were")
	}
}

package room_test

import (
	"testing"
	"time"

	"anteroom/room"
)

func (h *house) lock(host room.SeatID) {
	h.Helper()
	h.must(func(s *room.Session) error { return s.Lock(room.BySeat(host)) })
}

// TestP3LockedMeansNoNewSeats: nobody new comes in; whoever has a seat drops and
// comes back; hosts pass.
func TestP3LockedMeansNoNewSeats(t *testing.T) {
	onEach(t, func(t *testing.T, _ onStore, store room.Store) {
		h := buildIn(t, room.NewSessions(store, keysOf(t, "k")))
		host := h.arrive("H1", newBrowser(t))
		b := newBrowser(t)
		guest, waits := h.admit(host, "G1", b), h.arrive("G2", newBrowser(t))
		h.lock(host)
		if _, code := h.redeem(h.wish("G3", newBrowser(t))); code != room.CodeLocked {
			t.Errorf("a new guest at a locked room: %q", code)
		}
		h.disconnect(guest)
		if seat, code := h.redeem(h.wish("G1", b)); code != "" || seat.ID != guest {
			t.Errorf("a reload in a locked room: %q", code)
		}
		h.connect(guest)
		h.must(func(s *room.Session) error { return s.Admit(room.BySeat(host), waits, h.now) })
		if _, code := h.redeem(h.wish("H2", newBrowser(t))); code != "" {
			t.Errorf("a host is locked out of their own room: %q", code)
		}
		h.reissue("G3", false)
		if _, code := h.redeem(h.wish("G3", newBrowser(t))); code != room.CodeLocked {
			t.Errorf("a new link at a locked room: %q", code)
		}
		h.reissue("G3", true)
		if _, code := h.redeem(h.wish("G3", newBrowser(t))); code != "" {
			t.Errorf("a new link that unlocks: %q", code)
		}
	})
}

// A lock that is written down late is as it was when the host set it: who came to
// wait since has no seat, whoever was there or has been let in keeps theirs.
func TestP3ALockThatIsWrittenLate(t *testing.T) {
	h := build(t)
	host := h.arrive("H1", newBrowser(t))
	early := h.arrive("G1", newBrowser(t))
	before := h.session()
	admitted := h.admit(host, "G2", newBrowser(t))
	b := newBrowser(t)
	late := h.arrive("G3", b)
	cohost := h.arrive("H2", newBrowser(t))
	if code := h.do(func(s *room.Session) error { return s.LockAsOf(room.BySeat(early), before) }); code != room.CodeNotAllowed {
		t.Errorf("a guest locks: %q", code)
	}
	h.must(func(s *room.Session) error { return s.LockAsOf(room.BySeat(host), before) })
	s := h.session()
	for _, id := range []room.SeatID{host, cohost, early, admitted} {
		if _, found := s.Seat(id); !found {
			t.Error("somebody has lost their seat")
		}
	}
	if _, found := s.Seat(late); found || !s.Locked {
		t.Error("who came late has a seat")
	}
	if _, code := h.redeem(h.wish("G3", b)); code != room.CodeLocked {
		t.Errorf("the link of who came late: %q", code)
	}
	h.must(func(s *room.Session) error { return s.Unlock(room.BySeat(host)) })
	if _, code := h.redeem(h.wish("G3", b)); code != "" {
		t.Errorf("when unlocked again: %q", code)
	}
}

func TestTheRoomLocksWhenEverybodyIsIn(t *testing.T) {
	h := build(t, func(s *room.Spec) { s.Guests = []string{"G1", "G2"} })
	host := h.arrive("H1", newBrowser(t))
	h.admit(host, "G1", newBrowser(t))
	if h.session().Locked {
		t.Fatal("locked with one of two")
	}
	second := h.admit(host, "G2", newBrowser(t))
	if !h.session().Locked {
		t.Fatal("not locked with all in, though a co-host has not come")
	}
	h.must(func(s *room.Session) error { return s.Unlock(room.BySeat(host)) })
	if h.session().Locked {
		t.Fatal("a host cannot unlock")
	}
	h.must(func(s *room.Session) error { return s.Hold(room.BySeat(host), second, "", h.now) })
	if h.session().Locked {
		t.Fatal("locked by somebody who is held")
	}
	h.must(func(s *room.Session) error { return s.Admit(room.BySeat(host), second, h.now) })
	if h.session().Locked {
		t.Fatal("locked by itself after a host had unlocked")
	}
}

func TestTheRoomLocksWhenTheLastWhoIsMissingIsTakenOff(t *testing.T) {
	h, _, _ := full(t)
	h.withdraw("G2")
	h.withdraw("G3")
	if !h.session().Locked {
		t.Fatal("everybody who is still expected is in, and it is not locked")
	}
	code := h.do(func(s *room.Session) error {
		_, err := s.AddInvite(room.ByOwner(owner), "late", room.Guest, false, h.keys)
		return err
	})
	if code != room.CodeLocked {
		t.Fatalf("one more for a locked room: %q", code)
	}
	h.must(func(s *room.Session) error {
		_, err := s.AddInvite(room.ByOwner(owner), "co-host", room.Host, false, h.keys)
		return err
	})
	if !h.session().Locked {
		t.Fatal("a host's invite unlocked the room")
	}
}

func TestNothingLocksByItselfWithoutAutoLock(t *testing.T) {
	h := build(t, func(s *room.Spec) { s.Guests, s.Policy.AutoLock = []string{"G1"}, false })
	h.admit(h.arrive("H1", newBrowser(t)), "G1", newBrowser(t))
	empty := build(t, func(s *room.Spec) { s.Guests = nil })
	empty.arrive("H1", newBrowser(t))
	if h.session().Locked || empty.session().Locked {
		t.Fatal("it locked")
	}
}

// TestHoursBindGuestsAndHostsDifferently: too early and ended.
func TestHoursBindGuestsAndHostsDifferently(t *testing.T) {
	h := build(t, func(s *room.Spec) { s.Opens = time.Now().Add(time.Hour) })
	opens, closes := h.session().Opens, h.session().Closes
	for _, c := range []struct {
		at          time.Time
		guest, host room.Code
	}{
		{opens.Add(-time.Second), room.CodeTooEarly, ""}, {opens, "", ""},
		{closes.Add(-time.Second), "", ""}, {closes, room.CodeEnded, room.CodeEnded}, {closes.Add(59 * time.Second), room.CodeEnded, room.CodeEnded},
	} {
		for label, want := range map[string]room.Code{"G1": c.guest, "H1": c.host} {
			s := h.session()
			h.now = c.at
			if _, err := s.Redeem(h.wish(label, newBrowser(t)), h.keys, c.at); room.CodeOf(err) != want {
				t.Errorf("%s, %v after opening: %q, want %q", label, c.at.Sub(opens), room.CodeOf(err), want)
			}
		}
	}
}

// Whoever waits before any host comes waits on (jitsi-meet#7676).
func TestP2AGuestWhoIsFirstIsNothingButFirst(t *testing.T) {
	h := build(t)
	guest := h.arrive("G1", newBrowser(t))
	for range 40 {
		h.now = h.now.Add(time.Minute)
		h.tick()
	}
	host := h.arrive("H1", newBrowser(t))
	if h.phase(guest) != room.PhaseWaiting || h.view(guest).Me.Role != room.Guest || h.view(guest).Media {
		t.Fatal("a guest who was first has become something else")
	}
	if h.phase(host) != room.PhaseIn {
		t.Fatal("a host who comes late is not in")
	}
}

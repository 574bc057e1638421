package room_test

import (
	"testing"
	"time"

	"anteroom/room"
)

func (h *house) mustPause(host room.SeatID) {
	h.Helper()
	h.must(func(s *room.Session) error { return s.Pause(room.BySeat(host)) })
}

// stands checks whether the room is paused for a seat, and by whom.
func (h *house) stands(id room.SeatID, paused, byHost bool) {
	h.Helper()
	v := h.view(id)
	if v.Room.Paused != paused || v.Room.PausedByHost != byHost || v.Media != !paused {
		h.Fatalf("paused %v, by a host %v, media %v", v.Room.Paused, v.Room.PausedByHost, v.Media)
	}
}

// A host's pause ends by a host's click, and not by a host's coming back; while
// no host is there, that is what everybody is told.
func TestAHostsPauseEndsByAHostsClick(t *testing.T) {
	h, host, guest := full(t)
	h.mustPause(host)
	h.stands(guest, true, true)
	h.stands(host, true, true)
	h.disconnect(host)
	h.after(room.PauseAfter)
	h.stands(guest, true, false)
	h.connect(host)
	h.stands(guest, true, true)
	other := h.arrive("H2", newBrowser(t))
	h.stands(guest, true, true)
	h.must(func(s *room.Session) error { s.TakeOver(h.now); return nil })
	h.connect(host)
	h.connect(other)
	h.stands(guest, true, true)
	h.must(func(s *room.Session) error { return s.Continue(room.BySeat(other)) })
	h.stands(guest, false, false)
}

// In a host's pause there is media at the door alone, and a line to the hosts.
func TestInAHostsPause(t *testing.T) {
	h, host, guest := full(t)
	h.mustPause(host)
	h.after(time.Hour)
	waits := h.arrive("G2", newBrowser(t))
	h.must(func(s *room.Session) error { return s.Greet(room.BySeat(host), waits, h.now) })
	s := h.session()
	if s.MediaFor(guest) != (room.Media{}) || s.MediaFor(waits).Circle == "" || s.MediaFor(waits).Circle != s.MediaFor(host).Circle {
		t.Fatal("the host is not alone with the person at the door")
	}
	h.must(func(s *room.Session) error { return s.Admit(room.BySeat(host), waits, h.now) })
	h.stands(waits, true, true)
	h.stands(host, true, true)
	for name, c := range map[string]struct {
		by      room.SeatID
		private bool
		want    room.Code
	}{"guest to all": {guest, false, room.CodeNotAllowed}, "guest to the host": {guest, true, ""}, "host to all": {host, false, ""}} {
		if _, _, err := h.session().Chat(room.BySeat(c.by), "Hello", c.private); room.CodeOf(err) != c.want {
			t.Errorf("%s: %q", name, room.CodeOf(err))
		}
	}
}

package room_test

import (
	"testing"

	"anteroom/room"
)

// TestP4RemovedMeansRemoved: seat, key, link, knock and retry, on this node and
// on another, before and after the process that knew them is gone.
func TestP4RemovedMeansRemoved(t *testing.T) {
	onEach(t, func(t *testing.T, _ onStore, store room.Store) {
		h := buildIn(t, room.NewSessions(store, keysOf(t, "k")))
		host, b := h.arrive("H1", newBrowser(t)), newBrowser(t)
		guest := h.admit(host, "G1", b)
		knock, _ := h.knock("G1", newBrowser(t))
		h.connect(knock.ID)
		h.must(func(s *room.Session) error { return s.Media(room.BySeat(guest), true, true, true) })
		h.must(func(s *room.Session) error { return s.Remove(room.BySeat(host), guest, h.now) })
		h.mustBeOut(b, guest, knock.ID)

		another := *h
		another.all = room.NewSessions(store, keysOf(t, "k"))
		another.mustBeOut(b, guest, knock.ID)
		another.must(func(s *room.Session) error { s.TakeOver(h.now); return nil })
		another.mustBeOut(b, guest, knock.ID)
		if lines, count := h.notice(room.NoticeRemovedRetry); lines != 1 || count != 9 {
			t.Errorf("the hosts read %d lines of %d tries", lines, count)
		}
		h.mustStayOutAfterReissue(b, guest)
	})
}

// mustBeOut tries every way back, three of them with the link.
func (h *house) mustBeOut(b browser, seats ...room.SeatID) {
	h.Helper()
	s := h.session()
	for _, id := range seats {
		if _, err := s.ViewFor(id, h.now); room.CodeOf(err) != room.CodeRemoved || s.MediaFor(id) != (room.Media{}) {
			h.Error("a removed seat is shown something or has media")
		}
		if code := h.do(func(s *room.Session) error { return s.Connect(id, "c", h.now) }); code != room.CodeRemoved {
			h.Errorf("a removed seat connects: %q", code)
		}
		if code := h.do(func(s *room.Session) error { return s.Ask(room.BySeat(id), h.now) }); code != room.CodeRemoved {
			h.Errorf("a removed seat asks: %q", code)
		}
	}
	if _, err := s.SeatOf(b.key); room.CodeOf(err) != room.CodeRemoved {
		h.Errorf("a removed key resumes: %q", room.CodeOf(err))
	}
	_, same := h.redeem(h.wish("G1", b))
	_, other := h.redeem(h.wish("G1", newBrowser(h)))
	_, knock := h.knock("G1", newBrowser(h))
	if same != room.CodeRemoved || other != room.CodeRemoved || knock != room.CodeRemoved {
		h.Errorf("the link of a removed person: %q for the same browser, %q for another, %q for a knock", same, other, knock)
	}
}

// mustStayOutAfterReissue: the new link is for the person; the removed key stays
// out, with it and without.
func (h *house) mustStayOutAfterReissue(b browser, guest room.SeatID) {
	h.Helper()
	old := h.wish("G1", newBrowser(h))
	h.reissue("G1", false)
	if _, code := h.redeem(old); code != room.CodeLinkWithdrawn {
		h.Errorf("the removed link after a re-issue: %q", code)
	}
	if _, code := h.redeem(h.wish("G1", b)); code != room.CodeRemoved {
		h.Errorf("the removed key with a new link: %q", code)
	}
	if _, code := h.redeem(h.wish("G1", newBrowser(h))); code != "" {
		h.Errorf("a new browser with the new link: %q", code)
	}
	if h.phase(guest) != room.PhaseRemoved {
		h.Error("a re-issue brought a removed seat back")
	}
}

// The link of an invite that was removed cannot be saved by withdrawing it.
func TestP4WithdrawingDoesNotUndoARemoval(t *testing.T) {
	h, host, guest := full(t)
	h.must(func(s *room.Session) error { return s.Remove(room.BySeat(host), guest, h.now) })
	h.withdraw("G1")
	if _, code := h.redeem(h.wish("G1", newBrowser(t))); code != room.CodeRemoved {
		t.Fatalf("removed, then withdrawn: %q", code)
	}
	if state := h.session().Register()[2].State; state != "removed" {
		t.Fatalf("the register says %q", state)
	}
}

func TestP4TheEndIsTheEnd(t *testing.T) {
	onEach(t, func(t *testing.T, _ onStore, store room.Store) {
		h := buildIn(t, room.NewSessions(store, keysOf(t, "k")))
		host := h.arrive("H1", newBrowser(t))
		h.must(func(s *room.Session) error { return s.End(room.BySeat(host)) })
		if code := h.do(func(*room.Session) error { return nil }); code != room.CodeEnded {
			t.Fatalf("after the end: %q", code)
		}
		if _, code := h.redeem(h.wish("G1", newBrowser(t))); code != room.CodeEnded {
			t.Fatalf("a link after the end: %q", code)
		}
	})
}

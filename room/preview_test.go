package room_test

import (
	"testing"
	"time"

	"anteroom/room"
)

// preview looks at a link and fails if looking changed anything.
func (h *house) preview(label string) (room.Preview, room.Code) {
	h.Helper()
	s := h.session()
	before := image(h, s)
	seen, err := s.PreviewLink(h.link(label, -1), h.keys, h.now)
	if image(h, s) != before {
		h.Errorf("looking at the link of %s changed the record", label)
	}
	return seen, room.CodeOf(err)
}

func TestPreviewShowsWhatTheLinkIsFor(t *testing.T) {
	h := build(t, func(s *room.Spec) { s.Passcode = right })
	seen, code := h.preview("G1")
	if code != "" || seen.Role != room.Guest || !seen.Passcode || seen.Greeting == "" {
		t.Fatalf("a guest's preview: %q, passcode %v", code, seen.Passcode)
	}
	if seen, _ := h.preview("H1"); seen.Role != room.Host || seen.Passcode {
		t.Fatal("a host is asked for a passcode")
	}
}

func TestPreviewRefusesAsRedeemWould(t *testing.T) {
	cases := map[string]struct {
		prepare func(h *house, host, guest room.SeatID)
		label   string
		want    room.Code
	}{
		"used": {func(*house, room.SeatID, room.SeatID) {}, "G1", room.CodeLinkUsed},
		"locked": {func(h *house, host, _ room.SeatID) {
			h.must(func(s *room.Session) error { return s.Lock(room.BySeat(host)) })
		}, "G2", room.CodeLocked},
		"removed": {func(h *house, host, guest room.SeatID) {
			h.must(func(s *room.Session) error { return s.Remove(room.BySeat(host), guest, h.now) })
		}, "G1", room.CodeRemoved},
		"withdrawn":       {func(h *house, _, _ room.SeatID) { h.withdraw("G2") }, "G2", room.CodeLinkWithdrawn},
		"ended":           {func(h *house, _, _ room.SeatID) { h.now = h.now.Add(3 * time.Hour) }, "G2", room.CodeEnded},
		"ended, and used": {func(h *house, _, _ room.SeatID) { h.now = h.now.Add(3 * time.Hour) }, "G1", room.CodeEnded},
		"host past a lock": {func(h *house, host, _ room.SeatID) {
			h.must(func(s *room.Session) error { return s.Lock(room.BySeat(host)) })
		}, "H2", ""},
		"a page tells the hour itself": {func(h *house, _, _ room.SeatID) { h.now = h.now.Add(-30 * time.Second) }, "G2", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			h, host, guest := full(t)
			c.prepare(h, host, guest)
			_, code := h.preview(c.label)
			if code != c.want {
				t.Fatalf("the preview is refused with %q, want %q", code, c.want)
			}
			_, join := h.redeem(h.wish(c.label, newBrowser(t)))
			if early := join == room.CodeTooEarly; join != code && !early {
				t.Fatalf("the preview is refused with %q, joining with %q", code, join)
			}
		})
	}
}

func (h *house) withdraw(label string) {
	h.Helper()
	h.must(func(s *room.Session) error { return s.Withdraw(room.ByOwner(owner), h.invites[label], h.now) })
}

func (h *house) reissue(label string, unlock bool) {
	h.Helper()
	var issued room.Issued
	h.must(func(s *room.Session) (err error) {
		issued, err = s.Reissue(room.ByOwner(owner), h.invites[label], unlock, h.keys, h.now)
		return err
	})
	h.keep(h.session(), issued)
}

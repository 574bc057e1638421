package room_test

import (
	"testing"

	"anteroom/room"
)

// TestP6EncryptionIsTheDefault: nobody has to ask for it.
func TestP6EncryptionIsTheDefault(t *testing.T) {
	if got := room.DefaultPolicy().E2EE; got != room.E2EERequired {
		t.Errorf("the default is %q", got)
	}
}

func requiring(s *room.Spec) { s.Policy.E2EE = room.E2EERequired }

// TestP6WhereEncryptionIsRequiredNobodyComesWithout: not with a first redemption,
// not with a knock, not by a retry, and no plain message passes.
func TestP6WhereEncryptionIsRequiredNobodyComesWithout(t *testing.T) {
	h := build(t, requiring)
	b := newBrowser(t)
	plain := h.wish("G1", b)
	sealed := plain
	sealed.E2EE = true
	before := image(t, h.session())
	if _, code := h.redeem(plain); code != room.CodeE2EERequired || image(t, h.session()) != before {
		t.Fatalf("without encryption: %q", code)
	}
	if _, code := h.redeem(sealed); code != "" {
		t.Fatalf("with encryption: %q", code)
	}
	if _, code := h.redeem(plain); code != room.CodeE2EERequired {
		t.Fatalf("a retry without: %q", code)
	}
	knock := h.wish("G1", newBrowser(t))
	knock.Knock = true
	if _, code := h.redeem(knock); code != room.CodeE2EERequired {
		t.Fatalf("a knock without: %q", code)
	}
	host := h.wish("H1", newBrowser(t))
	host.E2EE = true
	seat, code := h.redeem(host)
	if code != "" {
		t.Fatalf("a host with encryption: %q", code)
	}
	s := h.session()
	if _, _, err := s.Chat(room.BySeat(seat.ID), "hello", false); room.CodeOf(err) != room.CodeNotAllowed {
		t.Errorf("a plain message: %q", room.CodeOf(err))
	}
	if to, err := s.SealedChat(room.BySeat(seat.ID), false); err != nil || len(to) != 1 {
		t.Errorf("a sealed message: %d seats, %v", len(to), err)
	}
}

package room_test

import (
	"strings"
	"testing"
	"time"

	"anteroom/room"
)

// TestASessionIsCheckedBeforeItIsMade: words, hours, register and policy.
func TestASessionIsCheckedBeforeItIsMade(t *testing.T) {
	now := someTime()
	many := func(n int) (all []string) {
		for i := range n {
			all = append(all, strings.Repeat("x", i%30+1)+string(rune('가'+i)))
		}
		return all
	}
	cases := map[string]struct {
		change func(*room.Spec)
		good   bool
	}{
		"as it is":                {func(*room.Spec) {}, true},
		"nothing but a guest":     {func(s *room.Spec) { *s = room.Spec{Guests: []string{"G"}, Policy: room.DefaultPolicy()} }, true},
		"title at its limit":      {func(s *room.Spec) { s.Title = strings.Repeat("é", room.MaxTitle) }, true},
		"title too long":          {func(s *room.Spec) { s.Title = strings.Repeat("e", room.MaxTitle+1) }, false},
		"title of two lines":      {func(s *room.Spec) { s.Title = "a\nb" }, false},
		"greeting of two lines":   {func(s *room.Spec) { s.Greeting = "a\r\nb" }, true},
		"a bare carriage return":  {func(s *room.Spec) { s.Greeting = "a\rb" }, false},
		"hidden order of letters": {func(s *room.Spec) { s.Guests = []string{"a\u202eb"} }, false},
		"line separator":          {func(s *room.Spec) { s.Title = "a\u2028b" }, false},
		"not UTF-8":               {func(s *room.Spec) { s.Greeting = "\xc3\x28" }, false},
		"no label":                {func(s *room.Spec) { s.Guests = []string{" "} }, false},
		"label twice":             {func(s *room.Spec) { s.Guests = []string{"ä", "Ä"} }, false},
		"guest like a host":       {func(s *room.Spec) { s.Guests = []string{"h1"} }, false},
		"a full register":         {func(s *room.Spec) { s.Guests = many(room.MaxInvites - 2) }, true},
		"more than a register":    {func(s *room.Spec) { s.Guests = many(room.MaxInvites - 1) }, false},
		"closes before it opens":  {func(s *room.Spec) { s.Opens, s.Closes = now.Add(2*time.Hour), now.Add(time.Hour) }, false},
		"closes as it opens":      {func(s *room.Spec) { s.Opens, s.Closes = now, now }, false},
		"over already":            {func(s *room.Spec) { s.Opens, s.Closes = now.Add(-2*time.Hour), now.Add(-time.Hour) }, false},
		"a day":                   {func(s *room.Spec) { s.Closes = now.Add(room.MaxLength) }, true},
		"more than a day":         {func(s *room.Spec) { s.Closes = now.Add(room.MaxLength + time.Second) }, false},
		"a year ahead":            {func(s *room.Spec) { s.Opens = now.Add(room.MaxAhead) }, true},
		"more than a year ahead":  {func(s *room.Spec) { s.Opens = now.Add(room.MaxAhead + time.Second) }, false},
		"fewer than no seats":     {func(s *room.Spec) { s.Policy.Seats = -1 }, false},
		"who may share":           {func(s *room.Spec) { s.Policy.ScreenShare = "all" }, false},
		"passcode too long":       {func(s *room.Spec) { s.Passcode = strings.Repeat("x", room.MaxPasscode+1) }, false},
	}
	for name, c := range cases {
		spec := usual()
		c.change(&spec)
		_, issued, err := room.New(spec, owner, keysOf(t, "k"), now)
		if want := room.CodeBadRequest; (err == nil) != c.good || err != nil && room.CodeOf(err) != want {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && len(issued) != max(len(spec.Hosts), 1)+len(spec.Guests) {
			t.Errorf("%s: %d links for %d guests and %d hosts", name, len(issued), len(spec.Guests), len(spec.Hosts))
		}
	}
}

// The register can be changed by its owner, label by label.
func TestALabelIsFreeAgainOnceItIsWithdrawn(t *testing.T) {
	h := build(t)
	add := func(label string, role room.Role) room.Code {
		return h.do(func(s *room.Session) error {
			_, err := s.AddInvite(room.ByOwner(owner), label, role, false, h.keys)
			return err
		})
	}
	if code := add("g1", room.Guest); code != room.CodeBadRequest {
		t.Errorf("a label that somebody has: %q", code)
	}
	if code := add("new", "admin"); code != room.CodeBadRequest {
		t.Errorf("a role that there is not: %q", code)
	}
	h.withdraw("G1")
	if code := add("g1", room.Guest); code != "" {
		t.Errorf("a label that is free again: %q", code)
	}
	code := h.do(func(s *room.Session) error {
		_, err := s.Reissue(room.ByOwner(owner), h.invites["G1"], false, h.keys, h.now)
		return err
	})
	if code != room.CodeBadRequest {
		t.Errorf("bringing back a label that somebody else has now: %q", code)
	}
	if _, err := h.all.List(t.Context(), "account-2"); err != nil {
		t.Error(err)
	}
	mine, err := h.all.List(t.Context(), owner)
	if err != nil || len(mine) != 1 || mine[0].ID != h.id {
		t.Errorf("the owner has %d sessions: %v", len(mine), err)
	}
}

// A session that nobody owns is not everybody's.
func TestASessionWithoutAnOwnerIsNobodys(t *testing.T) {
	s, _, err := room.New(usual(), "", keysOf(t, "k"), someTime())
	if err != nil {
		t.Fatal(err)
	}
	for name, by := range map[string]room.Actor{"no name": room.ByOwner(""), "nothing": {}, "no seat": room.BySeat("")} {
		if code := room.CodeOf(s.Withdraw(by, s.Invites[0].ID, someTime())); code != room.CodeNotFound {
			t.Errorf("%s manages it: %q", name, code)
		}
		if code := room.CodeOf(s.End(by)); code != room.CodeNotAllowed {
			t.Errorf("%s ends it: %q", name, code)
		}
	}
}

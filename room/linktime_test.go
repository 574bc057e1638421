package room_test

import (
	"testing"
	"time"

	"anteroom/room"
)

// TestALinkForgivesOneMinuteOfClock: and not ninety seconds.
func TestALinkForgivesOneMinuteOfClock(t *testing.T) {
	p := newPress(t)
	token := p.make(p.header(), p.claims())
	nbf, exp := p.now, p.now.Add(3*time.Hour)
	for _, c := range []struct {
		at   time.Time
		want room.Code
	}{
		{nbf, ""}, {nbf.Add(-30 * time.Second), ""}, {nbf.Add(-60 * time.Second), ""}, {nbf.Add(-90 * time.Second), room.CodeTooEarly}, {nbf.Add(-time.Hour), room.CodeTooEarly},
		{exp, ""}, {exp.Add(30 * time.Second), ""}, {exp.Add(90 * time.Second), room.CodeLinkExpired}, {exp.Add(time.Hour), room.CodeLinkExpired},
	} {
		if _, err := p.keys.ParseLink(token, c.at); room.CodeOf(err) != c.want {
			t.Errorf("%v after nbf, %v after exp: %q, want %q", c.at.Sub(nbf), c.at.Sub(exp), room.CodeOf(err), c.want)
		}
	}
}

// Only a link that is truly ours is told that its time is over: to a forger the
// answer is always the same.
func TestOnlyOurOwnLinksAreToldTheTime(t *testing.T) {
	p := newPress(t)
	for name, claims := range map[string]members{
		"over": {"exp": p.now.Add(-time.Hour).Unix()}, "not yet": {"nbf": p.now.Add(time.Hour).Unix()},
	} {
		token := p.make(p.header(), with(p.claims(), claims))
		if code := p.code(token); code != room.CodeLinkExpired && code != room.CodeTooEarly {
			t.Errorf("%s: %q", name, code)
		}
		if code := p.code(token[:len(token)-8] + "AAAAAAAA"); code != room.CodeLinkInvalid {
			t.Errorf("%s, forged: %q", name, code)
		}
	}
}

func TestLinksOutliveARotationOnlyWhileBothSecretsAreKnown(t *testing.T) {
	store := openMemory(t)
	old := buildIn(t, room.NewSessions(store, keysOf(t, "k")))
	both := *old
	both.keys = keysOf(t, "n", "k")
	both.all = room.NewSessions(store, both.keys)
	guest := newBrowser(t)
	if _, code := both.redeem(both.wish("G1", guest)); code != "" {
		t.Fatalf("a link of the old secret, while both are known: %q", code)
	}
	both.reissue("G2", false)
	if _, err := old.keys.ParseLink(both.links["G2"][1], old.now); room.CodeOf(err) != room.CodeLinkInvalid {
		t.Errorf("a new link is not signed with the new secret: %q", room.CodeOf(err))
	}
	// The record was sealed anew when it was written: the old secret can go.
	only := both
	only.keys = keysOf(t, "n")
	only.all = room.NewSessions(store, only.keys)
	if _, code := only.redeem(only.wish("G2", newBrowser(t))); code != "" {
		t.Errorf("a new link, with the old secret gone: %q", code)
	}
	if _, err := only.keys.ParseLink(old.links["G3"][0], old.now); room.CodeOf(err) != room.CodeLinkInvalid {
		t.Errorf("an old link, with the old secret gone: %q", room.CodeOf(err))
	}
	if _, err := only.session().SeatOf(guest.key); err != nil {
		t.Errorf("a seat did not outlive the rotation: %v", err)
	}
}

func TestReissueAndWithdrawKillTheLinkAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, _ onStore, store room.Store) {
		h := buildIn(t, room.NewSessions(store, keysOf(t, "k")))
		before := h.wish("G1", newBrowser(t))
		h.reissue("G1", false)
		if _, code := h.redeem(before); code != room.CodeLinkWithdrawn {
			t.Errorf("the link before a re-issue: %q", code)
		}
		if _, code := h.redeem(h.wish("G1", newBrowser(t))); code != "" {
			t.Errorf("the link after a re-issue: %q", code)
		}
		h.withdraw("G2")
		if _, code := h.redeem(h.wish("G2", newBrowser(t))); code != room.CodeLinkWithdrawn {
			t.Errorf("a withdrawn link: %q", code)
		}
	})
}

// A link of one session is none in another, and a stranger's jti is none.
func TestALinkIsForOneSession(t *testing.T) {
	h, other := build(t), build(t)
	r := h.wish("G1", newBrowser(t))
	if _, code := other.redeem(r); code != room.CodeLinkInvalid {
		t.Errorf("a link of another session: %q", code)
	}
	r.Link.Invite = other.invites["G1"]
	if _, code := other.redeem(r); code != room.CodeLinkWithdrawn {
		t.Errorf("another invite's secret: %q", code)
	}
}

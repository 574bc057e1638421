package account_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/room/account"
)

var start = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"dr.rees": "dr.rees", "  Dr.Rees ": "dr.rees", "r@hello.example": "r@hello.example", "a_b-c+1": "a_b-c+1",
		"": "", "  ": "", ".": "", "..": "", "dr rees": "", "réés": "", "а": "", "a/b": "", "a\x00": "",
		strings.Repeat("a", 64): strings.Repeat("a", 64), strings.Repeat("a", 65): "",
	} {
		got, err := account.CleanName(name)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
}

// What ends sign-ins: a reset and a disable, for good.
func TestLoginsEnd(t *testing.T) {
	a, err := account.New("rees", start)
	if err != nil || a.State() != "invited" {
		t.Fatalf("%v, %v", a.State(), err)
	}
	_, login := account.NewLogin(&a, start)
	if !login.GoodFor(&a, start) {
		t.Error("it is not good at once")
	}
	a.SetDisabled(true)
	_, link := account.NewEnrolment(&a, start)
	if link.GoodFor(&a) {
		t.Error("a link sets up an account that is disabled")
	}
	a.SetDisabled(false)
	if login.GoodFor(&a, start) {
		t.Error("after a disable and an enable it is good again")
	}
	_, login = account.NewLogin(&a, start)
	if a.SetDisabled(false); !link.GoodFor(&a) || !login.GoodFor(&a, start) {
		t.Error("an enable takes something away")
	}
	_, login = account.NewLogin(&a, start)
	a.Password, a.Passkeys = "x", []account.Passkey{{ID: []byte("p")}}
	if a.Reset(); login.GoodFor(&a, start) || a.Password != "" || len(a.Passkeys) != 0 || a.State() != "invited" {
		t.Error("a reset leaves something")
	}
	other, _ := account.New("rees", start)
	if _, login = account.NewLogin(&a, start); login.GoodFor(&other, start) {
		t.Error("it is good for a later account of the same name")
	}
}

func TestLoginLife(t *testing.T) {
	a, _ := account.New("rees", start)
	_, login := account.NewLogin(&a, start)
	if login.Touch(start.Add(time.Minute)) || !login.GoodFor(&a, start.Add(account.IdleLife-1)) || login.GoodFor(&a, start.Add(account.IdleLife)) {
		t.Error("idle: it does not end with its time")
	}
	now := start
	for now.Before(start.Add(account.AbsoluteLife - time.Hour)) {
		if now = now.Add(time.Hour); !login.Touch(now) || !login.GoodFor(&a, now) {
			t.Fatalf("in use it ended after %v", now.Sub(start))
		}
	}
	if end := start.Add(account.AbsoluteLife); !login.GoodFor(&a, end.Add(-1)) || login.GoodFor(&a, end) || !login.Until().Equal(end) {
		t.Error("in use it does not end with the absolute life")
	}
}

func TestKeys(t *testing.T) {
	host, _ := account.New("rees", start)
	text, key, err := account.NewKey("diary", []account.Scope{account.ScopeWrite, account.ScopeRead, account.ScopeRead}, &host, start)
	if err != nil || len(key.Scopes) != 2 || key.Account != host.ID || account.KeyID(text) != key.ID || len(text) < 50 {
		t.Fatalf("%v", err)
	}
	if !key.Is(text) || key.Is(text[:len(text)-1]) || key.Is(text+"A") || key.Is("") {
		t.Error("it is not the key alone that is the key")
	}
	if !key.Allows(account.ScopeRead) || key.Allows(account.ScopeMetrics) || key.Allows(account.ScopeAdmin) {
		t.Error("its scopes")
	}
	for _, bad := range [][]account.Scope{nil, {"everything"}, {account.ScopeAdmin}, {account.ScopeRead, ""}} {
		if _, _, err := account.NewKey("", bad, nil, start); room.CodeOf(err) != room.CodeBadRequest {
			t.Errorf("%v: %v", bad, err)
		}
	}
	for _, label := range []string{strings.Repeat("a", 65), "two\nlines", "\u202ereversed"} {
		if _, _, err := account.NewKey(label, account.Scopes(), nil, start); room.CodeOf(err) != room.CodeBadRequest || !strings.Contains(err.Error(), "label") {
			t.Errorf("the label %q: %v", label, err)
		}
	}
	for _, none := range []string{"", "anteroom_", "anteroom_short", "another", text[:17]} {
		if account.KeyID(none) != "" {
			t.Errorf("%q has an ID", none)
		}
	}
}

// Of two sign-ins that were checked against the same passkey one counts, if its
// counter rose: the other may be a copy's.
func TestAPasskeyIsUsedByOneAtATime(t *testing.T) {
	a, _ := account.New("rees", start)
	at := func(counter string) account.Passkey {
		return account.Passkey{ID: []byte("p"), Data: json.RawMessage(counter)}
	}
	a.Passkeys = []account.Passkey{{ID: []byte("other")}, at("5")}
	checked := a
	if !a.UsedPasskey(&checked, at("6")) || string(a.Passkeys[1].Data) != "6" || string(checked.Passkeys[1].Data) != "5" {
		t.Fatal("the first does not count")
	}
	if a.UsedPasskey(&checked, at("6")) {
		t.Error("the second counts too")
	}
	if a.UsedPasskey(&a, account.Passkey{ID: []byte("another")}) || (&account.Account{}).UsedPasskey(&checked, at("6")) {
		t.Error("one that the account does not have counts")
	}
}

// TestNothingIsPrinted of what this package holds, in any of the usual ways.
func TestNothingIsPrinted(t *testing.T) {
	a, _ := account.New("canary-name", start)
	a.TOTP, a.Password, a.ID, a.Shown = []byte("canary-totp"), "canary-password", "canary-id", "canary-shown"
	token, login := account.NewLogin(&a, start)
	proof := login.Prove(start)
	_ = a.AddPasskey(account.Passkey{ID: []byte("canary-passkey")}, "canary-called", start)
	_, enrolment := account.NewEnrolment(&a, start)
	text, key, _ := account.NewKey("canary-label", account.Scopes(), &a, start)
	var out strings.Builder
	log := slog.New(slog.NewTextHandler(&out, nil))
	for _, value := range []any{
		a, &a, login, &login, enrolment, &enrolment, key, &key, a.Passkeys[0], &a.Passkeys[0], []account.Account{a},
		map[string]account.Login{"x": login},
	} {
		fmt.Fprintf(&out, "%v %+v %#v %s %q %x\n", value, value, value, value, value, value)
		log.Info("one", "value", value)
	}
	for _, canary := range []string{"canary", fmt.Sprintf("%x", "canary"), token, proof, login.ID, text, start.Format("2006-01-02 15:04")} {
		if strings.Contains(out.String(), canary) {
			t.Errorf("%q is printed:\n%s", canary, out.String())
		}
	}
	if !strings.Contains(out.String(), "[redacted]") {
		t.Error("control: nothing is printed at all")
	}
}

package account_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/room/account"
)

// nothing is a change that changes nothing.
func nothing(*account.Account) error { return nil }

func keyNamed(id string) account.Passkey {
	return account.Passkey{ID: []byte(id), Data: json.RawMessage(`{}`)}
}

// A proof is one sign-in's, for five minutes, the newest one only.
func TestAProofLivesFiveMinutes(t *testing.T) {
	a, _ := enrolled(t)
	_, login := account.NewLogin(&a, start)
	_, other := account.NewLogin(&a, start)
	if login.IsProven("", start) {
		t.Error("a sign-in without a proof is proven by none")
	}
	first := login.Prove(start)
	if !login.IsProven(first, start.Add(account.ProofLife-1)) || login.IsProven(first, start.Add(account.ProofLife)) {
		t.Error("it does not end with its time")
	}
	if login.IsProven(first+"A", start) || login.IsProven("", start) || other.IsProven(first, start) {
		t.Error("it is not the proof alone that proves, in its own sign-in")
	}
	if second := login.Prove(start.Add(time.Minute)); login.IsProven(first, start) || !login.IsProven(second, start.Add(time.Minute)) {
		t.Error("the older one counts, or the newer one does not")
	}
}

// A change ends all sign-ins but the one that made it; and what ends all, ends that too.
func TestAChangeLeavesOneSignIn(t *testing.T) {
	a, _ := enrolled(t)
	_, mine := account.NewLogin(&a, start)
	_, before := account.NewLogin(&a, start)
	mine.Prove(start)
	before.Prove(start)
	_, unproven := account.NewLogin(&a, start)
	for range 2 {
		if err := a.Change(&mine, start, nothing); err != nil || !mine.GoodFor(&a, start) {
			t.Fatalf("the one that made it is not good any more: %v", err)
		}
	}
	if before.GoodFor(&a, start) || unproven.GoodFor(&a, start) {
		t.Error("another one is good still")
	}
	if err := a.Change(&before, start, nothing); room.CodeOf(err) != room.CodeSignInRequired {
		t.Errorf("one that has ended changes something: %v", err)
	}
	_, after := account.NewLogin(&a, start)
	after.Prove(start)
	if !after.GoodFor(&a, start) || a.Change(&after, start, nothing) != nil || mine.GoodFor(&a, start) {
		t.Error("a sign-in after it does not count as any other")
	}
	for name, end := range map[string]func(*account.Account){
		"everywhere": (*account.Account).EndSignIns, "reset": (*account.Account).Reset,
		"disable": func(a *account.Account) { a.SetDisabled(true); a.SetDisabled(false) },
	} {
		if one := a; !after.GoodFor(&one, start) {
			t.Fatal("control")
		} else if end(&one); after.GoodFor(&one, start) {
			t.Errorf("%s: the one that stayed is good still", name)
		}
	}
}

// The last way in stays, whatever is asked for.
func TestTheLastWayInStays(t *testing.T) {
	a, _ := account.New("rees", start)
	for _, id := range []string{"one", "two"} {
		if err := a.AddPasskey(keyNamed(id), "", start); err != nil {
			t.Fatal(err)
		}
	}
	_, login := account.NewLogin(&a, start)
	login.Prove(start)
	remove := func(a *account.Account, id string) error {
		trial := *a
		err := trial.Change(&login, start, func(a *account.Account) error { return a.RemovePasskey(keyNamed(id).Ref()) })
		if err == nil {
			*a = trial
		}
		return err
	}
	if err := remove(&a, "three"); room.CodeOf(err) != room.CodeNotFound {
		t.Errorf("one that is not there: %v", err)
	}
	if err := remove(&a, "one"); err != nil || len(a.Passkeys) != 1 {
		t.Errorf("one of two: %v", err)
	}
	if err := remove(&a, "two"); room.CodeOf(err) != room.CodeLastWay || len(a.Passkeys) != 1 {
		t.Errorf("the last: %v", err)
	}
	a.Password = "hash"
	if err := remove(&a, "two"); err != nil || a.State() != "active" {
		t.Errorf("beside a password: %v", err)
	}
}

func TestPasskeysAreAdded(t *testing.T) {
	a, _ := account.New("rees", start)
	before := a
	if err := a.AddPasskey(keyNamed("one"), "  Laptop ", start); err != nil || len(before.Passkeys) != 0 {
		t.Fatalf("%v", err)
	}
	if one := a.Passkeys[0]; one.Name != "Laptop" || !one.Added.Equal(start) || one.Ref() != "b25l" {
		t.Errorf("%q, %v, %q", one.Name, one.Added, one.Ref())
	}
	checked := a
	if !a.UsedPasskey(&checked, account.Passkey{ID: []byte("one"), Data: json.RawMessage("6")}) || a.Passkeys[0].Name != "Laptop" || !a.Passkeys[0].Added.Equal(start) {
		t.Error("its use takes its name or its date")
	}
	for name, want := range map[string]room.Code{"": room.CodeBadRequest, "again": room.CodeBadRequest} {
		if err := a.AddPasskey(keyNamed("one"), name, start); room.CodeOf(err) != want {
			t.Errorf("the same one: %v", err)
		}
	}
	for _, name := range []string{strings.Repeat("é", account.MaxPasskeyName+1), "two\nlines", "\u202ereversed"} {
		if err := a.AddPasskey(keyNamed("two"), name, start); room.CodeOf(err) != room.CodeBadRequest {
			t.Errorf("%q: %v", name, err)
		}
	}
	for i := len(a.Passkeys); i < account.MaxPasskeys; i++ {
		if err := a.AddPasskey(keyNamed(strings.Repeat("x", i)), strings.Repeat("é", account.MaxPasskeyName), start); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.AddPasskey(keyNamed("one more"), "", start); room.CodeOf(err) != room.CodeFull {
		t.Errorf("one too many: %v", err)
	}
}

func TestPasswordAndRecoveryAreChanged(t *testing.T) {
	a, old := enrolled(t)
	app := a.TOTP
	if err := a.ChangePassword("another hash"); err != nil || a.Password != "another hash" || len(a.Recovery) != len(old) || string(a.TOTP) != string(app) {
		t.Errorf("the password: %v", err)
	}
	fresh, err := a.NewRecovery()
	if err != nil || len(fresh) != len(old) || a.UseCode(old[0], start) || !a.UseCode(fresh[0], start) {
		t.Errorf("the codes: %v", err)
	}
	bare, _ := account.New("rees", start)
	if _, err := bare.NewRecovery(); room.CodeOf(err) != room.CodeNotAllowed || room.CodeOf(bare.ChangePassword("hash")) != room.CodeNotAllowed || bare.Password != "" {
		t.Errorf("without an app: %v", err)
	}
}

// Whom an identity provider vouches for has nothing to change here.
func TestAProvidersAccountIsNotChanged(t *testing.T) {
	a, _ := account.New("rees", start)
	a.Shown = "rees@practice.example"
	_, login := account.NewLogin(&a, start)
	login.Prove(start)
	err := a.Change(&login, start, func(a *account.Account) error { return a.AddPasskey(keyNamed("one"), "", start) })
	if room.CodeOf(err) != room.CodeNotAllowed || len(a.Passkeys) != 0 {
		t.Errorf("%v, %d passkeys", err, len(a.Passkeys))
	}
}

// Records of the version before open as they were: passkeys without name and date,
// sign-ins without a proof; and such a sign-in gets a proof like any other.
func TestRecordsOfTheVersionBefore(t *testing.T) {
	var a account.Account
	var login account.Login
	for text, into := range map[string]any{
		`{"ID":"a","Name":"rees","Shown":"","Password":"","TOTP":null,"Step":0,"Recovery":null,"Passkeys":[{"ID":"b25l","Data":{}},{"ID":"dHdv","Data":{}}],"Disabled":false,"Epoch":3,"Created":"2026-11-24T09:00:00Z"}`: &a,
		`{"Account":"a","Name":"rees","Epoch":3,"Begun":"2026-11-24T09:00:00Z","Used":"2026-11-24T09:00:00Z"}`:                                                                                                            &login,
	} {
		dec := json.NewDecoder(strings.NewReader(text))
		dec.DisallowUnknownFields()
		if err := dec.Decode(into); err != nil {
			t.Fatal(err)
		}
		if back, err := json.Marshal(into); err != nil || string(back) != text {
			t.Errorf("it comes back as %s, %v", back, err)
		}
	}
	if !login.GoodFor(&a, start) || login.IsProven("", start) || a.Passkeys[1].Ref() != "dHdv" || !a.Passkeys[1].Added.IsZero() {
		t.Error("they are not what they were")
	}
	proof := login.Prove(start)
	if !login.IsProven(proof, start) || a.Change(&login, start, nothing) != nil || !login.GoodFor(&a, start) {
		t.Error("such a sign-in changes nothing")
	}
}

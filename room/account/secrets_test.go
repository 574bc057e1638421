package account_test

import (
	"context"
	"encoding/base64"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/room/account"
)

// TestCodesOfTheRFC: the last six of the eight digits of RFC 6238, appendix B.
func TestCodesOfTheRFC(t *testing.T) {
	for unix, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := account.TOTPCode([]byte("12345678901234567890"), time.Unix(unix, 0)); got != want {
			t.Errorf("at %d: %s, not %s", unix, got, want)
		}
	}
}

// enrolled is an account with a password's hash and an app, long ago.
func enrolled(t *testing.T) (a account.Account, recovery []string) {
	t.Helper()
	a, err := account.New("rees", start)
	if err != nil {
		t.Fatal(err)
	}
	secret := account.NewTOTP()
	if _, ok := a.SetPassword("hash", secret, "000000x", start); ok || a.Password != "" {
		t.Fatal("set up without the app's code")
	}
	recovery, ok := a.SetPassword("hash", secret, account.TOTPCode(secret, start), start)
	if !ok || len(recovery) != 10 || a.State() != "active" {
		t.Fatal("not set up with the app's code")
	}
	return a, recovery
}

func TestACodeWorksOnce(t *testing.T) {
	a, _ := enrolled(t)
	code := func(after time.Duration) string { return account.TOTPCode(a.TOTP, start.Add(after)) }
	if a.UseCode(code(0), start) {
		t.Error("the code of the set-up works again")
	}
	now := start.Add(time.Minute)
	for name, bad := range map[string]string{"empty": "", "long": code(time.Minute) + "0", "of two minutes ago": code(-time.Minute), "of later": code(2 * time.Minute)} {
		if a.UseCode(bad, now) {
			t.Errorf("%s: it works", name)
		}
	}
	spaced := code(time.Minute)[:3] + " " + code(time.Minute)[3:]
	if !a.UseCode(spaced, now) {
		t.Error("the code of now does not work")
	}
	if a.UseCode(code(time.Minute), now) || a.UseCode(code(30*time.Second), now) {
		t.Error("a code works again, or one from before it")
	}
	if !a.UseCode(code(90*time.Second), now) {
		t.Error("an app half a minute ahead does not work")
	}
	if (&account.Account{}).UseCode(account.TOTPCode(nil, now), now) {
		t.Error("an account without an app takes the code of an empty secret")
	}
}

func TestARecoveryCodeWorksOnce(t *testing.T) {
	a, recovery := enrolled(t)
	if !a.UseCode(" "+strings.ToUpper(recovery[3]), start) || a.UseCode(recovery[3], start) || len(a.Recovery) != 9 {
		t.Error("not once")
	}
	if a.UseCode(a.Recovery[0], start) || a.UseCode(recovery[0][:15], start) {
		t.Error("what is kept of a code, or a part of it, works")
	}
	for _, code := range append(recovery[:3:3], recovery[4:]...) {
		if !a.UseCode(code, start) {
			t.Error("another one does not work")
		}
	}
}

func TestAppLink(t *testing.T) {
	secret := []byte("12345678901234567890")
	u, err := url.Parse(account.TOTPLink("Hello & co", "r@hello.example", secret))
	if err != nil || u.Scheme != "otpauth" || u.Path != "/Hello & co:r@hello.example" ||
		u.Query().Get("secret") != "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" || u.Query().Get("issuer") != "Hello & co" {
		t.Errorf("%v, %v", u, err)
	}
}

func TestPasswords(t *testing.T) {
	h, ctx := account.NewHasher(), t.Context()
	const composed, decomposed = "caf\u00e9 in the rain", "cafe\u0301 in the rain"
	kept, err := h.Hash(ctx, "rees", composed)
	if err != nil || !strings.HasPrefix(kept, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(kept, "rain") {
		t.Fatalf("%s, %v", kept, err)
	}
	if again, _ := h.Hash(ctx, "rees", composed); again == kept {
		t.Error("no salt")
	}
	for password, want := range map[string]bool{composed: true, decomposed: true, composed + " ": false, "": false, strings.ToUpper(composed): false} {
		if got, err := h.Check(ctx, kept, password); got != want || err != nil {
			t.Errorf("%q: %v, %v", password, got, err)
		}
	}
	// A hash carries its own parameters (this one made with those of RFC 9106's
	// first choice scaled down), and what is none opens to nobody.
	for _, damaged := range []string{"x", "$argon2id$v=19$m=19456,t=0,p=1$c2FsdHNhbHQ$aGFzaA", "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$", strings.Replace(kept, "v=19", "v=16", 1)} {
		if got, _ := h.Check(ctx, damaged, composed); got {
			t.Errorf("%s opens", damaged)
		}
	}
	for _, bad := range []string{"", "eleven char", strings.Repeat("a", 20), "abcabcabcabc", strings.Repeat("long", 200), "not \xff text at all"} {
		if _, err := h.Hash(ctx, "rees", bad); room.CodeOf(err) != room.CodeBadRequest {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := h.Hash(ctx, "morgan.rees-jones", "Morgan.Rees-Jones"); room.CodeOf(err) != room.CodeBadRequest {
		t.Errorf("the name as the password: %v", err)
	}
}

// TestHashingIsBounded: however many ask, four passwords are in memory at once;
// the others wait, and who gives up is let go.
func TestHashingIsBounded(t *testing.T) {
	h := account.NewHasher()
	if n := h.Fill(); n != 4 {
		t.Fatalf("%d at once", n)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Check(gone, "", "whatever it is"); room.CodeOf(err) != room.CodeUnavailable {
		t.Errorf("a fifth: %v", err)
	}
	if _, err := h.Hash(gone, "", "whatever it is"); room.CodeOf(err) != room.CodeUnavailable {
		t.Errorf("a fifth: %v", err)
	}
	checked := make(chan error)
	go func() {
		_, err := h.Check(t.Context(), "", "whatever it is")
		checked <- err
	}()
	h.Free()
	if err := <-checked; err != nil {
		t.Error(err)
	}
}

func TestEnrolment(t *testing.T) {
	a, _ := account.New("rees", start)
	token, e := account.NewEnrolment(&a, start)
	other, _ := account.NewEnrolment(&a, start)
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 32 || token == other || e.Account != a.ID || len(e.TOTP) != 20 || !e.Until().Equal(start.Add(72*time.Hour)) {
		t.Errorf("%d octets, %v", len(raw), err)
	}
}

// TestNobodysPasswordTakesAsLong holds that a name that nobody has costs what any
// other does, and a start of the program next to nothing.
func TestNobodysPasswordTakesAsLong(t *testing.T) {
	const argon = 19 << 20 // octets that a hash takes
	var h *account.Hasher
	if got := allocated(func() { h = account.NewHasher() }); got > argon/10 {
		t.Errorf("to begin takes %d octets", got)
	}
	got := allocated(func() {
		if ok, err := h.Check(t.Context(), "", "nobody's, and long enough"); ok || err != nil {
			t.Errorf("checked: %v, %v", ok, err)
		}
	})
	if got < argon {
		t.Errorf("to check nobody's password takes %d octets, another's %d", got, argon)
	}
}

// allocated is how much memory f asks for.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

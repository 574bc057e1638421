package passkey_test

import (
	"strings"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/room/account"
	"anteroom/signaling/passkey"
)

// What is right in these ceremonies is shown in a real browser
// (TestPasskeyInTheBrowser of cmd/anteroom); here is what is wrong.

func party(t testing.TB) (*passkey.Party, account.Account) {
	t.Helper()
	p, err := passkey.New("https://hello.example")
	if err != nil || p.ID() != "hello.example" {
		t.Fatalf("%q, %v", p.ID(), err)
	}
	a, err := account.New("rees", time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return p, a
}

// An address has no passkeys (WebAuthn §5.1.2).
func TestAddressesHaveNone(t *testing.T) {
	for _, origin := range []string{"http://127.0.0.1:8080", "https://[2001:db8::1]", "http://192.168.1.9"} {
		if p, err := passkey.New(origin); p != nil || err != nil || p.ID() != "" {
			t.Errorf("%s: %q, %v", origin, p.ID(), err)
		}
	}
}

// What is asked for: a discoverable credential, the user verified, no attestation;
// and the name of nobody when somebody is about to sign in.
func TestWhatIsAskedFor(t *testing.T) {
	p, a := party(t)
	options, _, err := p.BeginRegistration(&a)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"residentKey":"required"`, `"userVerification":"required"`, `"id":"hello.example"`, `"attestation":"none"`} {
		if !strings.Contains(string(options), want) {
			t.Errorf("there is no %s in %s", want, options)
		}
	}
	options, _, err = p.BeginSignIn()
	if err != nil || !strings.Contains(string(options), `"userVerification":"required"`) || strings.Contains(string(options), "allowCredentials") {
		t.Errorf("%s, %v", options, err)
	}
}

// FuzzAnswers: whatever a browser answers, it is refused in our words.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"id":"AQ","rawId":"AQ","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"oA"}}`))
	f.Add([]byte(`{"id":"AQ","rawId":"AQ","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"AA"}}`))
	p, a := party(f)
	_, made, err1 := p.BeginRegistration(&a)
	_, asked, err2 := p.BeginSignIn()
	if err1 != nil || err2 != nil {
		f.Fatal(err1, err2)
	}
	find := func(string) (account.Account, error) { return a, nil }
	f.Fuzz(func(t *testing.T, answer []byte) {
		if _, err := p.FinishRegistration(&a, made, answer); room.CodeOf(err) != room.CodeSignInFailed {
			t.Errorf("registered: %v", err)
		}
		if _, _, err := p.FinishSignIn(asked, answer, find); room.CodeOf(err) != room.CodeSignInFailed {
			t.Errorf("signed in: %v", err)
		}
	})
}

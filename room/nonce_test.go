package room_test

import (
	"encoding/binary"
	"testing"
	"time"

	"anteroom/room"
)

func TestANonceLivesTwoMinutes(t *testing.T) {
	keys, now := keysOf(t, "k"), someTime()
	nonce := keys.Nonce(now)
	for _, c := range []struct {
		after time.Duration
		good  bool
	}{
		{0, true}, {time.Minute, true}, {2 * time.Minute, true}, {2*time.Minute + time.Second, false}, {time.Hour, false},
		{-59 * time.Second, true}, {-90 * time.Second, false}, {-time.Hour, false},
	} {
		err := keys.CheckNonce(nonce, now.Add(c.after))
		if want := room.CodeSignatureInvalid; (err == nil) != c.good || err != nil && room.CodeOf(err) != want {
			t.Errorf("%v after it was made: %v", c.after, err)
		}
	}
	if keys.Nonce(now) == nonce {
		t.Error("two nonces are the same")
	}
}

func TestANonceCannotBeMadeOrChanged(t *testing.T) {
	keys, now := keysOf(t, "k"), someTime()
	nonce := keys.Nonce(now)
	raw := decode(t, nonce)
	for i := range raw {
		for bit := range 8 {
			changed := append([]byte(nil), raw...)
			changed[i] ^= 1 << bit
			if keys.CheckNonce(encode(changed), now) == nil {
				t.Fatalf("bit %d of octet %d can be changed", bit, i)
			}
		}
	}
	later := append([]byte(nil), raw...)
	binary.BigEndian.PutUint64(later[8:16], uint64(now.Add(3*time.Minute).Unix()))
	last := nonce[:len(nonce)-1] + string(nonce[len(nonce)-1]+1)
	for name, text := range map[string]string{
		"empty": "", "given more life": encode(later), "short": encode(raw[:31]), "long": encode(append(raw, 0)), "padded": nonce + "=",
		"spare bits": last, "line feed": nonce + "\n", "line feed inside": nonce[:9] + "\r\n" + nonce[9:],
		"of another deployment": keysOf(t, "o").Nonce(now), "a credential": keys.Credential("nonce", string(raw[:16])),
	} {
		if code := room.CodeOf(keys.CheckNonce(text, now)); code != room.CodeSignatureInvalid {
			t.Errorf("%s: %q", name, code)
		}
	}
}

func TestANonceSurvivesARotation(t *testing.T) {
	now := someTime()
	if err := keysOf(t, "n", "k").CheckNonce(keysOf(t, "k").Nonce(now), now); err != nil {
		t.Errorf("a nonce of the old secret, while both are known: %v", err)
	}
	if keysOf(t, "n").CheckNonce(keysOf(t, "k").Nonce(now), now) == nil {
		t.Error("a nonce of a secret that is gone is good")
	}
}

func TestACredentialIsForOnePurposeAndValue(t *testing.T) {
	keys := keysOf(t, "k")
	c := keys.Credential("cookie", "account-1")
	if !keys.IsCredential(c, "cookie", "account-1") || !keysOf(t, "n", "k").IsCredential(c, "cookie", "account-1") {
		t.Fatal("a credential is refused, or does not survive a rotation")
	}
	for name, good := range map[string]bool{
		"purpose":    keys.IsCredential(c, "sign-in", "account-1"),
		"value":      keys.IsCredential(c, "cookie", "account-2"),
		"shifted":    keys.IsCredential(c, "cookieaccount-1", ""),
		"deployment": keysOf(t, "o").IsCredential(c, "cookie", "account-1"),
		"empty":      keys.IsCredential("", "cookie", "account-1"),
		"line feed":  keys.IsCredential(c+"\n", "cookie", "account-1"),
		"cut":        keys.IsCredential(c[:len(c)-2], "cookie", "account-1"),
	} {
		if good {
			t.Errorf("another %s is taken for the same", name)
		}
	}
}

func TestNoKeysWithoutASecret(t *testing.T) {
	if _, err := room.NewKeys(origin); err == nil {
		t.Error("keys from no secret")
	}
	if _, err := room.NewKeys(origin, secretOf("k"), secretOf("k")[:room.MinSecret-1]); err == nil {
		t.Error("keys from a secret that is too short")
	}
}

package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	totpStep   = 30 // seconds (RFC 6238)
	totpDigits = 6
	totpSkew   = 1 // steps that the app's clock may be off, either way
	totpSecret = 20

	recoveryCodes  = 10
	recoveryOctets = 10
)

// NewTOTP makes a secret for an authenticator app.
func NewTOTP() []byte {
	b := make([]byte, totpSecret)
	_, _ = rand.Read(b)
	return b
}

// TOTPText is the secret as people type it.
func TOTPText(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// TOTPLink is the secret as authenticator apps scan it.
func TOTPLink(issuer, name string, secret []byte) string {
	label := url.PathEscape(issuer + ":" + name)
	return fmt.Sprintf("otpauth://totp/%s?secret=%s&issuer=%s", label, TOTPText(secret), url.QueryEscape(issuer))
}

// TOTPCode is the code of a time (RFC 6238 with HMAC-SHA-1, which is what the
// apps do).
func TOTPCode(secret []byte, at time.Time) string {
	return hotp(secret, at.Unix()/totpStep, totpDigits)
}

// hotp is RFC 4226, 5.3.
func hotp(secret []byte, counter int64, digits int) string {
	mac := hmac.New(sha1.New, secret)
	_ = binary.Write(mac, binary.BigEndian, counter)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	value := uint64(binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff)
	modulus := uint64(1)
	for range digits {
		modulus *= 10
	}
	return fmt.Sprintf("%0*d", digits, value%modulus)
}

// UseCode reports whether this is a code of the authenticator app that was not
// used before, or a recovery code that is left, and uses it up.
func (a *Account) UseCode(code string, now time.Time) bool {
	code = bare(code)
	if len(code) == totpDigits {
		step, ok := findStep(a.TOTP, code, a.Step, now)
		if ok {
			a.Step = step
		}
		return ok
	}
	return a.useRecovery(code)
}

// findStep looks for the step after the last used one that the code belongs to.
func findStep(secret []byte, code string, last int64, now time.Time) (step int64, ok bool) {
	for skew := int64(-totpSkew); skew <= totpSkew; skew++ {
		at := now.Unix()/totpStep + skew
		same := subtle.ConstantTimeCompare([]byte(hotp(secret, at, totpDigits)), []byte(code)) == 1
		if same && at > last && len(secret) > 0 {
			step, ok = at, true
		}
	}
	return step, ok
}

func (a *Account) useRecovery(code string) bool {
	want, found := recoveryHash(code), -1
	for i, kept := range a.Recovery {
		if subtle.ConstantTimeCompare([]byte(kept), []byte(want)) == 1 {
			found = i
		}
	}
	if found < 0 {
		return false
	}
	a.Recovery = slices.Delete(slices.Clone(a.Recovery), found, found+1)
	return true
}

// SetPassword sets the hash of a password and the secret of an authenticator app
// whose code was checked, and returns new recovery codes, to be shown once.
func (a *Account) SetPassword(hash string, secret []byte, code string, now time.Time) (recovery []string, ok bool) {
	step, ok := findStep(secret, bare(code), 0, now)
	if !ok {
		return nil, false
	}
	a.Password, a.TOTP, a.Step = hash, secret, step
	return a.newRecovery(), true
}

// newRecovery replaces the recovery codes.
func (a *Account) newRecovery() (recovery []string) {
	a.Recovery = nil
	for range recoveryCodes {
		b := make([]byte, recoveryOctets)
		_, _ = rand.Read(b)
		text := strings.ToLower(base32.StdEncoding.EncodeToString(b))
		a.Recovery = append(a.Recovery, recoveryHash(text))
		recovery = append(recovery, strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:]}, "-"))
	}
	return recovery
}

// recoveryHash needs no salt: the codes are 80 random bits.
func recoveryHash(code string) string {
	sum := sha256.Sum256([]byte("anteroom recovery code v1\n" + code))
	return base64.RawStdEncoding.EncodeToString(sum[:])
}

// bare is a code without what people put between its parts.
func bare(code string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -\u00a0\t", r) {
			return -1
		}
		return r
	}, strings.ToLower(code))
}

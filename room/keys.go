package room

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Secret is a deployment secret: at least 32 random bytes, from which all keys
// are derived. It cannot be printed.
type Secret []byte

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Secret) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MinSecret is the least length of a deployment secret in bytes.
const MinSecret = 32

// Keys holds what is derived from the deployment secret. Several secrets
// overlap during a rotation: the first one makes new links and seals, all of
// them check and open. Safe for concurrent use; it never changes.
type Keys struct {
	sets   []keySet
	origin string
}

// keySet is what one secret gives. The kid names it in links and seals and
// tells nothing about it.
type keySet struct {
	kid  string
	sign ed25519.PrivateKey
	mac  []byte
	seal []byte
	node ed25519.PrivateKey // see NodeKeys
}

// NewKeys derives keys from the deployment secret, newest first. origin is the
// public origin of the service (https://host): the audience of its links.
func NewKeys(origin string, secrets ...Secret) (*Keys, error) {
	if len(secrets) == 0 {
		return nil, errors.New("room: no deployment secret")
	}
	k := &Keys{origin: origin}
	for _, secret := range secrets {
		if len(secret) < MinSecret {
			return nil, fmt.Errorf("room: the deployment secret has %d bytes, it needs at least %d", len(secret), MinSecret)
		}
		set, err := deriveSet(secret)
		if err != nil {
			return nil, err
		}
		k.sets = append(k.sets, set)
	}
	return k, nil
}

func deriveSet(secret Secret) (keySet, error) {
	seed, err1 := hkdf.Key(sha256.New, secret, nil, "anteroom link signing v1", ed25519.SeedSize)
	mac, err2 := hkdf.Key(sha256.New, secret, nil, "anteroom mac v1", 32)
	seal, err3 := hkdf.Key(sha256.New, secret, nil, "anteroom seal v1", 32)
	node, err4 := hkdf.Key(sha256.New, secret, nil, "anteroom node v1", ed25519.SeedSize)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return keySet{}, err
	}
	sign := ed25519.NewKeyFromSeed(seed)
	public := sha256.Sum256(sign.Public().(ed25519.PublicKey))
	return keySet{
		kid:  base64.RawURLEncoding.EncodeToString(public[:6]),
		sign: sign, mac: mac, seal: seal, node: ed25519.NewKeyFromSeed(node),
	}, nil
}

// NodeKeys are the keys by which the machines of one deployment know each
// other, one for each overlapping secret, newest first.
func (k *Keys) NodeKeys() []ed25519.PrivateKey {
	var all []ed25519.PrivateKey
	for _, set := range k.sets {
		all = append(all, set.node)
	}
	return all
}

func (k *Keys) byKid(kid string) (keySet, bool) {
	for _, set := range k.sets {
		if set.kid == kid {
			return set, true
		}
	}
	return keySet{}, false
}

// authenticate is the one MAC: purpose and parts are length-prefixed so that no
// two inputs can be mistaken for one another.
func (set keySet) authenticate(purpose string, parts ...string) []byte {
	mac := hmac.New(sha256.New, set.mac)
	for _, part := range append([]string{purpose}, parts...) {
		fmt.Fprintf(mac, "%d:%s", len(part), part)
	}
	return mac.Sum(nil)
}

// matches reports, in constant time for each key, whether want is the MAC under
// any of the overlapping secrets.
func (k *Keys) matches(want []byte, purpose string, parts ...string) bool {
	ok := false
	for _, set := range k.sets {
		ok = equal(set.authenticate(purpose, parts...), want) || ok
	}
	return ok
}

func (k *Keys) linkMAC(session SessionID, jti string) []byte {
	return k.sets[0].authenticate("link", string(session), jti)
}

func (k *Keys) isLink(session SessionID, jti string, mac []byte) bool {
	return k.matches(mac, "link", string(session), jti)
}

func (k *Keys) passcodeMAC(session SessionID, passcode string) []byte {
	return k.sets[0].authenticate("passcode", string(session), passcode)
}

func (k *Keys) isPasscode(session SessionID, passcode string, mac []byte) bool {
	text, err := Line("passcode", passcode, MaxPasscode)
	return err == nil && k.matches(mac, "passcode", string(session), string(text))
}

// unbase64 decodes what stands in one form only: base64url without padding or
// spare bits, and without the line ends that encoding/base64 skips even when it
// is strict.
func unbase64(text string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, errors.New("room: not canonical base64url")
	}
	return base64.RawURLEncoding.Strict().DecodeString(text)
}

// Credential makes an opaque value that proves, until it is checked, that this
// deployment issued it for that purpose: sign-in links and cookies use it.
func (k *Keys) Credential(purpose, value string) string {
	return base64.RawURLEncoding.EncodeToString(k.sets[0].authenticate("credential "+purpose, value))
}

// IsCredential checks what Credential made, in constant time.
func (k *Keys) IsCredential(credential, purpose, value string) bool {
	mac, err := unbase64(credential)
	return err == nil && k.matches(mac, "credential "+purpose, value)
}

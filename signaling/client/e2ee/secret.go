package e2ee

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
)

// Separator stands between a link's token and its secret. It is never in a
// token, never percent-encoded, and prose does not have it behind a link.
const Separator = "~"

const secretSize = 16

// LinkSecret is what a guest's link carries behind its token: 128 bits that
// the host's browser derived and the gateway never sees (§4).
type LinkSecret [secretSize]byte

// HostSecret is what every host's link carries: the root of a session's link secrets.
type HostSecret [secretSize]byte

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (LinkSecret) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (LinkSecret) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (HostSecret) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (HostSecret) LogValue() slog.Value { return slog.StringValue(redacted) }

const redacted = "[redacted]"

func redact(f fmt.State) { _, _ = f.Write([]byte(redacted)) }

// SplitFragment parts what stands behind the # of a link. Secret is nil when
// there is none. It is not ok when there is a damaged one: such a link must not
// be taken for one that never had a secret.
func SplitFragment(fragment string) (token string, secret []byte, ok bool) {
	token, text, found := strings.Cut(fragment, Separator)
	if !found {
		return token, nil, true
	}
	secret, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(secret) != secretSize {
		return token, nil, false
	}
	return token, secret, true
}

// Append puts a secret behind a link.
func Append(link string, secret [secretSize]byte) string {
	return link + Separator + base64.RawURLEncoding.EncodeToString(secret[:])
}

// Link derives the secret of one guest's link: of this invite in this issue
// (JTI is the token's claim).
func (s HostSecret) Link(session, invite, jti string) LinkSecret {
	return LinkSecret(expandInfo(s[:], "anteroom-e2ee-v1 link", secretSize, session, invite, jti))
}

// hosts is what hosts prove themselves to each other with.
func (s HostSecret) hosts(session string) LinkSecret {
	return LinkSecret(expandInfo(s[:], "anteroom-e2ee-v1 hosts", secretSize, session))
}

// statementKey authenticates admissions from one host's seat to the next.
func (s HostSecret) statementKey(session string) []byte {
	return expandInfo(s[:], "anteroom-e2ee-v1 statements", 32, session)
}

// pairKeys are the two uses of a link secret: proving one's keys, and entering
// into the boxes' keys.
type pairKeys struct{ proof, psk []byte }

func (l LinkSecret) keys(session string) *pairKeys {
	return &pairKeys{
		proof: expandInfo(l[:], "anteroom-e2ee-v1 proof", 32, session),
		psk:   expandInfo(l[:], "anteroom-e2ee-v1 psk", 32, session),
	}
}

// expandInfo is HKDF-SHA256 without salt, with info = label ‖ lp(each text).
func expandInfo(ikm []byte, label string, size int, texts ...string) []byte {
	info := []byte(label)
	for _, t := range texts {
		info = append(info, lp(t)...)
	}
	// Size is a constant far below the limit, so that there is no error.
	out, _ := hkdf.Key(sha256.New, ikm, nil, string(info), size)
	return out
}

func mac(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

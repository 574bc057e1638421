package client

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"

	"anteroom/signaling/client/e2ee"
)

// Link is a parsed join link. Its token is a secret: a Link prints as
// "[redacted]". Behind the token may stand the secret of end-to-end encryption
// (docs/e2ee.md §4), which is never sent.
type Link struct {
	Origin string // scheme and host of the service
	token  string
	jti    string
	invite string
	secret string // octets; "" if the link has none
}

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Link) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Link) LogValue() slog.Value { return slog.StringValue(redacted) }

const redacted = "[redacted]"

func redact(f fmt.State) { _, _ = f.Write([]byte(redacted)) }

// Text is the link as text, to be given to whoever it is for.
func (l Link) Text() string {
	text := l.Origin + "/j#" + l.token
	if l.secret != "" {
		text = e2ee.Append(text, [16]byte([]byte(l.secret)))
	}
	return text
}

// WithHostSecret is the same link as a host's browser would have made it from a
// session's host secret: with that secret for a host, with the link's own for a
// guest.
func (l Link) WithHostSecret(root e2ee.HostSecret, session, role string) Link {
	secret := [16]byte(root)
	if role != "host" {
		secret = root.Link(session, l.invite, l.jti)
	}
	l.secret = string(secret[:])
	return l
}

// Token is the secret in the link.
func (l Link) Token() string { return l.token }

// Parse reads a join link as people paste it: with white space in it where a
// mail program broke the line, or with its # written as %23. ErrLink if it is
// none; whether it is a good one only the server knows.
func Parse(text string) (Link, error) {
	place, token, ok := strings.Cut(mend(text), "#")
	if !ok {
		return Link{}, ErrLink
	}
	u, err := url.Parse(place)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil ||
		u.Path != "/j" || u.RawQuery != "" {
		return Link{}, ErrLink
	}
	token, secret, ok := e2ee.SplitFragment(token)
	jti, invite, err := claims(token)
	if err != nil || !ok {
		return Link{}, ErrLink
	}
	return Link{Origin: u.Scheme + "://" + u.Host, token: token, jti: jti, invite: invite, secret: string(secret)}, nil
}

func mend(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	for _, escaped := range []string{"%2523", "%23"} {
		text = strings.Replace(text, escaped, "#", 1)
	}
	return text
}

// claims reads two claims of a token: jti, which the proof of a key is about,
// and the invite. It verifies nothing: that is the server's to do.
func claims(token string) (jti, invite string, err error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || parts[0] == "" || parts[2] == "" {
		return "", "", ErrLink
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(parts[1])
	if err != nil {
		return "", "", ErrLink
	}
	var all struct {
		JTI     string `json:"jti"`
		Subject string `json:"sub"`
	}
	if err := json.Unmarshal(data, &all); err != nil || all.JTI == "" {
		return "", "", ErrLink
	}
	return all.JTI, all.Subject, nil
}

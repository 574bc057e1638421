package client

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
)

// Link is a parsed join link. Its token is a secret: a Link prints as
// "[redacted]".
type Link struct {
	Origin string // scheme and host of the service
	token  string
	jti    string
}

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Link) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Link) LogValue() slog.Value { return slog.StringValue(redacted) }

const redacted = "[redacted]"

func redact(f fmt.State) { _, _ = f.Write([]byte(redacted)) }

// Text is the link as text, to be given to whoever it is for.
func (l Link) Text() string { return l.Origin + "/j#" + l.token }

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
	jti, err := tokenID(token)
	if err != nil {
		return Link{}, ErrLink
	}
	return Link{Origin: u.Scheme + "://" + u.Host, token: token, jti: jti}, nil
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

// tokenID reads the jti claim of a token, which the proof of a key is about. It
// verifies nothing: that is the server's to do.
func tokenID(token string) (string, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || parts[0] == "" || parts[2] == "" {
		return "", ErrLink
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(parts[1])
	if err != nil {
		return "", ErrLink
	}
	var claims struct {
		JTI string `json:"jti"`
	}
	if err := json.Unmarshal(data, &claims); err != nil || claims.JTI == "" {
		return "", ErrLink
	}
	return claims.JTI, nil
}

package room

import (
	"fmt"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"
)

const redacted = "[redacted]"

// Text is something a person wrote: a label, a title, a message. It cannot be
// printed or logged by accident; string(t) is the deliberate way to read it.
type Text string

// SessionID names a session: 128 random bits, base64url.
type SessionID string

// InviteID names an invite within its session: 64 random bits, base64url.
type InviteID string

// SeatID names a seat. It is derived from the session and the seat's key, so
// that the key is the seat.
type SeatID string

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Text) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Text) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (SessionID) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (SessionID) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (InviteID) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (InviteID) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (SeatID) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (SeatID) LogValue() slog.Value { return slog.StringValue(redacted) }

func redact(f fmt.State) { _, _ = f.Write([]byte(redacted)) }

// Limits of what people write, in Unicode code points.
const (
	MaxLabel       = 40
	MaxTitle       = 80
	MaxGreeting    = 500
	MaxRecognition = 120
	MaxPlanB       = 1000
	MaxGroundRules = 2000
	MaxPasscode    = 64
	MaxMessage     = 300
	MaxChat        = 2000
)

// Line cleans one line of text: outer space trimmed, no control characters and
// nothing that reorders others, at most limit characters (Unicode code points).
// Otherwise it is CodeBadRequest, with the name in words.
func Line(name, s string, limit int) (Text, error) {
	return clean(name, strings.TrimSpace(s), limit, false)
}

// paragraph cleans text that may have several lines.
func paragraph(name, s string, limit int) (Text, error) {
	return clean(name, strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")), limit, true)
}

func clean(name, s string, limit int, lines bool) (Text, error) {
	if !utf8.ValidString(s) {
		return "", badRequest("The " + name + " is not valid text.")
	}
	if utf8.RuneCountInString(s) > limit {
		return "", badRequest(fmt.Sprintf("The %s is longer than %d characters.", name, limit))
	}
	for _, r := range s {
		if unsafeRune(r) && (!lines || r != '\n') {
			return "", badRequest("The " + name + " has a control character in it.")
		}
	}
	return Text(s), nil
}

// unsafeRune reports runes that can hide or reorder other text on a screen:
// control characters, line and paragraph separators, bidirectional overrides.
func unsafeRune(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029':
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true
	}
	return false
}

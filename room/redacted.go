package room

import (
	"fmt"
	"log/slog"
)

// No value of this package prints what it holds, whole or by a field: fmt cannot
// see the methods of unexported fields, and encoding for a log is the same as
// encoding for the wire. So the structures are closed too, not only the words
// and names in them. To look into one, name a field and convert it.

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Actor) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Actor) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (AtDoor) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (AtDoor) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Invite) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Invite) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Issued) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Issued) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Keys) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Keys) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Link) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Link) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Me) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Me) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Notice) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Notice) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Person) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Person) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Preview) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Preview) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Redemption) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Redemption) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (RegisterEntry) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (RegisterEntry) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Seat) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Seat) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (SeatKey) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (SeatKey) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Session) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Session) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (SessionView) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (SessionView) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Spec) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Spec) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (View) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (View) LogValue() slog.Value { return slog.StringValue(redacted) }

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (Watcher) Format(f fmt.State, _ rune) { redact(f) }

// LogValue implements slog.LogValuer.
func (Watcher) LogValue() slog.Value { return slog.StringValue(redacted) }

package account

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"anteroom/room"
)

// Parameters of argon2id (RFC 9106; the second of OWASP's choices): memory in
// KiB, passes, lanes. A hash carries its own, so that these can change.
const (
	argonMemory = 19 * 1024
	argonPasses = 2
	argonLanes  = 1
	argonSalt   = 16
	argonHash   = 32
)

// Bounds of a password: characters at least, octets at most.
const (
	MinPassword = 12
	maxPassword = 512
)

// maxHashing is how many passwords are hashed at once; each takes argonMemory.
const maxHashing = 4

// Hasher hashes and checks passwords, a few at a time. Safe for concurrent use.
type Hasher struct {
	slots chan struct{}
	decoy string // hash of nobody's password
}

// NewHasher makes one; a process needs no second. Its decoy is not hashed from
// anything: that would take every start of the program as long as a sign-in, and
// argonMemory.
func NewHasher() *Hasher {
	return &Hasher{slots: make(chan struct{}, maxHashing), decoy: encode(random(argonSalt), random(argonHash))}
}

// Hash checks that a password is good enough and returns what is kept of it.
func (h *Hasher) Hash(ctx context.Context, name, password string) (string, error) {
	text := norm.NFC.String(password)
	switch {
	case !utf8.ValidString(text) || len(text) > maxPassword:
		return "", passwordError("This password is too long, or has something in it that is no text.")
	case utf8.RuneCountInString(text) < MinPassword:
		return "", passwordError(fmt.Sprintf("A password has at least %d characters. A few words in a row are easy to remember.", MinPassword))
	case strings.EqualFold(text, name) || len(distinct(text)) < 4:
		return "", passwordError("This password is too easy to guess. A few words in a row are easy to remember.")
	}
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return hash(text), nil
}

// Check reports whether the password is the one that was hashed. With an empty
// hash it takes as long, and says no.
func (h *Hasher) Check(ctx context.Context, kept, password string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	text := norm.NFC.String(password)
	if len(text) > maxPassword {
		text = ""
	}
	if kept == "" {
		verify(h.decoy, text)
		return false, nil
	}
	return verify(kept, text), nil
}

// enter waits for one of the slots: memory is bounded, whoever asks. Who gets none
// while ctx lasts is refused with CodeUnavailable.
func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return room.Refused(room.CodeUnavailable)
	}
}

func (h *Hasher) leave() { <-h.slots }

func hash(text string) string {
	salt := random(argonSalt)
	return encode(salt, argon2.IDKey([]byte(text), salt, argonPasses, argonMemory, argonLanes, argonHash))
}

// encode is what is kept of a hash of our own parameters (PHC string format).
func encode(salt, sum []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonPasses, argonLanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum))
}

func verify(kept, text string) bool {
	var version, memory, passes uint32
	var lanes uint8
	parts := strings.Split(kept, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	_, err1 := fmt.Sscanf(parts[2], "v=%d", &version)
	_, err2 := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes)
	salt, err3 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err4 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil || version != argon2.Version || passes == 0 || lanes == 0 || len(want) == 0 {
		return false
	}
	got := argon2.IDKey([]byte(text), salt, passes, memory, lanes, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}

func distinct(text string) map[rune]bool {
	seen := map[rune]bool{}
	for _, c := range text {
		seen[c] = true
	}
	return seen
}

func passwordError(message string) error {
	return &room.Error{Code: room.CodeBadRequest, Message: message}
}

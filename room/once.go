package room

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
)

// OnceFor is how long a repeated request finds the session that the first one
// made.
const OnceFor = 10 * time.Minute

// Once names a request to make a session, so that it can be repeated when its
// answer was lost (the Idempotency-Key header of
// draft-ietf-httpapi-idempotency-key-header-07).
type Once struct {
	Key  string // the caller's
	Body []byte // the request
}

// onceNote is what is kept of such a request for OnceFor, sealed: not the links
// and not the words, but the seed that all that was random was drawn from. The
// same request makes the same session of it.
type onceNote struct {
	Seed []byte
	Body []byte // SHA-256
	At   time.Time
	Made bool // stored at least once: what is gone now has ended
}

// Until implements Lasting.
func (n onceNote) Until() time.Time { return n.At.Add(OnceFor) }

// CreateOnce makes and stores a session, or finds the one that the same owner's
// same request has made. Only those links are issued again that nobody replaced
// or killed meanwhile. The same key with another body is CodeKeyReused; a
// session that has ended since is CodeNotFound.
func (all *Sessions) CreateOnce(ctx context.Context, spec Spec, owner string, once Once, now time.Time) (*Session, []Issued, error) {
	notes, name := NewVault[onceNote](all, "once"), fmt.Sprintf("%d:%s%s", len(owner), owner, once.Key)
	body := sha256.Sum256(once.Body)
	note, err := notes.Get(ctx, name)
	if errors.Is(err, ErrNotFound) {
		note = onceNote{Seed: randomBytes(32), Body: body[:], At: now.UTC()}
		if _, _, err = newFrom(drawFrom(note.Seed), spec, owner, all.keys, note.At); err == nil {
			note, err = takeDown(ctx, notes, name, note) // what is refused is so each time, and leaves no note
		}
	}
	switch {
	case err != nil:
		return nil, nil, err
	case !equal(body[:], note.Body):
		return nil, nil, Refused(CodeKeyReused)
	}
	s, issued, err := newFrom(drawFrom(note.Seed), spec, owner, all.keys, note.At)
	if err != nil {
		return nil, nil, err
	}
	if !note.Made {
		if err := all.makeNoted(ctx, notes, name, s); err != nil {
			return nil, nil, err
		}
	}
	s, _, err = all.Get(ctx, s.ID)
	if errors.Is(err, ErrNotFound) {
		err = Refused(CodeNotFound)
	}
	if err != nil {
		return nil, nil, err
	}
	return s, s.current(issued, all.keys), nil
}

// takeDown keeps the note of a request, or reads that of the same one at the same time.
func takeDown(ctx context.Context, notes *Vault[onceNote], name string, note onceNote) (onceNote, error) {
	err := notes.Create(ctx, name, note)
	if errors.Is(err, ErrConflict) {
		return notes.Get(ctx, name)
	}
	return note, err
}

// makeNoted stores the session, and that it was. Where several do so at a time,
// or one stopped between the two, each finds what the other did.
func (all *Sessions) makeNoted(ctx context.Context, notes *Vault[onceNote], name string, s *Session) error {
	if err := all.Create(ctx, s); err != nil && !errors.Is(err, ErrConflict) {
		return err
	}
	_, err := notes.Update(ctx, name, func(n *onceNote) error { n.Made = true; return nil })
	if errors.Is(err, ErrNotFound) { // its time is over
		return nil
	}
	return err
}

// current are those of the links that still are the ones of their invites.
func (s *Session) current(issued []Issued, keys *Keys) []Issued {
	var all []Issued
	for _, one := range issued {
		inv := s.inviteByID(one.Invite.ID)
		if inv != nil && inv.Dead == "" && keys.isLink(s.ID, one.JTI, inv.Link) {
			all = append(all, Issued{Invite: inv, JTI: one.JTI})
		}
	}
	return all
}

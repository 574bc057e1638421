package room

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
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

// CreateOnce makes and stores a session, or finds the one that the same owner's
// same request has made. Only those links are issued again that nobody replaced
// or killed meanwhile. The same key with another body is CodeKeyReused; a
// session that has ended since is CodeNotFound.
func (all *Sessions) CreateOnce(ctx context.Context, spec Spec, owner string, once Once, now time.Time) (*Session, []Issued, error) {
	note, name, version, err := all.noteOf(ctx, spec, owner, once, now)
	if err != nil {
		return nil, nil, err
	}
	if sum := sha256.Sum256(once.Body); !equal(sum[:], note.Body) {
		return nil, nil, Refused(CodeKeyReused)
	}
	s, issued, err := newFrom(drawFrom(note.Seed), spec, owner, all.keys, note.At)
	if err != nil {
		return nil, nil, err
	}
	if !note.Made {
		if err := all.makeNoted(ctx, s, note, name, version); err != nil {
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

// noteOf reads the note of a request or takes one down.
func (all *Sessions) noteOf(ctx context.Context, spec Spec, owner string, once Once, now time.Time) (note onceNote, name string, version uint64, err error) {
	for _, set := range all.keys.sets {
		name = set.onceName(owner, once.Key)
		if note, version, err = all.readNote(ctx, name); !errors.Is(err, ErrNotFound) {
			return note, name, version, err
		}
	}
	name = all.keys.sets[0].onceName(owner, once.Key)
	note = onceNote{Seed: randomBytes(32), At: now.UTC()}
	sum := sha256.Sum256(once.Body)
	note.Body = sum[:]
	if _, _, err = newFrom(drawFrom(note.Seed), spec, owner, all.keys, note.At); err != nil {
		return note, name, 0, err // such a request is refused each time, and leaves no note
	}
	version, err = all.writeNote(ctx, name, note, 0)
	if errors.Is(err, ErrConflict) { // the same request, at the same time
		note, version, err = all.readNote(ctx, name)
	}
	return note, name, version, err
}

// makeNoted stores the session, and that it was. Where several do so at a time,
// or one stopped between the two, each finds what the other did.
func (all *Sessions) makeNoted(ctx context.Context, s *Session, note onceNote, name string, version uint64) error {
	if err := all.Create(ctx, s); err != nil && !errors.Is(err, ErrConflict) {
		return err
	}
	note.Made = true
	_, err := all.writeNote(ctx, name, note, version)
	if errors.Is(err, ErrConflict) {
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

// onceName is the key of a note in the store. It names neither owner nor request.
func (set keySet) onceName(owner, key string) string {
	return "once-" + base64.RawURLEncoding.EncodeToString(set.authenticate("once", owner, key)[:16])
}

func (all *Sessions) readNote(ctx context.Context, name string) (note onceNote, version uint64, err error) {
	rec, err := all.store.Get(ctx, name)
	if err != nil {
		return note, 0, err
	}
	plain, err := all.keys.openAs(name, rec.Data)
	if err == nil && json.Unmarshal(plain, &note) != nil {
		err = errSeal
	}
	return note, rec.Version, err
}

func (all *Sessions) writeNote(ctx context.Context, name string, note onceNote, old uint64) (uint64, error) {
	sealed, err := all.keys.sealAs(name, note)
	if err != nil {
		return 0, err
	}
	return all.store.Swap(ctx, name, old, Record{Data: sealed, Owner: "once", Expires: note.At.Add(OnceFor)}, 0)
}

package room_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"anteroom/room"
)

// again asks as often as it is called for the same session.
func again(t *testing.T, all *room.Sessions, who, key, body string) (*room.Session, []room.Issued, error) {
	t.Helper()
	return all.CreateOnce(context.Background(), usual(), who, room.Once{Key: key, Body: []byte(body)}, time.Now().UTC())
}

func jtis(issued []room.Issued) (all []string) {
	for _, one := range issued {
		all = append(all, one.JTI)
	}
	return all
}

// The same request makes the same session on every store, over a rotation of the
// secret too; another owner's, or another key, makes another one.
func TestOnceIsOnce(t *testing.T) {
	onEach(t, func(t *testing.T, o onStore, store room.Store) {
		before, after := room.NewSessions(store, keysOf(t, "k")), room.NewSessions(store, keysOf(t, "n", "k"))
		first, links, err := again(t, before, owner, "key", "{}")
		if err != nil || len(links) != 5 {
			t.Fatalf("%d links, %v", len(links), err)
		}
		for _, all := range []*room.Sessions{before, after} {
			s, repeated, err := again(t, all, owner, "key", "{}")
			if err != nil || s.ID != first.ID || !slices.Equal(jtis(links), jtis(repeated)) {
				t.Fatalf("the same request makes something else: %v", err)
			}
		}
		if _, _, err := again(t, before, owner, "key", "{ }"); room.CodeOf(err) != room.CodeKeyReused {
			t.Errorf("another body: %v", err)
		}
		seen := append([]string{string(first.ID)}, jtis(links)...)
		for who, key := range map[string]string{"somebody else": "key", owner: "another"} {
			s, issued, err := again(t, before, who, key, "{}")
			if err != nil || slices.Contains(seen, string(s.ID)) || slices.Contains(seen, issued[0].JTI) {
				t.Errorf("%s with the key %q gets the same session, or %v", who, key, err)
			}
		}
	})
}

// What is kept of a request opens with the deployment secret alone, holds no word
// of the session and no secret of a link, and is gone after ten minutes.
func TestP5TheNoteOfARequestTellsNothing(t *testing.T) {
	store := &moving{Store: openMemory(t)}
	_, links, err := again(t, room.NewSessions(store, keysOf(t, "k")), owner, "canary-key", "canary-body")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(store.key, "once-") {
		t.Fatalf("the last record is %s, not the note", store.key)
	}
	text, rec := store.key+string(store.rec.Data), store.rec
	for _, secret := range append(jtis(links), "canary", "Tuesday", "G1", owner) {
		if strings.Contains(text, secret) {
			t.Error("the note tells something")
		}
	}
	if left := time.Until(rec.Expires); left <= 0 || left > room.OnceFor {
		t.Errorf("it is kept for %v", left)
	}
}

// A program that stopped between noting a request and storing its session leaves
// what the next try finishes; one that ended is not made again.
func TestOnceIsFinished(t *testing.T) {
	store := &stopping{Store: openMemory(t)}
	all := room.NewSessions(store, keysOf(t, "k"))
	for _, left := range []string{"the note", "note and session"} {
		store.left = 1
		if _, _, err := again(t, all, owner, "key", "{}"); err == nil {
			t.Fatalf("with %s alone written it is done", left)
		}
	}
	store.left = 100
	s, links, err := again(t, all, owner, "key", "{}")
	if err != nil || len(links) != 5 {
		t.Fatalf("%d links, %v", len(links), err)
	}
	if _, err := all.Update(context.Background(), s.ID, 0, func(s *room.Session) error { return s.End(room.ByOwner(owner)) }); err != nil {
		t.Fatal(err)
	}
	if _, _, err := again(t, all, owner, "key", "{}"); room.CodeOf(err) != room.CodeNotFound {
		t.Errorf("after the end: %v", err)
	}
}

// stopping fails every write after the first few.
type stopping struct {
	room.Store
	left int
}

func (s *stopping) Swap(ctx context.Context, key string, old uint64, rec room.Record, fence uint64) (uint64, error) {
	if s.left--; s.left < 0 {
		return 0, context.DeadlineExceeded
	}
	return s.Store.Swap(ctx, key, old, rec, fence)
}

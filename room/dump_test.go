package room_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"anteroom/room"
	"anteroom/room/boltstore"
	"anteroom/room/redisstore"
	"anteroom/room/redisstore/redistest"
)

// dumps are stores with a way to read all bytes that they keep.
func dumps() map[string]func(t *testing.T) (room.Store, func() []byte) {
	return map[string]func(t *testing.T) (room.Store, func() []byte){
		"memory": func(t *testing.T) (room.Store, func() []byte) {
			store := &copies{Store: openMemory(t)}
			return store, func() []byte { return store.all }
		},
		"bolt": func(t *testing.T) (room.Store, func() []byte) {
			path := filepath.Join(t.TempDir(), "sessions.db")
			store, err := boltstore.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			return closing(t, store), func() []byte { return filesIn(t, filepath.Dir(path)) }
		},
		"redis": func(t *testing.T) (room.Store, func() []byte) {
			server := redistest.Start(t)
			store, err := redisstore.Open(t.Context(), server.URL)
			if err != nil {
				t.Fatal(err)
			}
			return closing(t, store), func() []byte { return server.Dump(t) }
		},
	}
}

func filesIn(t *testing.T, dir string) (all []byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		all = append(all, raw...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestP5AStolenStoreTellsNothing: no label, title, phrase, message or token, in
// any writing; and it lets nobody in.
func TestP5AStolenStoreTellsNothing(t *testing.T) {
	for name, open := range dumps() {
		t.Run(name, func(t *testing.T) {
			store, dump := open(t)
			h := buildIn(t, room.NewSessions(store, keysOf(t, "k")), marked)
			host := h.arrive("canary-host", newBrowser(t))
			b := newBrowser(t)
			r := h.wish("canary-guest", b)
			r.Passcode = "canary-passcode"
			seat, _ := h.redeem(r)
			h.must(func(s *room.Session) error { return s.Decline(room.BySeat(host), seat.ID, "canary-message", h.now) })
			h.must(func(s *room.Session) error { return s.SayToWaiting(room.BySeat(host), "canary-waiting") })
			stolen := dump()
			if rec, err := store.Get(t.Context(), string(h.id)); err != nil || len(stolen) < len(rec.Data) {
				t.Fatalf("the dump is smaller than the record: it is no dump (%v)", err)
			}
			for _, canary := range canariesOf(h, b, seat.ID) {
				for writing, text := range writings(canary) {
					if bytes.Contains(stolen, text) {
						t.Errorf("the store has %q in it as %s", canary[:min(len(canary), 14)], writing)
					}
				}
			}
			h.mustLetNobodyIn(stolen)
		})
	}
}

func marked(s *room.Spec) {
	s.Title, s.Greeting, s.Recognition, s.PlanB = "canary-title", "canary-greeting", "canary-phrase", "canary-plan"
	s.GroundRules, s.Passcode = "canary-rules", "canary-passcode"
	s.Hosts, s.Guests = []string{"canary-host"}, []string{"canary-guest"}
}

func canariesOf(h *house, b browser, seat room.SeatID) []string {
	link := h.link("canary-guest", -1)
	return []string{"canary", owner, link.JTI, string(link.Invite), string(b.key), string(seat), string(h.links["canary-guest"][0])}
}

// writings are the forms in which a text could lie on a disk.
func writings(text string) map[string][]byte {
	wide, big := []byte{}, []byte{}
	for _, unit := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(unit), byte(unit>>8))
		big = append(big, byte(unit>>8), byte(unit))
	}
	all := map[string][]byte{"utf-8": []byte(text), "utf-16le": wide, "utf-16be": big,
		"hex": []byte(hex.EncodeToString([]byte(text))), "HEX": []byte(strings.ToUpper(hex.EncodeToString([]byte(text))))}
	for shift := range 3 { // base64 depends on what stands before
		form := base64.StdEncoding.EncodeToString(append(make([]byte, shift), text...))
		all["base64 "+string(rune('0'+shift))] = []byte(strings.TrimRight(form, "=")[2*shift : len(strings.TrimRight(form, "="))-1])
	}
	return all
}

// The same search must find an unsealed record.
func TestP5TheSearchFindsAnUnsealedRecord(t *testing.T) {
	h := build(t, marked)
	plain := []byte(image(t, h.session()))
	wide := writings(string(plain))
	for _, writing := range []string{"utf-8", "utf-16le", "utf-16be", "hex", "HEX"} {
		if !bytes.Contains(wide[writing], writings("canary-title")[writing]) {
			t.Errorf("%s is not found", writing)
		}
	}
	for shift := range 3 {
		stored := base64.StdEncoding.EncodeToString(append(make([]byte, shift), plain...))
		found := false
		for name, text := range writings("canary-title") {
			found = found || strings.HasPrefix(name, "base64") && strings.Contains(stored, string(text))
		}
		if !found {
			t.Errorf("base64, shifted by %d, is not found", shift)
		}
	}
}

// mustLetNobodyIn: with the bytes of the store and everything that is public, but
// without the deployment secret, a thief forges a link and opens no record.
func (h *house) mustLetNobodyIn(stolen []byte) {
	h.Helper()
	thief := &press{TB: h.TB.(testing.TB), keys: keysOf(h, "o"), now: h.now}
	thief.kid, thief.key = thief.keys.SigningKey()
	kid, _ := h.keys.SigningKey()
	forged := thief.make(with(thief.header(), members{"kid": kid}), with(thief.claims(), members{"sid": string(h.id)}))
	if _, err := h.keys.ParseLink(forged, h.now); room.CodeOf(err) != room.CodeLinkInvalid {
		h.Errorf("a forged link: %q", room.CodeOf(err))
	}
	if _, err := thief.keys.Open(h.id, stolen); err == nil {
		h.Error("the record opens with another secret")
	}
	if _, err := h.session().SeatOf(newBrowser(h).key); err == nil {
		h.Error("a key without a seat resumes")
	}
}

// copies keeps all that was ever written, as a disk might.
type copies struct {
	room.Store
	all []byte
}

// Swap implements room.Store.
func (c *copies) Swap(ctx context.Context, key string, old uint64, rec room.Record, fence uint64) (uint64, error) {
	raw, err := json.Marshal(rec.Owner)
	c.all = append(append(append(c.all, key...), raw...), rec.Data...)
	if err != nil {
		return 0, err
	}
	return c.Store.Swap(ctx, key, old, rec, fence)
}

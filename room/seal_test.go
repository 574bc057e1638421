package room_test

import (
	"bytes"
	"testing"

	"anteroom/room"
)

// sealed is a session and its record as the store has it.
func sealed(t *testing.T) (h *house, data []byte) {
	t.Helper()
	h, _, _ = full(t)
	rec, err := h.all.Store().Get(t.Context(), string(h.id))
	if err != nil {
		t.Fatal(err)
	}
	return h, rec.Data
}

func TestASealBreaksWithAnyBit(t *testing.T) {
	h, data := sealed(t)
	if _, err := h.keys.Open(h.id, data); err != nil {
		t.Fatalf("what was sealed does not open: %v", err)
	}
	for i := range data {
		changed := bytes.Clone(data)
		changed[i] ^= 1 << (i % 8)
		if _, err := h.keys.Open(h.id, changed); err == nil {
			t.Fatalf("octet %d of %d can be changed", i, len(data))
		}
	}
	for length := range len(data) {
		if _, err := h.keys.Open(h.id, data[:length]); err == nil {
			t.Fatalf("%d of %d octets open", length, len(data))
		}
	}
	if _, err := h.keys.Open(h.id, append(bytes.Clone(data), 0)); err == nil {
		t.Fatal("one octet more opens")
	}
}

func TestASealIsForOneSessionAndOneDeployment(t *testing.T) {
	h, data := sealed(t)
	other, theirs := sealed(t)
	for name, err := range map[string]error{
		"under another session's name": second(h.keys.Open(other.id, data)),
		"another session's record":     second(h.keys.Open(h.id, theirs)),
		"another secret":               second(keysOf(t, "o").Open(h.id, data)),
		"the secret is gone":           second(keysOf(t, "n", "o").Open(h.id, data)),
	} {
		if err == nil {
			t.Errorf("%s: it opens", name)
		}
	}
	if err := second(keysOf(t, "n", "k").Open(h.id, data)); err != nil {
		t.Errorf("with the old secret still known: %v", err)
	}
}

func second(_ *room.Session, err error) error { return err }

func TestEqualRecordsAreSealedDifferently(t *testing.T) {
	h, _ := sealed(t)
	s := h.session()
	one, err1 := h.keys.Seal(s)
	two, err2 := h.keys.Seal(s)
	if err1 != nil || err2 != nil || bytes.Equal(one[9:], two[9:]) {
		t.Fatalf("two seals of one record are equal: %v, %v", err1, err2)
	}
}

// What cannot be a session of ours does not become one, though its seal is good:
// a record with holes in it would bring down whoever reads it.
func TestARecordWithHolesIsRefused(t *testing.T) {
	for name, plain := range holes() {
		if _, err := room.DecodeRecord("s", []byte(plain)); err == nil {
			t.Errorf("%s: it is taken", name)
		}
	}
	if _, err := room.DecodeRecord("s", []byte(`{"ID":"s","Invites":[{"ID":"i"}],"Seats":[{"ID":"x","Invite":"i"}]}`)); err != nil {
		t.Errorf("a whole record: %v", err)
	}
}

func holes() map[string]string {
	return map[string]string{
		"nothing": ``, "null": `null`, "no object": `[]`, "unknown member": `{"ID":"s","Extra":1}`, "another session": `{"ID":"t"}`,
		"null seat": `{"ID":"s","Seats":[null]}`, "null invite": `{"ID":"s","Invites":[null]}`,
		"a seat of nobody": `{"ID":"s","Seats":[{"ID":"x","Invite":"gone"}]}`, "two records": `{"ID":"s"}{"ID":"s"}`, "more after it": `{"ID":"s"} x`,
		"cut": `{"ID":"s"`,
	}
}

package room_test

import (
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"anteroom/room"
)

// FuzzParseLink: whatever is taken for a link was made with the deployment's key.
func FuzzParseLink(f *testing.F) {
	p := newPress(f)
	good := string(p.make(p.header(), p.claims()))
	for _, seed := range []string{
		good, "", "..", good[:len(good)-1], good + "\n", p.unsigned(members{"alg": "none"}, p.claims()) + ".",
		string(p.make(with(p.header(), members{"jwk": members{}}), p.claims())), string(p.make("{", "}")), string(p.make(`null`, `[]`)),
		string(p.make(p.header(), with(p.claims(), members{"exp": 1e300}))), p.foreign(), strings.Repeat("A", 2000),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		link, err := p.keys.ParseLink(room.Token(text), p.now)
		switch {
		case err != nil && link != room.Link{}:
			t.Error("a refused link says something")
		case err == nil && text != good && !strings.HasPrefix(text, good[:strings.LastIndex(good, ".")]):
			t.Error("a link was taken that was never made")
		}
		if code := room.CodeOf(err); err != nil && code != room.CodeLinkInvalid && code != room.CodeLinkExpired && code != room.CodeTooEarly {
			t.Errorf("refused with %q", code)
		}
	})
}

// FuzzOpenRecord: nothing opens but what was sealed, and whatever decodes can be
// shown to everybody in it without a panic.
func FuzzOpenRecord(f *testing.F) {
	keys := keysOf(f, "k")
	s, _, err := room.New(usual(), owner, keys, someTime())
	if err != nil {
		f.Fatal(err)
	}
	data, err := keys.Seal(s)
	if err != nil {
		f.Fatal(err)
	}
	plain, err := json.Marshal(s)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data, plain)
	f.Add(data[:9], []byte(`{"ID":"s","Invites":[{"ID":"i"}],"Seats":[{"ID":"x","Invite":"i","Phase":"greeted"}]}`))
	for _, hole := range holes() {
		f.Add(append(data[:9:9], hole...), []byte(hole))
	}
	f.Fuzz(func(t *testing.T, sealed, plain []byte) {
		if opened, err := keys.Open(s.ID, sealed); err == nil && string(sealed) != string(data) {
			t.Error("a record was opened that was never sealed", opened)
		}
		for _, id := range []room.SessionID{s.ID, "s"} {
			if read, err := room.DecodeRecord(id, plain); err == nil {
				showAll(read)
			}
		}
	})
}

// showAll calls everything that reads or moves a record by itself.
func showAll(s *room.Session) {
	for _, seat := range s.Seats {
		_, _ = s.ViewFor(seat.ID, someTime())
		_ = s.MediaFor(seat.ID)
	}
	_, _, _ = s.Register(), s.Due(), s.State(someTime())
	s.Tick(someTime())
	s.TakeOver(someTime())
}

// FuzzParseSeatKey: a key has one name, so that it is one seat.
func FuzzParseSeatKey(f *testing.F) {
	f.Add(string(newBrowser(f).key))
	for _, bad := range badKeys(f) {
		f.Add(bad)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key, err := room.ParseSeatKey(text)
		if err != nil {
			if key != "" {
				t.Error("a refused key is a key")
			}
			return
		}
		if raw := decode(t, text); string(key) != text || encode(raw) != text || len(raw) != 65 || raw[0] != 4 {
			t.Error("a key is taken in another form than one")
		}
	})
}

// FuzzCheckNonce: what is taken is in its time, in its one form, and cannot be
// changed.
func FuzzCheckNonce(f *testing.F) {
	keys, now := keysOf(f, "k"), someTime()
	nonce := keys.Nonce(now)
	for _, seed := range []string{nonce, "", nonce + "\n", nonce + "=", nonce[:20], keysOf(f, "o").Nonce(now), strings.Repeat("A", 43)} {
		f.Add(seed, int64(0))
	}
	f.Add(nonce, int64(room.NonceLife/time.Second)+1)
	f.Fuzz(func(t *testing.T, text string, later int64) {
		at := now.Add(time.Duration(later%1e6) * time.Second)
		if keys.CheckNonce(text, at) != nil {
			return
		}
		raw := decode(t, text)
		left := int64(binary.BigEndian.Uint64(raw[8:16])) - at.Unix()
		if encode(raw) != text || left < 0 || left > 180 {
			t.Errorf("a nonce is taken with %d s to go, or in another form than one", left)
		}
		for i := range raw {
			raw[i] ^= 1
			if keys.CheckNonce(encode(raw), at) == nil {
				t.Errorf("octet %d can be changed", i)
			}
			raw[i] ^= 1
		}
	})
}

// FuzzVerifyProof: no signature but the key's own over this very text.
func FuzzVerifyProof(f *testing.F) {
	b, text := newBrowser(f), "text"
	f.Add(string(b.key), text, b.sign(f, text))
	for _, proof := range proofs(f, b, text) {
		f.Add(string(b.key), text, proof)
	}
	for _, key := range badKeys(f) {
		f.Add(key, text, b.sign(f, text))
	}
	f.Fuzz(func(t *testing.T, key, signed, proof string) {
		err := room.VerifyProof(room.SeatKey(key), signed, proof)
		if err != nil && room.CodeOf(err) != room.CodeSignatureInvalid {
			t.Errorf("refused with %q", room.CodeOf(err))
		}
		if err != nil {
			return
		}
		if len(proof) != 86 || encode(decode(t, proof)) != proof {
			t.Error("a proof is taken in another form than r‖s")
		}
		if room.VerifyProof(room.SeatKey(key), signed+"x", proof) == nil {
			t.Error("a proof is good for another text")
		}
	})
}

package e2ee

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

// seeds adds all octet strings of the test vectors.
func seeds(f *testing.F) {
	f.Helper()
	data, err := os.ReadFile("../../../docs/e2ee-vectors.json")
	if err != nil {
		f.Fatal(err)
	}
	v := &vectors{}
	if err := json.Unmarshal(data, v); err != nil {
		f.Fatal(err)
	}
	for _, h := range v.Hello {
		f.Add([]byte(h.Message))
	}
	for _, s := range v.Statement {
		f.Add([]byte(s.Raw))
	}
	for _, b := range v.Box {
		f.Add([]byte(b.Boxes[0]))
	}
	for _, h := range v.Header {
		f.Add([]byte(h.Header))
	}
	for _, one := range v.Frame.Frames {
		f.Add([]byte(one.Sealed))
	}
	f.Add([]byte(v.Content.Encoded))
	f.Add([]byte{})
}

func FuzzHeader(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if kid, ctr, ok := parseHeader(data); ok && !bytes.Equal(appendHeader(nil, kid, ctr), data) {
			t.Errorf("%x is a second form of %d, %d", data, kid, ctr)
		}
	})
}

func FuzzContent(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := parseContent(data); err == nil && !bytes.Equal(c.encode(), data) {
			t.Errorf("%x is a second form", data)
		}
	})
}

func FuzzStatement(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := parseStatement(testSession, data); err == nil && (s.provesHost(testSession, nil) || len(s.entries) > maxEntries) {
			t.Errorf("%x", data)
		}
	})
}

func FuzzReceive(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		w := newWorld(t)
		h, g := w.host("h"), w.guest("g")
		w.enter(h)
		w.admit(h, g)
		h.do(h.a.Receive(w.now, g.seat(), data))
		w.run(1e9)
		w.allHear(h, g)
	})
}

func FuzzOpen(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		seat, _, o := ends(t)
		for kind := range Kind(kinds) {
			if plain, err := o.Open(seat, kind, data); err == nil {
				t.Errorf("opened %x to %x", data, plain)
			}
		}
		if text, err := o.OpenText(seat, Chat, data); err == nil {
			t.Errorf("opened %x to %q", data, text)
		}
		if token, secret, ok := SplitFragment(string(data)); ok && secret != nil && Append(token, [16]byte(secret)) != string(data) {
			t.Errorf("%q is a second form", data)
		}
	})
}

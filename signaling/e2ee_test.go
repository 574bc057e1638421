package signaling

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/signaling/client"
	"anteroom/signaling/client/e2ee"
)

// shielded is somebody whose client encrypts.
type shielded struct {
	person
	*client.Shield
	t *testing.T
}

// shield lets somebody come with a link that a host's browser made from root,
// or with a plain one.
func (m *meeting) shield(label, role string, root *e2ee.HostSecret) *shielded {
	m.t.Helper()
	link := m.links[label]
	if root != nil {
		link = link.WithHostSecret(*root, m.session.ID, role)
	}
	o := m.options()
	o.E2EE = 1
	p := m.connect(must[*client.Seat](m.t)(client.Join(within(m.t), link, o)))
	s := must[*client.Shield](m.t)(p.Protect(link, nil))
	m.t.Cleanup(s.Close)
	return &shielded{person: p, Shield: s, t: m.t}
}

// code waits for the safety code with so many others.
func (s *shielded) code(others int) string {
	s.t.Helper()
	code := ""
	err := s.WaitStatus(within(s.t), func(now e2ee.Status) bool {
		code = now.Code
		return code != "" && len(now.People) == others
	})
	if err != nil {
		s.t.Fatalf("no code: %v, %+v", err, s.Status())
	}
	return code
}

// reads waits for the next chat message and opens it.
func (s *shielded) reads(text string) {
	s.t.Helper()
	m := must[client.Chat](s.t)(s.NextChat(within(s.t)))
	if got, err := s.Read(m); err != nil || got != text || m.Text != "" {
		s.t.Errorf("%q, %v", got, err)
	}
}

func sealing(w *world, guests ...string) *meeting {
	required := room.E2EERequired
	return w.create(client.SessionSpec{Guests: client.Labels(guests...), Policy: &client.Policy{AutoLock: new(bool), E2EE: &required}})
}

// TestP6KeysOverTheGateway: people agree on keys through the real gateway, read
// each other's messages, and whoever is held or removed reads no more.
func TestP6KeysOverTheGateway(t *testing.T) {
	root := e2ee.HostSecret{1, 2, 3}
	for name, secret := range map[string]*e2ee.HostSecret{"links of a browser": &root, "links of the API": nil} {
		t.Run(name, func(t *testing.T) {
			m := sealing(newWorld(t), "S.", "M.")
			host, s, other := m.shield("Host", "host", secret), m.shield("S.", "guest", secret), m.shield("M.", "guest", secret)
			for _, g := range []*shielded{s, other} {
				if err := host.Admit(within(t), g.seat.ID); err != nil {
					t.Fatal(err)
				}
			}
			code := agree(t, []*shielded{host, s, other})
			if err := s.Shield.Say(within(t), "to all", false); err != nil {
				t.Fatal(err)
			}
			for _, p := range []*shielded{host, s, other} {
				p.reads("to all")
			}
			if err := s.Shield.Say(within(t), "to the host", true); err != nil {
				t.Fatal(err)
			}
			host.reads("to the host")
			s.reads("to the host")
			frame := must[[]byte](t)(host.Seal(client.Audio, []byte("sound")))
			if plain, err := s.Open(host.seat.ID, client.Audio, frame); err != nil || string(plain) != "sound" {
				t.Errorf("%q, %v", plain, err)
			}

			if err := host.Remove(within(t), other.seat.ID); err != nil {
				t.Fatal(err)
			}
			if agree(t, []*shielded{host, s}) == code {
				t.Error("the code did not change with the people")
			}
			later := must[[]byte](t)(host.Seal(client.Audio, []byte("sound")))
			if plain, err := other.Open(host.seat.ID, client.Audio, later); err == nil {
				t.Errorf("who was removed opens %q", plain)
			}
		})
	}
}

// TestP6SixteenAgree: sixteen people agree through the gateway, and again when
// one of them leaves.
func TestP6SixteenAgree(t *testing.T) {
	root := e2ee.HostSecret{16}
	for _, size := range []int{2, 8, 16} {
		var labels []string
		for i := range size - 1 {
			labels = append(labels, fmt.Sprintf("G%d", i))
		}
		m := sealing(newWorld(t), labels...)
		all := []*shielded{m.shield("Host", "host", &root)}
		for _, label := range labels {
			g := m.shield(label, "guest", &root)
			all[0].Allow(g.seat.ID, false)
			all = append(all, g)
		}
		start := time.Now()
		if err := all[0].AdmitAll(within(t)); err != nil {
			t.Fatal(err)
		}
		agree(t, all)
		joined := time.Since(start)
		start = time.Now()
		if err := all[size-1].Leave(within(t)); err != nil {
			t.Fatal(err)
		}
		if size > 2 {
			agree(t, all[:size-1])
		}
		t.Logf("%d people: all in with one code after %v, a new one %v after somebody left", size, joined, time.Since(start))
	}
}

// agree waits until all have the same safety code, for all of them. Each has that
// of the people before for a moment, and nobody knows when the others get theirs.
func agree(t *testing.T, all []*shielded) string {
	t.Helper()
	again, ctx := time.NewTicker(5*time.Millisecond), within(t)
	defer again.Stop()
	for {
		codes := map[string]bool{}
		for _, p := range all {
			codes[p.code(len(all)-1)] = true
		}
		for code := range codes {
			if len(codes) == 1 {
				return code
			}
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("the codes differ: %v", codes)
		}
	}
}

// TestP6AdmittedWithoutTheHostsWord: who is let in by a gateway, but not by a
// host's client, gets no key, whatever the gateway shows.
func TestP6AdmittedWithoutTheHostsWord(t *testing.T) {
	root := e2ee.HostSecret{1}
	m := sealing(newWorld(t), "S.", "Ghost")
	host, s, ghost := m.shield("Host", "host", &root), m.shield("S.", "guest", &root), m.shield("Ghost", "guest", &root)
	if err := host.Admit(within(t), s.seat.ID); err != nil {
		t.Fatal(err)
	}
	code := host.code(1)
	if err := host.Conn.Admit(within(t), ghost.seat.ID); err != nil { // past the encryption, as a gateway could
		t.Fatal(err)
	}
	id, _ := e2ee.ParseSeatID(ghost.seat.ID)
	if err := host.WaitStatus(within(t), func(now e2ee.Status) bool { return now.People[id] == e2ee.Unvouched }); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*shielded{host, s} {
		frame := must[[]byte](t)(p.Seal(client.Audio, []byte("sound")))
		if _, err := ghost.Open(p.seat.ID, client.Audio, frame); !errors.Is(err, e2ee.ErrNoKey) {
			t.Errorf("%v", err)
		}
	}
	if now := host.Status().Code; now != code {
		t.Error("the ghost changed the code")
	}
	host.Allow(ghost.seat.ID, false)
	if all := host.code(2); ghost.code(2) != all || s.code(2) != all {
		t.Error("the codes differ")
	}
}

// TestP6ALostConnection: who comes back on a new websocket with the same client
// state, and who comes back as a new process, are in the circle again.
func TestP6ALostConnection(t *testing.T) {
	root := e2ee.HostSecret{9}
	m := sealing(newWorld(t), "S.")
	host, s := m.shield("Host", "host", &root), m.shield("S.", "guest", &root)
	if err := host.Admit(within(t), s.seat.ID); err != nil {
		t.Fatal(err)
	}
	code := host.code(1)
	kept := s.Keep()
	s.Shield.Close()
	s.Conn.Close()
	again := m.connect(s.seat)
	shield := must[*client.Shield](t)(again.Protect(m.links["S."].WithHostSecret(root, m.session.ID, "guest"), kept))
	t.Cleanup(shield.Close)
	back := &shielded{person: again, Shield: shield, t: t}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := host.WaitStatus(ctx, func(now e2ee.Status) bool { return now.Code != "" && now.Code != code }); err != nil {
		t.Fatal(err)
	}
	if back.code(1) != host.code(1) {
		t.Error("the codes differ")
	}
}

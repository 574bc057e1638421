package signaling

import (
	"context"
	"errors"
	"strings"
	"testing"

	"anteroom/signaling/client"
)

// heard are the chat messages that somebody has got, up to one that all get.
func (m *meeting) heard(p person, last string) string {
	m.t.Helper()
	var all []string
	for len(all) == 0 || all[len(all)-1] != last {
		got, err := p.NextChat(within(m.t))
		if err != nil {
			m.t.Fatalf("after %v: %v", all, err)
		}
		all = append(all, got.Text+got.Sealed)
	}
	return strings.Join(all, " ")
}

func TestChatReachesThoseItIsFor(t *testing.T) {
	m := newWorld(t).create(client.SessionSpec{
		Hosts: client.Labels("Host", "Co"), Guests: client.Labels("S.", "M.", "W.", "G."), Policy: &client.Policy{AutoLock: new(bool)},
	})
	host, co := m.enter("Host"), m.enter("Co")
	s, other := m.admitted(host, "S."), m.admitted(host, "M.")
	waiting, greeted := m.enter("W."), m.enter("G.")
	ok(t, co.Greet(within(t), greeted.seat.ID))
	m.seePhase(greeted, client.PhaseGreeted)
	ctx := within(t)
	ok(t, s.Say(ctx, "all", false))
	ok(t, s.Say(ctx, "private", true))
	ok(t, s.SaySealed(ctx, "q83v", false))
	ok(t, host.Say(ctx, "hosts", true))
	refused(t, s.Do(ctx, client.Command{"type": "chat", "text": "a", "sealed": "q83v"}), client.CodeBadRequest)
	refused(t, s.SaySealed(ctx, "q83v=", false), client.CodeBadRequest)
	refused(t, s.SaySealed(ctx, strings.Repeat("A", maxSealed+4), false), client.CodeBadRequest)
	ok(t, other.Say(ctx, "end", false))
	for name, c := range map[string]struct {
		who  person
		want string
	}{
		"host":       {host, "all private q83v hosts end"},
		"co-host":    {co, "all private q83v hosts end"},
		"the sender": {s, "all private q83v end"},
		"another":    {other, "all q83v end"},
	} {
		if got := m.heard(c.who, "end"); got != c.want {
			t.Errorf("%s heard %q", name, got)
		}
	}
	for _, outside := range []person{waiting, greeted} {
		gone, cancel := context.WithCancel(ctx)
		cancel() // what was said has long been delivered: the others have it
		if got, err := outside.NextChat(gone); !errors.Is(err, context.Canceled) {
			t.Errorf("somebody outside heard %q, %v", got.Text, err)
		}
	}
}

func TestChatSaysWhoAndWhen(t *testing.T) {
	m := newWorld(t).of("S.")
	host := m.enter("Host")
	guest := m.admitted(host, "S.")
	ok(t, guest.Say(within(t), "  two\r\nlines ", true))
	got, err := host.NextChat(within(t))
	if err != nil || got.From != guest.seat.ID || got.Text != "two\nlines" || !got.Private || got.At.IsZero() || got.At.Location().String() != "UTC" {
		t.Errorf("%+v, %v", got, err)
	}
	refused(t, guest.Do(within(t), client.Command{"type": "chat", "text": "x", "from": host.seat.ID}), client.CodeBadRequest)
}

func TestChatOff(t *testing.T) {
	off := false
	m := newWorld(t).create(client.SessionSpec{Guests: client.Labels("S."), Policy: &client.Policy{Chat: &off}})
	host := m.enter("Host")
	guest := m.admitted(host, "S.")
	refused(t, guest.Say(within(t), "all", false), client.CodeNotAllowed)
	ok(t, guest.Say(within(t), "to the host", true))
	if got := m.heard(host, "to the host"); got != "to the host" {
		t.Errorf("%q", got)
	}
}

// TestKeysAreRelayed: to seats that see each other, with the gateway's word for
// who they come from.
func TestKeysAreRelayed(t *testing.T) {
	m := newWorld(t).of("S.", "M.", "W.")
	host := m.enter("Host")
	s, other := m.admitted(host, "S."), m.admitted(host, "M.")
	waiting := m.enter("W.")
	m.see(s, func(v client.View) bool { return len(v.People) == 3 })
	ctx := within(t)
	box := func(p person, content string) client.Box { return client.Box{Seat: p.seat.ID, Box: content} }
	ok(t, s.SendKeys(ctx, []client.Box{box(waiting, "AQE"), box(s, "AQI"), box(other, "AQM"), box(host, "AQQ"), box(other, "AQU")}))
	for _, c := range []struct {
		to  person
		box string
	}{{other, "AQM"}, {other, "AQU"}, {host, "AQQ"}} {
		if got, err := c.to.NextKeys(ctx); err != nil || got.From != s.seat.ID || got.Box != c.box {
			t.Errorf("%+v, %v", got, err)
		}
	}
	for _, bad := range [][]client.Box{nil, {box(other, "")}, {box(other, "A")}, {box(other, "AQ=")}, {box(other, strings.Repeat("A", maxBox+4))}, make([]client.Box, maxBoxes+1)} {
		refused(t, s.SendKeys(ctx, bad), client.CodeBadRequest)
	}
	refused(t, waiting.SendKeys(ctx, []client.Box{box(s, "AQE")}), client.CodeNotAllowed)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	for _, p := range []person{waiting, s} {
		if got, err := p.NextKeys(gone); !errors.Is(err, context.Canceled) {
			t.Errorf("keys %+v went where they may not, %v", got, err)
		}
	}
}

// TestSlowReader is cut off, and delays nobody.
func TestSlowReader(t *testing.T) {
	m := newWorld(t).of("S.", "M.", "L.")
	host := m.enter("Host")
	s, other := m.admitted(host, "S."), m.admitted(host, "M.")
	seat := m.join("L.")
	slow := m.resume(seat) // and it never reads again
	ok(t, host.Admit(within(t), seat.ID))
	m.see(host, func(v client.View) bool { p, there := v.Person(seat.ID); return there && p.Online })
	text := strings.Repeat("x", 2000)
	ctx := within(t)
	for i := range 3 * (messageBurst - 10) { // more than an outbox holds, fewer than are too many of one
		from := []person{host, s, other}[i%3]
		ok(t, from.Say(ctx, text, false))
		if _, err := other.NextChat(ctx); err != nil {
			t.Fatal(err)
		}
	}
	m.see(host, func(v client.View) bool { p, there := v.Person(seat.ID); return there && !p.Online })
	for {
		if _, _, err := slow.ws.ReadMessage(); err != nil {
			break
		}
	}
	m.resume(seat) // it may come back
	if f := m.server.Figures(); f.SlowReaders != 1 {
		t.Errorf("%d slow readers", f.SlowReaders)
	}
}

package room_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"anteroom/room"

	"pgregory.net/rapid"
)

const owner = "account-1"

// house is one session in a store, with all links that were ever given out, and
// a clock of its own.
type house struct {
	rapid.TB
	keys    *room.Keys
	all     *room.Sessions
	id      room.SessionID
	now     time.Time
	invites map[string]room.InviteID
	links   map[string][]room.Token // by label, oldest first
}

// usual is a session for two hosts and three guests that is open now. Its
// people say nothing of encryption, and it asks for none.
func usual() room.Spec {
	policy := room.DefaultPolicy()
	policy.E2EE = room.E2EEOff
	return room.Spec{
		Title: "Tuesday", Greeting: "Hello, good that you are here.", Recognition: "blue kettle",
		PlanB: "I ring you.", GroundRules: "What is said here stays here.",
		Hosts: []string{"H1", "H2"}, Guests: []string{"G1", "G2", "G3"}, Policy: policy,
	}
}

// build makes a usual session in memory; change may alter its spec first.
func build(t *testing.T, change ...func(*room.Spec)) *house {
	t.Helper()
	return buildIn(t, room.NewSessions(openMemory(t), keysOf(t, "k")), change...)
}

func buildIn(t rapid.TB, all *room.Sessions, change ...func(*room.Spec)) *house {
	t.Helper()
	h := &house{
		TB: t, keys: all.Keys(), all: all, now: time.Now().UTC().Truncate(time.Second),
		invites: map[string]room.InviteID{}, links: map[string][]room.Token{},
	}
	spec := usual()
	for _, f := range change {
		f(&spec)
	}
	s, issued, err := room.New(spec, owner, h.keys, h.now)
	if err != nil {
		t.Fatal(err)
	}
	h.id = s.ID
	for _, one := range issued {
		h.keep(s, one)
	}
	if err := all.Create(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	return h
}

// keep remembers the link of an invite.
func (h *house) keep(s *room.Session, issued room.Issued) {
	h.Helper()
	link, err := h.keys.Link(s, issued, h.now)
	if err != nil {
		h.Fatal(err)
	}
	token, ok := strings.CutPrefix(link, origin+"/j#")
	if !ok {
		h.Fatal("a link has another form than origin/j#TOKEN")
	}
	label := string(issued.Invite.Label)
	h.invites[label] = issued.Invite.ID
	h.links[label] = append(h.links[label], room.Token(token))
}

// do updates the session and returns the code of the refusal, "" for none.
func (h *house) do(fn func(*room.Session) error) room.Code {
	h.Helper()
	_, err := h.all.Update(context.Background(), h.id, 0, fn)
	if refusal := new(room.Error); err != nil && !errors.As(err, &refusal) && !errors.Is(err, room.ErrNotFound) {
		h.Fatalf("Update: %v", err)
	}
	return room.CodeOf(err)
}

// must is do for what has to work.
func (h *house) must(fn func(*room.Session) error) {
	h.Helper()
	if code := h.do(fn); code != "" {
		h.Fatalf("refused: %s", code)
	}
}

func (h *house) session() *room.Session {
	h.Helper()
	s, _, err := h.all.Get(context.Background(), h.id)
	if err != nil {
		h.Fatalf("Get: %v", err)
	}
	return s
}

// wish is a redemption with the newest link of that label.
func (h *house) wish(label string, b browser) room.Redemption {
	h.Helper()
	return room.Redemption{Link: h.link(label, -1), Key: b.key}
}

// link checks the nth link of that label; -1 is the newest.
func (h *house) link(label string, n int) room.Link {
	h.Helper()
	links := h.links[label]
	if n < 0 {
		n += len(links)
	}
	link, err := h.keys.ParseLink(links[n], h.now)
	if err != nil {
		h.Fatalf("the link of %s: %v", label, err)
	}
	return link
}

// redeem tries a redemption.
func (h *house) redeem(r room.Redemption) (seat room.Seat, code room.Code) {
	h.Helper()
	code = h.do(func(s *room.Session) (err error) {
		seat, err = s.Redeem(r, h.keys, h.now)
		return err
	})
	return seat, code
}

// knock asks to come back with the newest link of that label.
func (h *house) knock(label string, b browser) (room.Seat, room.Code) {
	h.Helper()
	r := h.wish(label, b)
	r.Knock = true
	return h.redeem(r)
}

// arrive redeems and connects.
func (h *house) arrive(label string, b browser) room.SeatID {
	h.Helper()
	seat, code := h.redeem(h.wish(label, b))
	if code != "" {
		h.Fatalf("%s may not come: %s", label, code)
	}
	h.connect(seat.ID)
	return seat.ID
}

func (h *house) connect(id room.SeatID) {
	h.Helper()
	h.must(func(s *room.Session) error { return s.Connect(id, "c-"+string(id), h.now) })
}

func (h *house) disconnect(id room.SeatID) {
	h.Helper()
	h.must(func(s *room.Session) error { s.Disconnect(id, "c-"+string(id), h.now); return nil })
}

func (h *house) tick() {
	h.Helper()
	h.must(func(s *room.Session) error { s.Tick(h.now); return nil })
}

// admit brings label in, by that host.
func (h *house) admit(host room.SeatID, label string, b browser) room.SeatID {
	h.Helper()
	id := h.arrive(label, b)
	h.must(func(s *room.Session) error { return s.Admit(room.BySeat(host), id, h.now) })
	return id
}

func (h *house) phase(id room.SeatID) room.Phase {
	h.Helper()
	seat, ok := h.session().Seat(id)
	if !ok {
		h.Fatal("there is no such seat")
	}
	return seat.Phase
}

// notice counts the notices with that code, repeats included.
func (h *house) notice(code room.NoticeCode) (lines, count int) {
	h.Helper()
	for _, n := range h.session().Notices {
		if n.Code == code {
			lines, count = lines+1, count+n.Count
		}
	}
	return lines, count
}

// image is the whole record as bytes, to see whether anything changed.
func image(t rapid.TB, s *room.Session) string {
	t.Helper()
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// view is what that seat is shown.
func (h *house) view(id room.SeatID) room.View {
	h.Helper()
	v, err := h.session().ViewFor(id, h.now)
	if err != nil {
		h.Fatalf("ViewFor: %v", err)
	}
	return v
}

func labels(people []room.Person) []string {
	var all []string
	for _, p := range people {
		all = append(all, string(p.Label))
	}
	slices.Sort(all)
	return all
}

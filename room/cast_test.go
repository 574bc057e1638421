package room_test

import (
	"encoding/json"
	"testing"

	"anteroom/room"
)

// cast is one session with somebody in each phase, by what they are: "in" is a
// guest who is in, "host in" a host.
type cast struct {
	*house
	seats  map[string]room.SeatID
	frozen string // the record with all of them in it
}

// guests whose label says what becomes of them.
func castGuests() []string {
	return []string{"waiting", "behind", "greeted", "greeted by another", "in", "held", "declined", "declined for good", "left", "removed", "old", "again"}
}

func newCast(t *testing.T) *cast {
	t.Helper()
	h := build(t, func(s *room.Spec) {
		s.Guests, s.Hosts = castGuests(), []string{"H1", "H2", "H3", "H4", "H5", "H6"}
		s.Policy.AutoLock = false
	})
	c := &cast{house: h, seats: map[string]room.SeatID{"none": "nobody"}}
	other := build(t)
	c.seats["host of another session"] = other.arrive("H1", newBrowser(t))
	c.seats["host in"], c.seats["another host in"] = h.arrive("H1", newBrowser(t)), h.arrive("H2", newBrowser(t))
	for _, label := range castGuests() {
		c.seats[label] = h.arrive(label, newBrowser(t))
	}
	c.placeGuests()
	c.placeHosts()
	c.frozen = image(t, h.session())
	return c
}

// by is a command of the first host's on one of the cast.
func (c *cast) by(at string, fn func(s *room.Session, by room.Actor, at room.SeatID) error) {
	c.Helper()
	c.must(func(s *room.Session) error { return fn(s, room.BySeat(c.seats["host in"]), c.seats[at]) })
}

func (c *cast) admitted(at string) {
	c.Helper()
	c.by(at, func(s *room.Session, by room.Actor, at room.SeatID) error { return s.Admit(by, at, c.now) })
}

func (c *cast) refused(at string) {
	c.Helper()
	c.by(at, func(s *room.Session, by room.Actor, at room.SeatID) error { return s.Decline(by, at, "no", c.now) })
}

func (c *cast) knocks(as, label string) {
	c.Helper()
	seat, code := c.knock(label, newBrowser(c))
	if code != "" {
		c.Fatalf("%s may not knock: %s", label, code)
	}
	c.seats[as] = seat.ID
	c.connect(seat.ID)
}

func (c *cast) placeGuests() {
	c.Helper()
	for _, at := range []string{"in", "held", "behind", "old"} {
		c.admitted(at)
	}
	c.knocks("knocking", "behind")
	c.knocks("new", "old")
	c.admitted("new")
	c.seats["replaced"] = c.seats["old"]
	c.by("held", func(s *room.Session, by room.Actor, at room.SeatID) error { return s.Hold(by, at, "wait", c.now) })
	c.refused("declined")
	c.refused("declined for good")
	c.must(func(s *room.Session) error { return s.Ask(room.BySeat(c.seats["declined for good"]), c.now) })
	c.refused("declined for good")
	c.must(func(s *room.Session) error { return s.Leave(room.BySeat(c.seats["left"]), c.now) })
	c.by("removed", func(s *room.Session, by room.Actor, at room.SeatID) error { return s.Remove(by, at, c.now) })
	c.reissue("again", false)
	c.seats["withdrawn"] = c.seats["again"]
	c.by("greeted", func(s *room.Session, by room.Actor, at room.SeatID) error { return s.Greet(by, at, c.now) })
	c.must(func(s *room.Session) error {
		return s.Greet(room.BySeat(c.seats["another host in"]), c.seats["greeted by another"], c.now)
	})
}

func (c *cast) placeHosts() {
	c.Helper()
	for _, label := range []string{"H3", "H4", "H5", "H6"} {
		c.seats[label] = c.arrive(label, newBrowser(c))
	}
	c.knocks("host knocking", "H3")
	c.knocks("host declined", "H4")
	c.refused("host declined")
	c.must(func(s *room.Session) error { return s.Leave(room.BySeat(c.seats["H5"]), c.now) })
	c.seats["host left"] = c.seats["H5"]
	c.withdraw("H6")
	c.seats["host withdrawn"] = c.seats["H6"]
}

// try runs one command on a fresh copy, and fails if a refusal changed it.
func (c *cast) try(t *testing.T, fn func(*room.Session) error) room.Code {
	t.Helper()
	var s room.Session
	if err := json.Unmarshal([]byte(c.frozen), &s); err != nil {
		t.Fatal(err)
	}
	code := room.CodeOf(fn(&s))
	if code != "" && image(t, &s) != c.frozen {
		t.Errorf("it was refused with %q and changed the record", code)
	}
	return code
}

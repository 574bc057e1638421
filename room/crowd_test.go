package room_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"anteroom/room"
)

// TestP1OneLinkOneSeatForTwoHundred: 200 browsers redeem one link at once. One
// gets the seat; 199 are refused, and the hosts read it in one line.
func TestP1OneLinkOneSeatForTwoHundred(t *testing.T) {
	const crowd = 200
	browsers := newBrowsers(t, crowd)
	onEach(t, func(t *testing.T, _ onStore, store room.Store) {
		h := buildIn(t, room.NewSessions(store, keysOf(t, "k")))
		codes, seats := make([]room.Code, crowd), make([]room.SeatID, crowd)
		link := h.link("G1", -1)
		var group sync.WaitGroup
		for i, b := range browsers {
			group.Go(func() {
				_, err := h.all.Update(context.Background(), h.id, 0, func(s *room.Session) error {
					seat, err := s.Redeem(room.Redemption{Link: link, Key: b.key}, h.keys, h.now)
					seats[i] = seat.ID
					return err
				})
				codes[i] = room.CodeOf(err)
			})
		}
		group.Wait()
		checkOneSeat(t, h, codes, seats)
		if lines, count := h.notice(room.NoticeLinkReuse); lines != 1 || count != crowd-1 {
			t.Fatalf("the hosts read %d lines, %d tries in all", lines, count)
		}
	})
}

func checkOneSeat(t *testing.T, h *house, codes []room.Code, seats []room.SeatID) {
	t.Helper()
	count := map[room.Code]int{}
	for i, code := range codes {
		count[code]++
		if code == "" {
			continue
		}
		if seats[i] != "" || h.session().MediaFor(seats[i]) != (room.Media{}) {
			t.Fatal("somebody was refused and holds something")
		}
	}
	if count[""] != 1 || count[room.CodeLinkUsed] != len(codes)-1 || len(h.session().Seats) != 1 {
		t.Fatalf("answers %v, %d seats", count, len(h.session().Seats))
	}
}

// TestP1ARetryGetsTheSameSeat: the answer to the first try may have been lost.
func TestP1ARetryGetsTheSameSeat(t *testing.T) {
	onEach(t, func(t *testing.T, _ onStore, store room.Store) {
		h, b := buildIn(t, room.NewSessions(store, keysOf(t, "k"))), newBrowser(t)
		first, _ := h.redeem(h.wish("G1", b))
		again, code := h.redeem(h.wish("G1", b))
		if code != "" || again.ID != first.ID {
			t.Fatalf("the same browser again gets %q, the same seat: %v", code, again.ID == first.ID)
		}
		if lines, _ := h.notice(room.NoticeLinkReuse); lines != 0 {
			t.Fatal("the hosts are alarmed by a retry")
		}
	})
}

// crowd is many goroutines that do what they like to one session at once.
type crowd struct {
	*house
	t        *testing.T
	browsers []browser
	links    []room.Link
	mu       sync.Mutex
	faults   []string
}

// TestPromisesHoldWhenAllActAtOnce: every committed change, and every state that
// somebody who watches is shown, is held against the promises.
func TestPromisesHoldWhenAllActAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, o onStore, store room.Store) {
		h := buildIn(t, room.NewSessions(store, keysOf(t, "k")))
		c := &crowd{house: h, t: t, browsers: newBrowsers(t, 12)}
		for _, label := range []string{"H1", "H2", "G1", "G2", "G3"} {
			c.links = append(c.links, h.link(label, -1))
		}
		h.arrive("H1", c.browsers[0])
		stop := c.watch()
		var group sync.WaitGroup
		for i := range o.writers {
			group.Go(func() { c.act(rand.New(rand.NewPCG(uint64(i), 1)), 60) })
		}
		group.Wait()
		if seen := stop(); seen == 0 {
			t.Fatal("whoever watches saw nothing")
		}
		for _, fault := range c.faults {
			t.Error(fault)
		}
	})
}

// act does random things. Each is checked inside of Update: when that commits,
// before and after are neighbours in the history of the record.
func (c *crowd) act(random *rand.Rand, times int) {
	// Another gateway: its own gates, so that the store decides.
	mine := room.NewSessions(c.all.Store(), c.keys)
	for range times {
		verb, fn := c.deed(random)
		var before, after *room.Session
		_, err := mine.Update(context.Background(), c.id, 0, func(s *room.Session) error {
			before = copyOf(c.t, s)
			err := fn(s)
			after = s
			return err
		})
		switch code := room.CodeOf(err); {
		case code == room.CodeUnavailable:
			c.fault("Update: " + err.Error())
		case code == "":
			c.check(func(t *recorder) { checkStep(t, before, after, verb); checkStanding(t, after, c.now) })
		}
	}
}

func (c *crowd) fault(words string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = append(c.faults, words)
}

// deed is one random thing that somebody does.
func (c *crowd) deed(random *rand.Rand) (step, func(*room.Session) error) {
	link, b := c.links[random.IntN(len(c.links))], c.browsers[random.IntN(len(c.browsers))]
	knock := random.IntN(2) == 0
	one := func(do func(s *room.Session, by room.Actor, at room.SeatID) error) func(*room.Session) error {
		by, at := c.browsers[random.IntN(3)].key, c.browsers[random.IntN(len(c.browsers))].key
		return func(s *room.Session) error { return do(s, room.BySeat(seatOf(s, by)), seatOf(s, at)) }
	}
	switch random.IntN(16) {
	case 0, 1, 2, 3:
		return step{verb: "join"}, func(s *room.Session) error {
			_, err := s.Redeem(room.Redemption{Link: link, Key: b.key, Knock: knock}, c.keys, c.now)
			return err
		}
	case 4, 5:
		return step{verb: "connect"}, func(s *room.Session) error { return s.Connect(seatOf(s, b.key), "c", c.now) }
	case 6:
		return step{verb: "disconnect"}, func(s *room.Session) error { s.Disconnect(seatOf(s, b.key), "c", c.now); return nil }
	case 7, 8:
		return step{"admit", true}, one(func(s *room.Session, by room.Actor, at room.SeatID) error { return s.Admit(by, at, c.now) })
	case 9:
		return step{"admit_all", true}, one(func(s *room.Session, by room.Actor, _ room.SeatID) error { return s.AdmitAll(by, c.now) })
	case 10:
		return step{"greet", true}, one(func(s *room.Session, by room.Actor, at room.SeatID) error { return s.Greet(by, at, c.now) })
	case 11:
		return step{"hold", true}, one(func(s *room.Session, by room.Actor, at room.SeatID) error { return s.Hold(by, at, "", c.now) })
	case 12:
		return step{"lock", true}, one(func(s *room.Session, by room.Actor, _ room.SeatID) error { return s.Lock(by) })
	case 13:
		return step{"unlock", true}, one(func(s *room.Session, by room.Actor, _ room.SeatID) error { return s.Unlock(by) })
	case 14:
		return step{verb: "tick"}, func(s *room.Session) error { s.Tick(c.now.Add(21 * time.Second)); return nil }
	}
	return step{"decline", true}, one(func(s *room.Session, by room.Actor, at room.SeatID) error { return s.Decline(by, at, "", c.now) })
}

func seatOf(s *room.Session, key room.SeatKey) room.SeatID {
	for _, seat := range s.Seats {
		if seat.Key == key {
			return seat.ID
		}
	}
	return "nobody"
}

func copyOf(t *testing.T, s *room.Session) *room.Session {
	var other room.Session
	if err := json.Unmarshal([]byte(image(t, s)), &other); err != nil {
		t.Error(err)
	}
	return &other
}

// watch checks every state that is shown, and returns what ends it and counts.
func (c *crowd) watch() (stop func() (seen int)) {
	ctx, cancel := context.WithCancel(context.Background())
	watcher, err := c.all.Watch(ctx, c.id)
	if err != nil {
		c.t.Fatal(err)
	}
	done := make(chan int)
	go func() {
		seen, last := 0, uint64(0)
		for change := range watcher.Changes() {
			s, version, err := watcher.Open(change)
			if err != nil || version <= last {
				c.fault("whoever watches is shown an older state, or none")
				continue
			}
			seen, last = seen+1, version
			c.check(func(t *recorder) { checkStanding(t, s, c.now) })
		}
		done <- seen
	}()
	return func() int { cancel(); return <-done }
}

package sfu

import (
	"context"
	"testing"
	"time"
)

func both(p *testPeer, seat string) func() bool {
	return func() bool { return p.hears(seat, Audio) > 10 && p.hears(seat, Camera) > 10 }
}

func TestTwoHearAndSeeEachOther(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 2})
	b := join(t, r, "b", "in", peerOptions{sections: 2})
	eventually(t, "a gets b", both(a, "b"))
	eventually(t, "b gets a", both(b, "a"))
	if a.hears("a", Audio) != 0 {
		t.Error("a hears itself")
	}
}

func TestCheck(t *testing.T) {
	n := newTestNode(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := n.Check(ctx); err != nil {
		t.Fatal(err)
	}
	if s := n.Stats(); s.Peers != 0 || s.Rooms != 0 {
		t.Errorf("the check left something: %+v", s)
	}
}

func TestCirclesIsolate(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 2})
	b := join(t, r, "b", "in", peerOptions{sections: 2})
	c := join(t, r, "c", "door", peerOptions{sections: 2})
	other := join(t, n.Room("other"), "d", "in", peerOptions{sections: 2})
	eventually(t, "a gets b", both(a, "b"))
	eventually(t, "b gets a", both(b, "a"))

	// b goes to the door: then it is b and c, and a is alone.
	b.peer.Join("door")
	a.forget()
	b.forget()
	eventually(t, "b gets c", both(b, "c"))
	eventually(t, "c gets b", both(c, "b"))
	if a.hears("b", Audio) > 2 || b.hears("a", Audio) > 2 { // what was on its way
		t.Error("media between circles")
	}
	c.peer.Join("")
	c.forget()
	eventually(t, "c is out of b's slots", func() bool { return b.slotOf("c", Audio) == "" })
	for _, p := range []*testPeer{a, b, c, other} {
		if p.hears("d", Audio)+p.hears("d", Camera) > 0 {
			t.Error("media between rooms")
		}
	}
	if other.hears("a", Audio)+other.hears("b", Audio)+other.hears("c", Audio) > 0 {
		t.Error("media between rooms")
	}
}

func TestAllowIsEnforced(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 3, screen: true})
	b := join(t, r, "b", "in", peerOptions{sections: 3})
	eventually(t, "b gets all of a", func() bool { return both(b, "a")() && b.hears("a", Screen) > 10 })

	a.peer.Allow(false, true, false)
	b.forget()
	eventually(t, "the camera goes on", func() bool { return b.hears("a", Camera) > 50 })
	if b.hears("a", Audio) > 2 || b.hears("a", Screen) > 2 {
		t.Error("what is not allowed is forwarded")
	}
	if b.slotOf("a", Screen) != "" {
		t.Error("a screen that is not shown takes a section")
	}
	a.peer.Allow(true, true, true)
	eventually(t, "sound and screen come back", func() bool { return b.hears("a", Audio) > 10 && b.hears("a", Screen) > 10 })
}

func TestCloseStopsMediaAtOnce(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 2})
	b := join(t, r, "b", "in", peerOptions{sections: 2})
	c := join(t, r, "c", "in", peerOptions{sections: 2})
	eventually(t, "b gets a", both(b, "a"))
	eventually(t, "a gets b", both(a, "b"))

	a.peer.Close()
	a.forget()
	b.forget()
	eventually(t, "b still gets c", func() bool { return b.hears("c", Camera) > 60 })
	eventually(t, "c still gets b", both(c, "b"))
	if got := b.hears("a", Audio) + b.hears("a", Camera); got > 2 {
		t.Errorf("%d packets from a closed peer", got)
	}
	if got := a.hears("b", Audio) + a.hears("b", Camera) + a.hears("c", Audio); got > 2 {
		t.Errorf("%d packets to a closed peer", got)
	}
	if _, err := a.peer.Offer(context.Background(), ""); err == nil {
		t.Error("a closed peer takes an offer")
	}
}

func TestSlotsAreStable(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 4})
	b := join(t, r, "b", "in", peerOptions{sections: 4})
	join(t, r, "c", "in", peerOptions{sections: 4})
	eventually(t, "a gets b", both(a, "b"))
	eventually(t, "a gets c", both(a, "c"))
	mid := a.slotOf("c", Camera)
	b.peer.Close()
	eventually(t, "b is gone", func() bool { return a.slotOf("b", Audio) == "" })
	d := join(t, r, "d", "in", peerOptions{sections: 4})
	eventually(t, "a gets d", both(a, "d"))
	if a.slotOf("c", Camera) != mid {
		t.Error("c moved")
	}
	eventually(t, "d gets c", both(d, "c"))
}

func TestMoreSections(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{})
	join(t, r, "b", "in", peerOptions{sections: 2})
	join(t, r, "c", "in", peerOptions{sections: 2})
	var want Want
	eventually(t, "a is asked for sections", func() (ok bool) {
		a.with(func() {
			if ok = a.wanted != nil && a.wanted.Audio >= 2; ok {
				want = *a.wanted
			}
		})
		return ok
	})
	if want.Video <= want.Audio {
		t.Errorf("no section for a screen: %+v", want)
	}
	a.addSections(want.Audio)
	a.negotiate()
	eventually(t, "a gets b", both(a, "b"))
	eventually(t, "a gets c", both(a, "c"))
	a.with(func() {
		if a.wanted != nil {
			t.Errorf("still wanted: %+v", *a.wanted)
		}
	})
}

func TestReplaced(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 2})
	b := join(t, r, "b", "in", peerOptions{sections: 2})
	eventually(t, "a gets b", both(a, "b"))
	again := join(t, r, "b", "in", peerOptions{sections: 2})
	eventually(t, "the old one is told", func() (ok bool) {
		b.with(func() { ok = b.reason == Replaced })
		return ok
	})
	a.forget()
	eventually(t, "a gets the new one", both(a, "b"))
	eventually(t, "the new one gets a", both(again, "a"))
	if s := n.Stats(); s.Peers != 2 {
		t.Errorf("%d peers", s.Peers)
	}
}

func TestClientLeaves(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 2})
	b := join(t, r, "b", "in", peerOptions{sections: 2})
	eventually(t, "a gets b", both(a, "b"))
	must(t, b.pc.Close())
	eventually(t, "b is told as left", func() (ok bool) {
		b.with(func() { ok = b.reason == Left })
		return ok
	})
	eventually(t, "a is alone", func() bool { return a.slotOf("b", Audio) == "" })
}

func TestRoomGoesAway(t *testing.T) {
	n := newTestNode(t)
	p, err := n.Room("r").Open("a", Events{})
	must(t, err)
	if s := n.Stats(); s.Rooms != 1 || s.Peers != 1 {
		t.Errorf("%+v", s)
	}
	p.Close()
	p.Close()
	if s := n.Stats(); s.Rooms != 0 || s.Peers != 0 {
		t.Errorf("%+v", s)
	}
	must(t, n.Close())
	if _, err := n.Room("r").Open("a", Events{}); err == nil {
		t.Error("a closed node opens peers")
	}
}

func TestSpeakers(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 3, level: 90})
	b := join(t, r, "b", "in", peerOptions{sections: 3, level: 20})
	join(t, r, "c", "in", peerOptions{sections: 3, level: 35})
	listed := func(p *testPeer, seats ...string) func() bool {
		return func() (ok bool) {
			p.with(func() {
				if ok = len(p.speakers) == len(seats); ok {
					for i := range seats {
						ok = ok && p.speakers[i] == seats[i]
					}
				}
			})
			return ok
		}
	}
	eventually(t, "b, then c", listed(a, "b", "c"))
	b.peer.Allow(false, true, true)
	eventually(t, "c alone", listed(a, "c"))
}

// TestLost: a client that is not heard of any more is given up.
func TestLost(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 2})
	b := join(t, r, "b", "in", peerOptions{sections: 2})
	eventually(t, "a gets b", both(a, "b"))
	b.peer.link.Load().lastCheck.Store(int64(n.now() - consentTimeout - time.Second))
	eventually(t, "b is told as lost", func() (ok bool) {
		b.with(func() { ok = b.reason == Lost })
		return ok
	})
	eventually(t, "a is alone", func() bool { return a.slotOf("b", Audio) == "" })
	if s := n.Stats(); s.Peers != 1 {
		t.Errorf("%d peers", s.Peers)
	}
}

// TestNobodyComes: somebody who offers and never connects is given up too.
func TestNobodyComes(t *testing.T) {
	n := newTestNode(t)
	lost := make(chan Reason, 1)
	p, err := n.Room("r").Open("a", Events{Closed: func(r Reason) { lost <- r }})
	must(t, err)
	_, err = p.Offer(t.Context(), chromeOffer)
	must(t, err)
	p.link.Load().lastCheck.Store(int64(n.now() - consentTimeout - time.Second))
	if r := <-lost; r != Lost {
		t.Errorf("closed as %v", r)
	}
}

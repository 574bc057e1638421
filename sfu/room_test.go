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
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := n.Check(ctx); err != nil {
		t.Fatal(err)
	}
	if s := n.Stats(); s.Peers != 0 || s.Rooms != 0 {
		t.Errorf("the check left something: %+v", s)
	}
}

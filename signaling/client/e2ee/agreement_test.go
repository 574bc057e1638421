package e2ee

import (
	"testing"
	"time"
)

func TestTwoPeople(t *testing.T) {
	for _, plain := range []bool{false, true} {
		w := newWorld(t)
		h, g := w.host("h"), w.guest("g")
		if plain {
			w = newWorld(t)
			h, g = w.plainHost("h"), w.plainGuest("g")
		}
		w.enter(h)
		w.run(time.Second)
		w.admit(h, g)
		w.run(100 * time.Millisecond)
		w.allHear(h, g)
		w.sameCode(h, g)
		if h.a.Status().Proved[g.seat()] == plain || g.a.Status().Proved[h.seat()] == plain {
			t.Errorf("plain %v: proofs are wrong", plain)
		}
	}
}

func TestGroupJoinsOneByOneInOneRotationEach(t *testing.T) {
	w := newWorld(t)
	h := w.host("h")
	w.enter(h)
	all := []*node{h}
	for _, name := range []string{"a", "b", "c", "d"} {
		g := w.guest(name)
		before := h.a.Status().Epoch
		w.admit(h, g)
		w.run(3 * time.Second)
		all = append(all, g)
		w.allHear(all...)
		w.sameCode(all...)
		if now := h.a.Status().Epoch; now > before+2 {
			t.Errorf("admitting %s took epochs %d to %d", name, before, now)
		}
	}
}

func TestSixteenAdmittedAtOnce(t *testing.T) {
	w := newWorld(t)
	h := w.host("h")
	w.enter(h)
	all := []*node{h}
	for _, name := range "abcdefghijklmno" {
		all = append(all, w.guest(string(name)))
	}
	start := w.now
	w.admit(h, all[1:]...)
	w.run(3 * time.Second)
	w.allHear(all...)
	w.sameCode(all...)
	t.Logf("last key in use after %v, %d boxes, %d octets", latestUse(all).Sub(start), w.sent, w.octets)

	start, w.sent, w.octets = w.now, 0, 0
	w.leave(all[15])
	w.run(3 * time.Second)
	w.allHear(all[:15]...)
	w.sameCode(all[:15]...)
	for _, n := range all[:15] {
		if hears(all[15], n) {
			t.Errorf("who left still hears %s", n.name)
		}
	}
	t.Logf("one left: %v, %d boxes, %d octets", latestUse(all[:15]).Sub(start), w.sent, w.octets)
}

func latestUse(nodes []*node) time.Time {
	var last time.Time
	for _, n := range nodes {
		if at := n.uses[len(n.uses)-1]; at.After(last) {
			last = at
		}
	}
	return last
}

package e2ee

import (
	"bytes"
	"slices"
	"testing"
	"time"
)

// pairOf makes a session of one host and some guests who are in.
func roomOf(w *world, plain bool, names ...string) []*node {
	all := []*node{}
	if plain {
		all = append(all, w.plainHost("h"))
	} else {
		all = append(all, w.host("h"))
	}
	for _, name := range names {
		if plain {
			all = append(all, w.plainGuest(name))
		} else {
			all = append(all, w.guest(name))
		}
	}
	w.enter(all[0])
	w.admit(all[0], all[1:]...)
	w.run(2 * time.Second)
	w.allHear(all...)
	w.sameCode(all...)
	return all
}

func noKeys(t *testing.T, ghost *node, from ...*node) {
	t.Helper()
	for _, n := range from {
		for _, k := range ghost.kept {
			if k.Seat == n.seat() {
				t.Errorf("%s has a key of %s", ghost.name, n.name)
			}
		}
	}
}

func TestAGhostSeatGetsNoKey(t *testing.T) {
	for _, plain := range []bool{false, true} {
		for _, role := range []Role{Guest, Host} {
			w := newWorld(t)
			all := roomOf(w, plain, "a", "b")
			code := w.sameCode(all...)
			ghost := w.add("ghost", Config{Role: role})
			w.enter(ghost) // the gateway does; no host let it in
			w.run(5 * time.Second)
			noKeys(t, ghost, all...)
			w.allHear(all...)
			for _, n := range all {
				if hears(ghost, n) || hears(n, ghost) {
					t.Errorf("plain %v, role %d: the ghost and %s hear each other", plain, role, n.name)
				}
				if got := n.a.Status().People[ghost.seat()]; got != Unvouched && got != Unproved {
					t.Errorf("%s says that the ghost is %s", n.name, got)
				}
			}
			if w.sameCode(all...) != code {
				t.Error("the ghost changed the code")
			}
		}
	}
}

func TestOneWhoWasHeldAndIsShownAgainGetsNoKey(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a", "b")
	w.leave(all[1])
	w.run(3 * time.Second)
	all[1].kept = nil
	w.enter(all[1]) // without a host's click
	w.run(3 * time.Second)
	noKeys(t, all[1], all[0], all[2])
	w.admit(all[0], all[1])
	w.run(3 * time.Second)
	w.allHear(all...)
	w.sameCode(all...)
}

// between puts a person in the middle: the host is shown one end, the guest the
// other.
func between(w *world, h, g, mh, mg *node) {
	w.see = func(n *node, people []Person) []Person {
		partner := map[*node]*node{h: mg, g: mh, mh: g, mg: h}[n]
		if partner == nil {
			return nil
		}
		return []Person{{Seat: partner.seat(), Role: partner.role, Online: true, Capable: true, With: true}}
	}
}

func TestAKeySwappedByTheRelayIsRefusedWithALinkSecret(t *testing.T) {
	w := newWorld(t)
	h, g := w.host("h"), w.guest("g")
	var wrong LinkSecret
	mh := w.plainHost("mh")
	mg := w.add("mg", Config{Role: Guest, LinkSecret: &wrong, Invite: "g", JTI: "jti-g"})
	between(w, h, g, mh, mg)
	w.admit(h, mg)
	w.enter(h, g, mh, mg)
	w.run(5 * time.Second)
	noKeys(t, mg, h)
	noKeys(t, mh, g)
	if got := h.a.Status().People[mg.seat()]; got != Refused {
		t.Errorf("the host says %s", got)
	}
	if got := g.a.Status().People[mh.seat()]; got != Unproved {
		t.Errorf("the guest says %s", got)
	}
	if h.a.Status().Code != "" || g.a.Status().Code != "" {
		t.Error("there is a code")
	}
}

func TestAKeySwappedByTheRelayShowsWithoutALinkSecret(t *testing.T) {
	w := newWorld(t)
	h, g := w.plainHost("h"), w.plainGuest("g")
	mh, mg := w.plainHost("mh"), w.plainGuest("mg")
	between(w, h, g, mh, mg)
	h.do(h.a.Allow(w.now, false, mg.seat()))
	mh.do(mh.a.Allow(w.now, false, g.seat()))
	w.enter(h, g, mh, mg)
	w.run(5 * time.Second)
	if !hears(mg, h) || !hears(mh, g) {
		t.Fatal("the attack does not work, so that this test shows nothing")
	}
	host, guest := h.a.Status().Code, g.a.Status().Code
	if len(host) != 6 || len(guest) != 6 || host == guest {
		t.Errorf("codes are %q and %q", host, guest)
	}
}

func TestALinkWithoutItsSecretWaitsForTheHostsDecision(t *testing.T) {
	w := newWorld(t)
	h, g := w.host("h"), w.plainGuest("g")
	w.enter(h)
	w.admit(h, g)
	w.run(3 * time.Second)
	noKeys(t, g, h)
	if got := h.a.Status().People[g.seat()]; got != Unproved {
		t.Errorf("the host says %s", got)
	}
	h.do(h.a.Allow(w.now, true, g.seat()))
	w.run(3 * time.Second)
	w.allHear(h, g)
	w.sameCode(h, g)
}

func TestWhoHoardsKeysOpensNothingSentAfterRemoval(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a", "b", "c")
	removed, rest := all[3], []*node{all[0], all[1], all[2]}
	hoard := NewOpener()
	keep := func() {
		for _, k := range removed.kept {
			removed.must(hoard.Add(k))
		}
	}
	keep()
	cheat := &node{w: w, opener: hoard}
	if !hears(cheat, all[0]) {
		t.Fatal("the hoard is empty, so that this test shows nothing")
	}
	removed.in = false
	for _, n := range rest {
		n.do(n.a.Circle(w.now, w.people(n))) // the removed one is told nothing and keeps its socket
		if hears(cheat, n) {
			t.Errorf("hears %s right after %s knows", n.name, n.name)
		}
	}
	w.run(5 * time.Second)
	keep()
	for _, n := range rest {
		if hears(cheat, n) {
			t.Errorf("hears %s", n.name)
		}
	}
	w.allHear(rest...)
	w.sameCode(rest...)
}

func TestARepeatedHelloOverwritesNothing(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a")
	h, g := all[0], all[1]
	known := h.a.peers[g.seat()].hello
	for _, serial := range []uint64{known.serial, known.serial - 1, 0} {
		again, err := sealHello(testSession, g.key, hello{serial: serial, key: g.a.key, dh: testDH(t)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		h.do(h.a.Receive(w.now, g.seat(), again))
	}
	if now := h.a.peers[g.seat()].hello; !bytes.Equal(now.dh, known.dh) {
		t.Error("the first announcement was replaced")
	}
	w.run(time.Second)
	w.allHear(h, g)
	w.sameCode(h, g)
}

func TestAnotherSeatsHelloIsRefused(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a", "b")
	var helloOfA []byte
	w.tamper = func(from, _ *node, box []byte) []byte {
		if from == all[1] && box[0] == typeHello {
			helloOfA = box
		}
		return box
	}
	all[1].load(all[1].a.Keep())
	w.show()
	w.run(time.Second)
	if helloOfA == nil {
		t.Fatal("nothing to repeat")
	}
	if _, err := parseHello(testSession, all[2].seat(), helloOfA); err == nil {
		t.Error("an announcement passes for another seat's")
	}
	for i := range helloOfA {
		bad := bytes.Clone(helloOfA)
		bad[i] ^= 1
		if _, err := parseHello(testSession, all[1].seat(), bad); err == nil {
			t.Fatalf("octet %d is not signed", i)
		}
	}
}

func TestAChangedCommitmentIsRefused(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a", "b")
	cheat := all[1]
	// It waits for the others' nonces and then reveals another one than it
	// committed to.
	w.tamper = func(from, _ *node, box []byte) []byte {
		if from == cheat {
			cheat.a.current.nonce[0] ^= 1
			w.tamper = nil
		}
		return box
	}
	w.leave(all[2])
	w.run(3 * time.Second)
	if all[0].a.Status().People[cheat.seat()] != Refused || all[0].a.Status().Code != "" {
		t.Errorf("the host says %v", all[0].a.Status())
	}
}

func TestASecondCommitmentIsRefused(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a")
	h, cheat := all[0], all[1]
	item := cheat.a.current.item(0, Host)
	item.commit[0] ^= 1
	cheat.a.peers[h.seat()].out.key = item
	cheat.do(cheat.a.flush())
	w.run(100 * time.Millisecond)
	if got := h.a.Status().People[cheat.seat()]; got != Refused {
		t.Errorf("the host says %s", got)
	}
	if hears(cheat, h) {
		t.Error("it still gets keys")
	}
}

func TestBoxesAreTakenOnceAndUnchanged(t *testing.T) {
	w := newWorld(t)
	var boxes []relayed
	w.tamper = func(from, to *node, box []byte) []byte {
		boxes = append(boxes, relayed{from: from.seat(), to: to.seat(), box: box})
		return box
	}
	all := roomOf(w, false, "a")
	w.leave(all[1])
	w.run(3 * time.Second)
	all[0].kept = nil
	w.admit(all[0], all[1])
	seen := len(boxes)
	w.run(3 * time.Second)
	before := len(all[0].kept)
	for _, m := range boxes[:seen] {
		to := w.bySeat[m.to]
		to.do(to.a.Receive(w.now, m.from, m.box))
		flipped := bytes.Clone(m.box)
		flipped[len(flipped)-1] ^= 1
		to.do(to.a.Receive(w.now, m.from, flipped))
	}
	w.run(3 * time.Second)
	if len(all[0].kept) != before {
		t.Error("a repeated box brought a key")
	}
	w.allHear(all...)
	w.sameCode(all...)
}

func TestAGuestsStatementCountsForNothing(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a", "b")
	ghost := w.plainGuest("ghost")
	cheat := all[1]
	entries := []entry{{seat: ghost.seat(), role: Guest}}
	for _, n := range all {
		entries = append(entries, entry{seat: n.seat(), role: Host})
	}
	forged, err := issue(testSession, cheat.key, statement{serial: 1 << 60, key: cheat.a.key, entries: entries}, nil)
	if err != nil {
		t.Fatal(err)
	}
	cheat.a.peers[all[2].seat()].out.statement = forged.raw
	cheat.a.peers[all[0].seat()].out.statement = forged.raw
	cheat.do(cheat.a.flush())
	w.enter(ghost)
	w.run(5 * time.Second)
	noKeys(t, ghost, all...)
}

func TestTheGatewayCannotMakeAGuestAHost(t *testing.T) {
	w := newWorld(t)
	w.see = func(_ *node, people []Person) []Person {
		out := slices.Clone(people)
		for i := range out {
			out[i].Role = Host
		}
		return out
	}
	h, a, b := w.host("h"), w.guest("a"), w.guest("b")
	w.enter(h)
	w.admit(h, a, b)
	w.run(3 * time.Second)
	w.allHear(h, a, b)
	for _, e := range h.a.statement.entries {
		if e.role == Host && e.seat != h.seat() {
			t.Error("the host vouches for a guest as a host")
		}
	}
	for _, k := range a.kept {
		if k.Private != nil {
			t.Error("a guest got a key for private chat")
		}
	}
}

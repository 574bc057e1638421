package e2ee

import (
	"crypto/ecdh"
	"crypto/rand"
	"testing"
	"time"
)

func testDH(t *testing.T) []byte {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key.PublicKey().Bytes()
}

func TestReloadKeepsTheSeatAndTakesNewKeys(t *testing.T) {
	for _, plain := range []bool{false, true} {
		for who := range 3 {
			w := newWorld(t)
			all := roomOf(w, plain, "a", "b")
			code := w.sameCode(all...)
			w.now = w.now.Add(5 * time.Second)
			all[who].load(all[who].a.Keep())
			w.show()
			w.run(3 * time.Second)
			w.allHear(all...)
			if w.sameCode(all...) == code {
				t.Error("the code is that of the earlier page load")
			}
		}
	}
}

func TestAGuestReloadsWhileTheHostIsAway(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a", "b")
	all[0].offline = true
	w.show()
	w.now = w.now.Add(5 * time.Second)
	all[1].load(all[1].a.Keep())
	w.show()
	w.run(3 * time.Second)
	w.allHear(all[1], all[2])
	all[0].offline = false
	all[0].do(all[0].a.Resume(w.now))
	w.show()
	w.run(3 * time.Second)
	w.allHear(all...)
	w.sameCode(all...)
}

func TestAHostOnAnotherDeviceTakesOver(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a", "b")
	again := w.host("h2")
	w.leave(all[0])
	w.enter(again)
	w.run(5 * time.Second)
	w.allHear(again, all[1], all[2])
	w.sameCode(again, all[1], all[2])
	if hears(all[0], all[1]) {
		t.Error("the old seat still hears")
	}
}

func TestTwoHostsWithTheSecretTrustEachOther(t *testing.T) {
	w := newWorld(t)
	h, h2, a, b := w.host("h"), w.host("h2"), w.guest("a"), w.guest("b")
	w.enter(h, h2)
	w.admit(h, a)
	w.admit(h2, b) // at the same moment
	w.run(3 * time.Second)
	w.allHear(h, h2, a, b)
	w.sameCode(h, h2, a, b)
	w.leave(a)
	w.run(3 * time.Second)
	w.sameCode(h, h2, b)
	if _, listed := h2.a.statement.role(a.seat()); listed {
		t.Error("who left is still vouched for")
	}
}

func TestTwoHostsWithoutASecretNeedEachOthersWord(t *testing.T) {
	w := newWorld(t)
	h, h2, a := w.plainHost("h"), w.plainHost("h2"), w.plainGuest("a")
	w.enter(h)
	w.admit(h, a)
	w.run(2 * time.Second)
	w.enter(h2)
	w.run(2 * time.Second)
	noKeys(t, h2, h, a)
	h.do(h.a.Allow(w.now, false, h2.seat()))
	h2.do(h2.a.Allow(w.now, false, h.seat()))
	w.run(3 * time.Second)
	w.allHear(h, h2, a)
	w.sameCode(h, h2, a)
}

func TestATalkAtTheDoorIsForTwo(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a", "b")
	h, a, b := all[0], all[1], all[2]
	x := w.guest("x")
	w.greet(h, x)
	w.run(2 * time.Second)
	w.allHear(h, x)
	w.sameCode(h, x)
	w.allHear(a, b)
	for _, n := range []*node{a, b} {
		if hears(n, h) || hears(h, n) || hears(n, x) || hears(x, n) {
			t.Errorf("%s and the door hear each other", n.name)
		}
	}
	noKeys(t, x, a, b)
	w.greetEnd(h)
	w.run(2 * time.Second)
	w.allHear(all...)
	w.sameCode(all...)
	if hears(x, h) {
		t.Error("the one at the door still hears the host")
	}
	w.admit(h, x)
	w.run(2 * time.Second)
	w.allHear(h, a, b, x)
	w.sameCode(h, a, b, x)
}

func TestAGreetingAloneLetsNobodyIntoTheRoom(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a")
	x := w.guest("x")
	w.greet(all[0], x)
	w.run(2 * time.Second)
	all[0].with, x.with = nil, nil
	x.kept = nil
	w.enter(x) // the gateway says that x is in
	w.run(3 * time.Second)
	noKeys(t, x, all...)
}

func TestJoinWhileRotating(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a", "b", "c")
	w.leave(all[1])
	w.run(7 * time.Millisecond) // keys are under way
	x := w.guest("x")
	w.admit(all[0], x)
	w.run(3 * time.Millisecond)
	w.leave(all[2])
	w.run(3 * time.Second)
	w.allHear(all[0], all[3], x)
	w.sameCode(all[0], all[3], x)
}

func TestLostMessagesAreSentAgain(t *testing.T) {
	for lost := range 12 {
		w := newWorld(t)
		count := 0
		w.tamper = func(_, _ *node, box []byte) []byte {
			count++
			if count%12 == lost {
				return nil
			}
			return box
		}
		h, a, b := w.host("h"), w.guest("a"), w.guest("b")
		w.enter(h)
		w.admit(h, a, b)
		w.run(40 * time.Second)
		w.allHear(h, a, b)
		w.sameCode(h, a, b)
	}
}

func TestASilentReceiverHoldsUpNobodyForLong(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a", "b")
	w.tamper = func(from, _ *node, box []byte) []byte {
		if from == all[1] {
			return nil
		}
		return box
	}
	x := w.guest("x")
	start := w.now
	w.admit(all[0], x)
	w.run(4 * time.Second)
	if took := all[2].uses[len(all[2].uses)-1].Sub(start); took > SwitchAfter+gatherFor {
		t.Errorf("switched after %v", took)
	}
	w.allHear(all[0], all[2], x)
}

func TestOldKeysServeWhatIsUnderWayAndNoLonger(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a", "b")
	late, err := all[0].sealer.Seal(Audio, []byte("under way"))
	if err != nil {
		t.Fatal(err)
	}
	tooLate, err := all[0].sealer.Seal(Audio, []byte("too late"))
	if err != nil {
		t.Fatal(err)
	}
	w.leave(all[2])
	w.run(1500 * time.Millisecond)
	if _, err := all[1].opener.Open(all[0].seat(), Audio, late); err != nil {
		t.Errorf("a frame under way: %v", err)
	}
	w.run(3 * time.Second)
	if _, err := all[1].opener.Open(all[0].seat(), Audio, tooLate); err == nil {
		t.Error("an old key opens for ever")
	}
}

func TestAHostsRemovalNeedsNoGateway(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, false, "a", "b")
	all[0].do(all[0].a.Deny(w.now, all[1].seat())) // and the gateway goes on showing that guest
	w.run(3 * time.Second)
	for _, n := range []*node{all[0], all[2]} {
		if hears(all[1], n) || hears(n, all[1]) {
			t.Errorf("%s and who was sent out hear each other", n.name)
		}
	}
	w.allHear(all[0], all[2])
	w.sameCode(all[0], all[2])
}

func TestWhatNeedsNoEncryptionIsTheHostsWord(t *testing.T) {
	w := newWorld(t)
	all := roomOf(w, true, "a")
	if all[1].a.Status().Clear {
		t.Error("clear from the start")
	}
	all[0].do(all[0].a.PermitClear(w.now, true))
	w.run(time.Second)
	if !all[1].a.Status().Clear {
		t.Error("the host's word does not arrive")
	}
	w = newWorld(t)
	all = roomOf(w, false, "a")
	all[0].do(all[0].a.PermitClear(w.now, true))
	w.run(time.Second)
	if all[1].a.Status().Clear || all[0].a.Status().Clear {
		t.Error("links with a secret are always encrypted")
	}
}

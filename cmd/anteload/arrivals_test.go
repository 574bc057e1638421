//go:build linux

package main

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestArrivals holds that whatever comes, in whatever order and however often,
// is new exactly once, and that what never came is what is asked for.
func TestArrivals(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		var a arrivals
		came := map[uint16]bool{}
		first := uint16(random.Uint32())
		take := func(n uint16) {
			if fresh, _ := a.take(n); fresh == came[n] {
				t.Fatalf("seed %d: packet %d new: %v, had come: %v", seed, n, fresh, came[n])
			}
			came[n] = true
		}
		take(first)
		for i := range uint16(250) {
			n := first + 1 + i - uint16(random.IntN(int(min(i, 100))+1))
			if random.IntN(10) > 0 {
				take(n)
			}
		}
		var want []uint16
		for n := first; n != a.highest; n++ {
			if !came[n] {
				want = append(want, n)
			}
		}
		if got := a.ask(); !slices.Equal(got, want) {
			t.Fatalf("seed %d: asks for %v, missing are %v", seed, got, want)
		}
	}
}

func TestArrivalsGiveUp(t *testing.T) {
	var a arrivals
	a.take(65534)
	if _, gap := a.take(2); !gap {
		t.Error("no gap is seen")
	}
	for range mostAsked {
		if got := a.ask(); !slices.Equal(got, []uint16{65535, 0, 1}) {
			t.Fatalf("asks for %v", got)
		}
	}
	if got := a.ask(); len(got) != 0 {
		t.Errorf("asks for %v once more", got)
	}
	if fresh, _ := a.take(65534 - arrivalWindow); fresh {
		t.Error("what is too old to be known is new")
	}
}

func TestSentAgain(t *testing.T) {
	s := newStream(camera, 7)
	s.history = &history{ssrc: 9}
	h, payload := s.next(5, 3)
	s.history.keep(h, payload)
	want := slices.Clone(payload)
	s.next(6, 3)
	again, got, ok := s.history.again(h.sequence)
	if !ok || again.ssrc != 9 || again.payloadType != rtxType || !slices.Equal(got[2:], want) {
		t.Fatalf("sent again as %+v, %v", again, ok)
	}
	r := newRepair()
	r.carrier[origin{3, camera}] = 7
	stamp, _ := readStamp(got)
	if fresh, _ := r.take(&again, got, stamp); !fresh || again.ssrc != 7 || again.sequence != h.sequence {
		t.Errorf("taken as %+v, %v", again, fresh)
	}
	if fresh, _ := r.take(&header{payloadType: vp8Type, ssrc: 7, sequence: h.sequence}, want, stamp); fresh {
		t.Error("the same packet counts twice")
	}
	if _, _, ok := s.history.again(h.sequence + 1); ok {
		t.Error("a packet that was never kept is sent again")
	}
}

package sfu

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"
)

// feed adds packets of such sizes, one each step, and after each checks that all
// that is found is what it was. It returns how long ago the oldest packet came
// that is found at the end.
func feed(t *testing.T, h *history, step time.Duration, count int, size func() int) (oldest time.Duration) {
	t.Helper()
	kept := make([][]byte, count)
	var dst [maxDatagram]byte
	check := func(i int) bool {
		e, n, ok := h.get(uint16(i), dst[:])
		if ok && (!bytes.Equal(dst[:n], kept[i]) || e.ts != uint32(i) || e.marker != (i%2 == 0)) {
			t.Fatalf("packet %d is not what it was", i)
		}
		return ok
	}
	for i := range count {
		payload := make([]byte, size())
		for at := range payload {
			payload[at] = byte(i*7 + at)
		}
		kept[i] = payload
		h.add(time.Duration(i)*step, uint16(i), uint32(i), i%2 == 0, payload)
		if !check(i) {
			t.Fatalf("packet %d is not kept at all", i)
		}
		check(max(0, i-i%200))
	}
	for i := range count {
		if check(i) {
			return time.Duration(count-1-i) * step
		}
	}
	return 0
}

// TestHistoryKeepsASecond holds that what was lost within a second can be sent
// again, that a quiet stream takes little room for it, and a loud one no more
// than there is.
func TestHistoryKeepsASecond(t *testing.T) {
	for name, c := range map[string]struct {
		step   time.Duration
		size   int
		least  time.Duration // kept
		octets int           // of the ring, at most
	}{
		"sleepy":    {time.Second / 8, 500, time.Second, historyLeast},
		"small":     {time.Second / 20, 900, 800 * time.Millisecond, 2 * historyLeast},
		"1 Mbit/s":  {time.Second / 115, 1087, time.Second, 128 << 10},
		"2 Mbit/s":  {time.Second / 220, 1136, 900 * time.Millisecond, historyMost},
		"10 Mbit/s": {time.Second / 1100, 1136, 150 * time.Millisecond, historyMost},
	} {
		t.Run(name, func(t *testing.T) {
			var h history
			oldest := feed(t, &h, c.step, int(5*time.Second/c.step), func() int { return c.size })
			if oldest < c.least || len(h.ring) > c.octets {
				t.Errorf("what came in the last %v is kept, in %d octets", oldest, len(h.ring))
			}
		})
	}
}

// TestHistoryOfAllSizes holds that packets of any size, at rates that change, are
// found as they were or not at all.
func TestHistoryOfAllSizes(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		var h history
		step := time.Duration(1+random.IntN(20)) * time.Millisecond
		feed(t, &h, step, 1000, func() int { return random.IntN(maxDatagram) + 1 })
	}
}

func TestHistoryOfNothing(t *testing.T) {
	var h history
	if _, _, ok := h.get(0, make([]byte, maxDatagram)); ok {
		t.Error("a packet that never came is found")
	}
	h.add(0, 1, 1, false, make([]byte, maxDatagram+1))
	if _, _, ok := h.get(1, make([]byte, 2*maxDatagram)); ok {
		t.Error("a packet larger than any is kept")
	}
}

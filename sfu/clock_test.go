package sfu

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestPace holds that the clock is fast while media come and slow while none do,
// and that in between rooms are seen to as often as always.
func TestPace(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	p := pace{step: 1}
	var now, room time.Duration
	packets, came := uint64(0), false
	for range 10_000 {
		if p.count%quietTicks == 0 {
			if now-room > 2*roomTick {
				t.Fatalf("rooms were not seen to for %v", now-room)
			}
			room = now
		}
		if came = random.IntN(8) == 0 != came; came {
			packets++
		}
		p.next(packets)
		if want := map[bool]int{true: 1, false: quietTicks}[came]; p.step != want {
			t.Fatalf("the next tick is %d, want %d", p.step, want)
		}
		now += time.Duration(p.step) * clockTick
	}
}

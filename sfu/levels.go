package sfu

import "sort"

const (
	quiet     = 60 // -dBov; softer than this is not speech
	levelKeep = 0.7
	maxHeard  = 3
)

// levelMeter smooths the audio levels that a sender announces (RFC 6464).
type levelMeter struct {
	sum, n int
	loud   float64 // 0 silent … 127
}

// add takes a level in -dBov, 0 the loudest.
func (m *levelMeter) add(level uint8) {
	if level < quiet {
		m.sum += quiet - int(level)
	}
	m.n++
}

// tick ends an interval and returns the smoothed loudness, 0 for silence.
func (m *levelMeter) tick() float64 {
	now := 0.0
	if m.n > 0 {
		now = float64(m.sum) / float64(m.n)
	}
	m.sum, m.n = 0, 0
	if m.loud = levelKeep*m.loud + (1-levelKeep)*now; m.loud < 1 {
		m.loud = 0
	}
	return m.loud
}

type heard struct {
	seat string
	loud float64
}

// speakers are the seats heard, loudest first. Those that were heard before
// keep their order unless somebody is clearly louder, so that the picture does
// not flicker between two who talk alike.
func speakers(all []heard, before []string) []string {
	rank := make(map[string]float64, len(before))
	for i, s := range before {
		rank[s] = 3 * float64(len(before)-i)
	}
	sort.SliceStable(all, func(i, j int) bool {
		return all[i].loud+rank[all[i].seat] > all[j].loud+rank[all[j].seat]
	})
	seats := make([]string, 0, maxHeard)
	for _, h := range all {
		if h.loud > 0 && len(seats) < maxHeard {
			seats = append(seats, h.seat)
		}
	}
	return seats
}

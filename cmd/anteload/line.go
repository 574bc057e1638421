//go:build linux

package main

import "math/rand/v2"

// line is a person's bad line: it loses a share of what goes through it, each
// packet by itself and each way alike. nil is a line that loses nothing. Owned by
// the loop.
type line struct {
	share  float64
	random *rand.Rand
}

// newLine makes a line that loses the same packets in every run.
func newLine(share float64, number uint32) *line {
	if share == 0 {
		return nil
	}
	return &line{share, rand.New(rand.NewPCG(uint64(number), 0))}
}

func (l *line) loses() bool { return l != nil && l.random.Float64() < l.share }

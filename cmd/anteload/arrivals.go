//go:build linux

package main

import "slices"

const (
	arrivalWindow = 1024 // packets whose coming is remembered
	mostMissing   = 256  // packets of one stream that are asked for
	mostAsked     = 10   // times for one packet
)

// arrivals is what has come of one stream on a bad line: what comes twice counts
// once, and what is missing can be asked for.
type arrivals struct {
	begun   bool
	highest uint16
	seen    [arrivalWindow / 64]uint64 // one bit for each of the newest packets
	missing []absent                   // oldest first
}

type absent struct {
	sequence uint16
	asked    int
}

// take notes a packet and reports whether it is new, and whether it shows that
// others are missing.
func (a *arrivals) take(sequence uint16) (fresh, gap bool) {
	if !a.begun {
		a.begun, a.highest = true, sequence
		a.mark(sequence, true)
		return true, false
	}
	ahead := int16(sequence - a.highest)
	switch {
	case ahead > 0:
		gap = a.advance(sequence)
	case int(ahead) <= -arrivalWindow || a.has(sequence):
		return false, false
	default:
		a.found(sequence)
	}
	a.mark(sequence, true)
	return true, gap
}

// advance goes to a higher number; all between are missing.
func (a *arrivals) advance(sequence uint16) (gap bool) {
	for a.highest++; a.highest != sequence; a.highest++ {
		a.mark(a.highest, false)
		a.missing = append(a.missing, absent{sequence: a.highest})
		gap = true
	}
	if over := len(a.missing) - mostMissing; over > 0 {
		a.missing = a.missing[over:]
	}
	return gap
}

func (a *arrivals) found(sequence uint16) {
	a.missing = slices.DeleteFunc(a.missing, func(m absent) bool { return m.sequence == sequence })
}

// ask lists what is missing and gives up what was asked for often enough.
func (a *arrivals) ask() (sequences []uint16) {
	a.missing = slices.DeleteFunc(a.missing, func(m absent) bool { return m.asked >= mostAsked })
	for i := range a.missing {
		a.missing[i].asked++
		sequences = append(sequences, a.missing[i].sequence)
	}
	return sequences
}

func (a *arrivals) has(sequence uint16) bool {
	word, bit := place(sequence)
	return a.seen[word]&bit != 0
}

func (a *arrivals) mark(sequence uint16, came bool) {
	word, bit := place(sequence)
	if a.seen[word] &^= bit; came {
		a.seen[word] |= bit
	}
}

func place(sequence uint16) (word int, bit uint64) {
	at := sequence % arrivalWindow
	return int(at / 64), 1 << (at % 64)
}

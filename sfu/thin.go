package sfu

// skipper closes the gaps in a row of numbers from which some are left out on
// purpose: it knows how many were, and which of the newest. What is only
// missing, because the network lost it, keeps its number.
type skipper struct {
	width   uint // bits of a number: 16 for sequence numbers, 15 for picture ids
	highest uint16
	total   uint16 // numbers left out, up to highest
	out     [skipperKept / 64]uint64
}

const skipperKept = 512 // a power of two

// ahead is how far v is ahead of the highest number, negative if behind.
func (s *skipper) ahead(v uint16) int {
	shift := 16 - s.width
	return int(int16((v-s.highest)<<shift) >> shift)
}

// note takes the next number, left out or not. Those behind are not taken.
func (s *skipper) note(v uint16, leftOut bool) {
	n := s.ahead(v)
	if n <= 0 {
		return
	}
	for i := range min(n, skipperKept) {
		at := (v - uint16(i)) % skipperKept
		s.out[at/64] &^= 1 << (at % 64)
	}
	s.highest = v
	if leftOut {
		at := v % skipperKept
		s.out[at/64] |= 1 << (at % 64)
		s.total++
	}
}

// leftOut reports whether a number was left out. It is not ok when that is too
// long ago to tell.
func (s *skipper) leftOut(v uint16) (out, ok bool) {
	n := s.ahead(v)
	if n > 0 {
		return false, true
	}
	if -n >= skipperKept {
		return false, false
	}
	at := v % skipperKept
	return s.out[at/64]&(1<<(at%64)) != 0, true
}

// before is how many numbers before v were left out. Of numbers that are too
// long ago it knows nothing and takes none off.
func (s *skipper) before(v uint16) uint16 {
	behind := -s.ahead(v)
	if behind < 0 || behind >= skipperKept {
		return s.total
	}
	n := s.total
	for i := s.highest; behind >= 0; behind-- {
		at := i % skipperKept
		n -= uint16(s.out[at/64] >> (at % 64) & 1)
		i--
	}
	return n
}

// find is the number that the count of those not left out reaches at, when at
// highest it is count.
func (s *skipper) find(count, want uint16) (v uint16, ok bool) {
	v = s.highest
	for range skipperKept {
		if out, _ := s.leftOut(v); !out {
			if count == want {
				return v, true
			}
			count--
		}
		v--
	}
	return 0, false
}

// thinning is a segment from which temporal layers are left out.
type thinning struct {
	seq, pid skipper
}

// newThinning begins it with packet p, before which nothing was left out.
func newThinning(p *packet, d *vp8Descriptor) *thinning {
	t := &thinning{}
	t.seq = skipper{width: 16, highest: p.seq - 1}
	t.pid = skipper{width: 15, highest: d.pid - 1}
	return t
}

// pass decides whether a packet goes on, when temporal layers up to tid do:
// sent as it is, or with nothing in it, since its number was kept for it before
// it was known what it is.
func (t *thinning) pass(p *packet, d *vp8Descriptor, tid uint8) (send, empty bool) {
	over := d.tid > tid
	late := t.seq.ahead(p.seq) <= 0
	t.seq.note(p.seq, over)
	t.pid.note(d.pid, over)
	if !late {
		return !over, false
	}
	out, ok := t.seq.leftOut(p.seq)
	return ok && !out, over
}

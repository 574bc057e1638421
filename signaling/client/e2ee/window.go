package e2ee

// windowSize is how far behind the newest counter a frame may come and still be
// taken: about twelve seconds of everything that one person sends at most.
const windowSize = 2048

// window remembers which counters of one key and kind were opened (§8.5). Its
// memory is fixed; what is older than it reaches is refused.
type window struct {
	next uint64 // one above the newest counter, 0 when none
	seen [windowSize / 64]uint64
}

// fresh reports whether a counter may still be taken.
func (w *window) fresh(ctr uint64) bool {
	switch {
	case ctr >= w.next:
		return true
	case w.next-ctr > windowSize:
		return false
	}
	return w.seen[ctr%windowSize/64]&(1<<(ctr%64)) == 0
}

// mark takes a counter whose frame was authentic.
func (w *window) mark(ctr uint64) {
	if ctr >= w.next {
		w.clear(ctr)
		w.next = ctr + 1
	}
	w.seen[ctr%windowSize/64] |= 1 << (ctr % 64)
}

// clear forgets what the places up to ctr meant before.
func (w *window) clear(ctr uint64) {
	if ctr-w.next >= windowSize {
		w.seen = [windowSize / 64]uint64{}
		return
	}
	for c := w.next; c <= ctr; c++ {
		w.seen[c%windowSize/64] &^= 1 << (c % 64)
	}
}

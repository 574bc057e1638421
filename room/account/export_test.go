package account

// Fill takes the slots of a hasher and says how many there were.
func (h *Hasher) Fill() int {
	for n := 0; ; n++ {
		select {
		case h.slots <- struct{}{}:
		default:
			return n
		}
	}
}

// Free gives one slot back.
func (h *Hasher) Free() { h.leave() }

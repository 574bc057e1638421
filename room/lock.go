package room

// Lock refuses new guest seats from now on; whoever has one keeps it (P3).
func (s *Session) Lock(by Actor) error {
	if _, err := s.host(by); err != nil {
		return err
	}
	s.Locked = true
	return nil
}

// Unlock lets links be redeemed again.
func (s *Session) Unlock(by Actor) error {
	if _, err := s.host(by); err != nil {
		return err
	}
	s.Locked = false
	return nil
}

// autoLock locks when every live guest invite is in. Hosts do not count: they
// pass the lock anyway, and a co-host who never comes must not keep it open.
func (s *Session) autoLock() {
	if !s.Policy.AutoLock || s.Locked {
		return
	}
	live := 0
	for _, inv := range s.Invites {
		if inv.Role != Guest || inv.Dead != "" {
			continue
		}
		if seat := s.seat(inv.Seat); seat == nil || seat.Phase != PhaseIn {
			return
		}
		live++
	}
	s.Locked = live > 0
}

package room

// Lock refuses new guest seats from now on; whoever has one keeps it (P3).
func (s *Session) Lock(by Actor) error {
	if _, err := s.host(by); err != nil {
		return err
	}
	s.Locked, s.KeepOpen = true, false
	return nil
}

// Unlock lets links be redeemed again. The room then stays open until a host
// locks it or the register changes: locking by itself again, because somebody
// was held for a moment, would undo what a person decided.
func (s *Session) Unlock(by Actor) error {
	if _, err := s.host(by); err != nil {
		return err
	}
	s.Locked, s.KeepOpen = false, true
	return nil
}

// autoLock locks when every live guest invite is in. Hosts do not count: they
// pass the lock anyway, and a co-host who never comes must not keep it open.
func (s *Session) autoLock() {
	if !s.Policy.AutoLock || s.Locked || s.KeepOpen {
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

package room

import "slices"

// Lock refuses new guest seats from now on; whoever has one keeps it (P3).
func (s *Session) Lock(by Actor) error {
	if _, err := s.host(by); err != nil {
		return err
	}
	s.Locked, s.KeepOpen = true, false
	return nil
}

// LockAsOf is Lock, written down later than a host did it: guests who have come to
// wait since are without a seat again, and their links as they were (P3).
func (s *Session) LockAsOf(by Actor, then *Session) error {
	if err := s.Lock(by); err != nil {
		return err
	}
	s.Seats = slices.DeleteFunc(s.Seats, func(seat *Seat) bool {
		late := seat.Role == Guest && seat.Phase == PhaseWaiting && s.holds(seat) && then.seat(seat.ID) == nil
		if late {
			s.inviteByID(seat.Invite).Seat = ""
		}
		return late
	})
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

package room

import "time"

// Remove takes a guest out for good: link, seat, resume and media die in one
// step (P4). Only Reissue gives that person a way back. Removing somebody who
// knocks with a used link ends that alone: whoever holds the invite stays.
func (s *Session) Remove(by Actor, id SeatID, now time.Time) error {
	if _, err := s.host(by); err != nil {
		return err
	}
	seat, err := s.target(id)
	if err != nil {
		return err
	}
	if seat.Role == Host {
		return notAllowed("A host cannot be removed; the owner of the session can withdraw the link.")
	}
	inv := s.inviteByID(seat.Invite)
	if !s.holds(seat) {
		// Somebody with this person's used link. The person stays; the asking
		// with that link ends.
		inv.KnockDeclines = Declines
		s.move(seat, PhaseRemoved, now)
		return nil
	}
	inv.Dead = CodeRemoved
	s.kill(inv, PhaseRemoved, now)
	return nil
}

// kill ends all seats of an invite, its knocks included.
func (s *Session) kill(inv *Invite, to Phase, now time.Time) {
	for _, seat := range s.Seats {
		if seat.Invite == inv.ID && seat.Phase.gone() == "" {
			s.move(seat, to, now)
		}
	}
}

// Leave gives the actor's own seat up.
func (s *Session) Leave(by Actor, now time.Time) error {
	seat, err := s.self(by)
	if err != nil {
		return err
	}
	s.move(seat, PhaseLeft, now)
	return nil
}

// End ends the session for everyone; Sessions.Update then erases the record.
// A host who is in may, and the owner.
func (s *Session) End(by Actor) error {
	if by.owner != "" {
		if err := s.manages(by); err != nil {
			return err
		}
	} else if _, err := s.host(by); err != nil {
		return err
	}
	s.Over = true
	return nil
}

package room

import "time"

// Admit lets a person in who waits, knocks, is greeted, held or was declined.
// Only a host can, and only this makes a guest's seat PhaseIn (P2). Letting a
// knock in makes it the invite's seat and kills the old one.
func (s *Session) Admit(by Actor, id SeatID, now time.Time) error {
	if _, err := s.host(by); err != nil {
		return err
	}
	seat, err := s.target(id)
	if err != nil {
		return err
	}
	if seat.Phase == PhaseIn {
		return nil // two hosts clicked, or one twice
	}
	s.letIn(seat, now)
	return nil
}

// AdmitAll lets in all who wait and are connected. Those who knock, are held or
// were declined need a decision of their own.
func (s *Session) AdmitAll(by Actor, now time.Time) error {
	if _, err := s.host(by); err != nil {
		return err
	}
	for _, seat := range s.Seats {
		if seat.Phase == PhaseWaiting && seat.Conn != "" {
			s.letIn(seat, now)
		}
	}
	return nil
}

func (s *Session) letIn(seat *Seat, now time.Time) {
	inv := s.inviteByID(seat.Invite)
	if inv.Seat != seat.ID {
		s.replace(inv, seat, now)
	}
	inv.Declines, inv.KnockDeclines = 0, 0
	s.move(seat, PhaseIn, now)
}

// replace gives the invite to a new seat. What a host stopped stays stopped:
// coming back in another browser is no way around it.
func (s *Session) replace(inv *Invite, seat *Seat, now time.Time) {
	if old := s.seat(inv.Seat); old != nil {
		seat.Muted, seat.Stopped = seat.Muted || old.Muted, seat.Stopped || old.Stopped
		if old.Phase.gone() == "" {
			s.move(old, PhaseReplaced, now)
			s.note(NoticeSeatReplaced, inv, now)
		}
	}
	inv.Seat = seat.ID
}

// Decline tells a person at the door "not now", with words if there are any.
// The second time for an invite ends its asking.
func (s *Session) Decline(by Actor, id SeatID, message string, now time.Time) error {
	seat, text, err := s.atDoor(by, id, message)
	if err != nil {
		return err
	}
	switch seat.Phase {
	case PhaseIn, PhaseHeld:
		return notAllowed("This person was let in already. Hold or remove them instead.")
	case PhaseDeclined:
		return nil // two hosts clicked, or one twice: they asked once
	}
	inv := s.inviteByID(seat.Invite)
	if s.holds(seat) {
		inv.Declines++
	} else {
		inv.KnockDeclines++
	}
	s.move(seat, PhaseDeclined, now)
	seat.Message = text
	return nil
}

// Ask puts a declined person back to where they asked from, if the invite may
// still ask.
func (s *Session) Ask(by Actor, now time.Time) error {
	seat, err := s.self(by)
	switch {
	case err != nil:
		return err
	case seat.Phase != PhaseDeclined:
		return notAllowed("You are asking already.")
	case !s.canAsk(seat):
		return Refused(CodeDeclined)
	}
	s.move(seat, s.asking(seat), now)
	return nil
}

func (s *Session) canAsk(seat *Seat) bool {
	inv := s.inviteByID(seat.Invite)
	return inv.Declines < Declines && (s.holds(seat) || inv.KnockDeclines < Declines)
}

// holds reports whether the seat is its invite's own; another one is a knock.
func (s *Session) holds(seat *Seat) bool { return s.inviteByID(seat.Invite).Seat == seat.ID }

// asking is the phase in which this seat asks: one that holds its invite waits,
// another one knocks.
func (s *Session) asking(seat *Seat) Phase {
	if s.holds(seat) {
		return PhaseWaiting
	}
	return PhaseKnocking
}

// Hold puts a guest who is in back into the waiting room.
func (s *Session) Hold(by Actor, id SeatID, message string, now time.Time) error {
	seat, text, err := s.atDoor(by, id, message)
	switch {
	case err != nil:
		return err
	case seat.Role == Host:
		return notAllowed("A host cannot be held.")
	case seat.Phase != PhaseIn:
		return notAllowed("Only somebody who is in the room can be held.")
	}
	s.move(seat, PhaseHeld, now)
	seat.Message = text
	return nil
}

// atDoor is what a host's command with a message to one person starts with.
func (s *Session) atDoor(by Actor, id SeatID, message string) (*Seat, Text, error) {
	if _, err := s.host(by); err != nil {
		return nil, "", err
	}
	text, err := paragraph("message", message, MaxMessage)
	if err != nil {
		return nil, "", err
	}
	seat, err := s.target(id)
	return seat, text, err
}

// Greet begins a private talk at the door between a host and one person who
// waits, knocks or is held. The host talks with one person at a time.
func (s *Session) Greet(by Actor, id SeatID, now time.Time) error {
	host, err := s.host(by)
	if err != nil {
		return err
	}
	seat, err := s.target(id)
	if err != nil {
		return err
	}
	if seat.Phase == PhaseGreeted && seat.Host == host.ID {
		return nil
	}
	switch seat.Phase {
	case PhaseWaiting, PhaseKnocking, PhaseHeld:
	case PhaseGreeted:
		return notAllowed("Another host is talking with this person.")
	default:
		return notAllowed("Only somebody at the door can be greeted.")
	}
	from := seat.Phase
	s.dropGreetings(host.ID, now)
	s.move(seat, PhaseGreeted, now)
	seat.Host, seat.From = host.ID, from
	return nil
}

// GreetEnd ends the host's talk at the door; the person waits on.
func (s *Session) GreetEnd(by Actor, now time.Time) error {
	host, err := s.host(by)
	if err != nil {
		return err
	}
	s.dropGreetings(host.ID, now)
	return nil
}

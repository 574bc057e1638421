package room

// Actor is who asks for something: a seat, or the owner of the session over the
// HTTP API. It comes from an authenticated connection, never from a message.
type Actor struct {
	seat  SeatID
	owner string
}

// BySeat is the person in that seat.
func BySeat(id SeatID) Actor { return Actor{seat: id} }

// ByOwner is the account or API key with that opaque name.
func ByOwner(owner string) Actor { return Actor{owner: owner} }

// self returns the actor's own seat while it is a live one.
func (s *Session) self(by Actor) (*Seat, error) {
	seat := s.seat(by.seat)
	if by.seat == "" || seat == nil {
		return nil, Refused(CodeNotAllowed)
	}
	if code := seat.Phase.gone(); code != "" {
		return nil, Refused(code)
	}
	return seat, nil
}

// inRoom returns the actor's own seat if that person is in.
func (s *Session) inRoom(by Actor) (*Seat, error) {
	seat, err := s.self(by)
	if err != nil {
		return nil, err
	}
	if seat.Phase != PhaseIn {
		return nil, notAllowed("You can do this once you have been let in.")
	}
	return seat, nil
}

// host returns the actor's own seat if it is a host who is in.
func (s *Session) host(by Actor) (*Seat, error) {
	seat, err := s.inRoom(by)
	if err != nil {
		return nil, err
	}
	if seat.Role != Host {
		return nil, notAllowed("Only a host can do this.")
	}
	return seat, nil
}

// manages checks that the actor may manage the register: the owner.
func (s *Session) manages(by Actor) error {
	if by.owner != "" && by.owner == s.Owner {
		return nil
	}
	return Refused(CodeNotFound) // whether it exists is nobody else's business
}

// target returns a live seat that a host wants to act on.
func (s *Session) target(id SeatID) (*Seat, error) {
	seat := s.seat(id)
	if seat == nil || seat.Phase.gone() != "" {
		return nil, &Error{Code: CodeNotFound, Message: "This person is no longer here."}
	}
	return seat, nil
}

package room

// SayToWaiting shows text to all who wait; empty takes it back.
func (s *Session) SayToWaiting(by Actor, text string) error {
	if _, err := s.host(by); err != nil {
		return err
	}
	message, err := paragraph("message", text, MaxMessage)
	if err == nil {
		s.ToWaiting = message
	}
	return err
}

// Chat checks a chat message and returns it cleaned, with the seats that it is
// for, the sender's own included. Chat is never kept: it passes by.
func (s *Session) Chat(by Actor, text string, private bool) (Text, []SeatID, error) {
	from, err := s.mayChat(by, private)
	if err != nil {
		return "", nil, err
	}
	if s.Policy.E2EE == E2EERequired {
		return "", nil, notAllowed("Messages in this session are encrypted.")
	}
	message, err := paragraph("message", text, MaxChat)
	if err == nil && message == "" {
		err = badRequest("The message is empty.")
	}
	if err != nil {
		return "", nil, err
	}
	return message, s.chatTo(from, private), nil
}

func (s *Session) mayChat(by Actor, private bool) (*Seat, error) {
	from, err := s.inRoom(by)
	switch {
	case err != nil:
		return nil, err
	case s.Paused:
		return nil, notAllowed("The room is paused until a host is back.")
	case s.Break && from.Role == Guest && !private:
		return nil, notAllowed("The room is paused. You can still write to the host.")
	case !s.Policy.Chat && !private:
		return nil, notAllowed("Chat is off in this session. You can still write to the host.")
	}
	return from, nil
}

func (s *Session) chatTo(from *Seat, private bool) []SeatID {
	var to []SeatID
	for _, seat := range s.Seats {
		if seat.Phase == PhaseIn && (!private || seat.Role == Host || seat.ID == from.ID) {
			to = append(to, seat.ID)
		}
	}
	return to
}

// SealedChat names the seats that a chat message is for which the sender has
// encrypted; nobody here can read it.
func (s *Session) SealedChat(by Actor, private bool) ([]SeatID, error) {
	from, err := s.mayChat(by, private)
	if err != nil {
		return nil, err
	}
	return s.chatTo(from, private), nil
}

// Hand raises or lowers the actor's hand.
func (s *Session) Hand(by Actor, up bool) error {
	seat, err := s.inRoom(by)
	if err == nil {
		seat.Hand = up
	}
	return err
}

// Media says what the actor sends. The gateway forwards nothing else.
func (s *Session) Media(by Actor, mic, camera, screen bool) error {
	seat, err := s.self(by)
	switch {
	case err != nil:
		return err
	case seat.Phase != PhaseIn && seat.Phase != PhaseGreeted:
		return notAllowed("You can do this once you have been let in.")
	case screen && !s.mayShare(seat):
		return notAllowed("Only a host can share a screen in this session.")
	}
	seat.Mic, seat.Camera, seat.Screen = mic, camera, screen
	return nil
}

func (s *Session) mayShare(seat *Seat) bool {
	return seat.Role == Host || s.Policy.ScreenShare == ScreenEveryone
}

// Mute stops a guest's sound or picture in the gateway, or gives it back. The
// guest cannot undo it.
func (s *Session) Mute(by Actor, id SeatID, audio, video bool) error {
	if _, err := s.host(by); err != nil {
		return err
	}
	seat, err := s.target(id)
	switch {
	case err != nil:
		return err
	case seat.Role == Host:
		return notAllowed("A host cannot be muted.")
	}
	seat.Muted, seat.Stopped = audio, video
	return nil
}

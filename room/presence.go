package room

import "time"

// Connect marks a seat as connected by conn, replacing an older connection of
// the same seat. Refused with the seat's code when it is gone, and with CodeEnded when
// the session's time is over, erased or not.
func (s *Session) Connect(id SeatID, conn string, now time.Time) error {
	seat, err := s.self(BySeat(id))
	if err != nil {
		return err
	}
	if !now.Before(s.ends()) {
		return Refused(CodeEnded)
	}
	seat.Conn = conn
	s.attend(now)
	return nil
}

// Disconnect marks a seat as no longer connected, if conn is still its
// connection: the end of a connection that was replaced changes nothing.
func (s *Session) Disconnect(id SeatID, conn string, now time.Time) {
	seat := s.seat(id)
	if seat == nil || seat.Conn != conn || conn == "" {
		return
	}
	seat.Conn = ""
	s.dropGreetings(seat.ID, now)
	s.attend(now)
}

// TakeOver forgets all connections: they were those of a process that is gone.
// Everybody keeps their seat and comes back to it.
func (s *Session) TakeOver(now time.Time) {
	for _, seat := range s.Seats {
		seat.Conn = ""
		if seat.Phase == PhaseGreeted {
			s.move(seat, seat.From, now)
		}
	}
	s.attend(now)
}

// attend brings what follows from who is connected up to date: since when no
// host is there, since when nobody is, and whether the pause is over.
func (s *Session) attend(now time.Time) {
	host, anyone := s.present()
	if host {
		s.HostsGone, s.Paused = time.Time{}, false
	} else if s.HostsGone.IsZero() && s.hadHost() {
		s.HostsGone = now
	}
	if anyone {
		s.EmptySince = time.Time{}
	} else if s.EmptySince.IsZero() {
		s.EmptySince = now
	}
}

func (s *Session) present() (host, anyone bool) {
	for _, seat := range s.Seats {
		if seat.Conn == "" || seat.Phase.gone() != "" {
			continue
		}
		anyone = true
		host = host || seat.Role == Host && seat.Phase == PhaseIn
	}
	return host, anyone
}

func (s *Session) hadHost() bool {
	for _, seat := range s.Seats {
		if seat.Role == Host {
			return true
		}
	}
	return false
}

// Tick does what falls due by time alone: the pause without a host, and the end
// of a session that is past its hour and empty. It is safe to call at any time;
// a clock that was set back cannot put the pause off.
func (s *Session) Tick(now time.Time) {
	if s.HostsGone.After(now) {
		s.HostsGone = now
	}
	if s.EmptySince.After(now) {
		s.EmptySince = now
	}
	if !s.HostsGone.IsZero() && !now.Before(s.HostsGone.Add(PauseAfter)) {
		s.Paused = true
	}
	if end := s.ends(); !end.IsZero() && !now.Before(end) {
		s.Over = true
	}
}

// Due is when Tick has something to do next; zero when there is nothing.
func (s *Session) Due() time.Time {
	due := s.ends()
	if !s.HostsGone.IsZero() && !s.Paused {
		if pause := s.HostsGone.Add(PauseAfter); pause.Before(due) {
			due = pause
		}
	}
	return due
}

// ends is when the session is over if nothing changes.
func (s *Session) ends() time.Time {
	last := s.Closes.Add(Overrun)
	if s.EmptySince.IsZero() {
		return last
	}
	empty := maxTime(s.EmptySince.Add(EmptyAfter), s.Closes)
	if empty.Before(last) {
		return empty
	}
	return last
}

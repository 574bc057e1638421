package room

// Pause stops all media in the room until a host says Continue. Talks at the
// door go on, and guests can still write to the hosts: somebody may have to be
// spoken with while the others wait.
func (s *Session) Pause(by Actor) error { return s.setBreak(by, true) }

// Continue ends a host's pause. A host who comes back does not: whoever paused
// the room did so for a reason. Nor does it help while no host is there (P7).
func (s *Session) Continue(by Actor) error { return s.setBreak(by, false) }

func (s *Session) setBreak(by Actor, on bool) error {
	_, err := s.host(by)
	if err == nil {
		s.Break = on
	}
	return err
}

// StandsStill reports whether nobody in the room hears or sees anybody: a host
// paused it, or no host is there (P7).
func (s *Session) StandsStill() bool { return s.Paused || s.Break }

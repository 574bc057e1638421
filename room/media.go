package room

// Media is what a seat may do in the media router. It follows from the record
// alone; signaling's reconcile turns it into peers.
type Media struct {
	// Circle is who it exchanges media with: all seats of the same circle.
	// "" means that the seat has no peer at all.
	Circle string
	// Mic, Camera and Screen are what may be forwarded from it.
	Mic, Camera, Screen bool
}

// roomCircle is the circle of everybody who is in.
const roomCircle = "room"

// MediaFor says what media a seat may exchange: with the room while it is in,
// with one host alone while greeted, with nobody otherwise, while the room is
// paused by a host, or while no host is there (P2, P7).
func (s *Session) MediaFor(id SeatID) Media {
	seat := s.seat(id)
	if seat == nil || s.Over {
		return Media{}
	}
	circle := s.circle(seat)
	if circle == "" {
		return Media{}
	}
	return Media{
		Circle: circle,
		Mic:    seat.Mic && !seat.Muted,
		Camera: seat.Camera && !seat.Stopped,
		Screen: seat.Screen && !seat.Stopped && s.mayShare(seat),
	}
}

func (s *Session) circle(seat *Seat) string {
	switch {
	case s.Paused:
		return ""
	case seat.Phase == PhaseGreeted:
		return "door " + string(seat.ID)
	case seat.Phase != PhaseIn:
		return ""
	}
	if guest := s.greetedBy(seat.ID); guest != nil {
		return "door " + string(guest.ID)
	}
	if s.Break {
		return ""
	}
	return roomCircle
}

// greetedBy returns the guest that a host is talking with at the door.
func (s *Session) greetedBy(host SeatID) *Seat {
	for _, seat := range s.Seats {
		if seat.Phase == PhaseGreeted && seat.Host == host {
			return seat
		}
	}
	return nil
}

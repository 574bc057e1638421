package signaling

import (
	"context"
	"strings"
	"time"

	"anteroom/room"
)

// Event is something that happened in a session, for programs of the practice.
// It is opaque: nothing in it says who or what.
type Event struct {
	// ID is the same for the same happening, whichever machine tells of it and
	// however often: after a machine died, the next one tells the present state
	// of its sessions again.
	ID      string
	Type    EventType
	At      time.Time
	Session room.SessionID
	Invite  room.InviteID // "" when the event is about the session
}

// EventType is what happened (docs/integrating.md).
type EventType string

// The events.
const (
	SessionOpened EventType = "session.opened" // the first person came
	GuestWaiting  EventType = "guest.waiting"  // somebody waits at the door, or is put back there
	GuestAdmitted EventType = "guest.admitted" // is in the room
	GuestLeft     EventType = "guest.left"     // left, was removed, or the link was withdrawn
	SessionEnded  EventType = "session.ended"  // and is erased
)

// announce tells what is new in a session that is served here. What was skipped
// between two snapshots is not told; where everybody is now always is.
func (l *live) announce(s *room.Session) {
	if l.server.cfg.Events == nil {
		return
	}
	if l.told == nil {
		l.told = map[room.SeatID]EventType{}
		l.server.emit(SessionOpened, s.ID, "", "", l.server.now())
	}
	for _, seat := range s.Seats {
		what := eventOf(seat)
		if what == l.told[seat.ID] {
			continue
		}
		l.told[seat.ID] = what
		if what != "" {
			l.server.emit(what, s.ID, seat.Invite, seat.ID, seat.Since)
		}
	}
}

// eventOf is what brought a seat to where it is; "" where that is nobody's
// business: hosts, those who were declined, a browser that another one replaced.
func eventOf(seat *room.Seat) EventType {
	switch {
	case seat.Role != room.Guest:
		return ""
	case seat.Phase == room.PhaseIn:
		return GuestAdmitted
	case seat.Phase == room.PhaseWaiting, seat.Phase == room.PhaseKnocking, seat.Phase == room.PhaseGreeted, seat.Phase == room.PhaseHeld:
		return GuestWaiting
	case seat.Phase == room.PhaseLeft, seat.Phase == room.PhaseRemoved, seat.Phase == room.PhaseWithdrawn:
		return GuestLeft
	}
	return ""
}

// end makes a change that may end a session, and tells of it if it did and nobody is
// connected to it here; the others tell of it themselves.
func (s *Server) end(ctx context.Context, id room.SessionID, fn func(*room.Session) error) error {
	after, err := s.update(ctx, id, fn)
	if err != nil || !after.Over {
		return err
	}
	s.mu.Lock()
	served := s.live[id] != nil
	s.mu.Unlock()
	if !served {
		s.emit(SessionEnded, id, "", "", s.now())
	}
	return nil
}

func (s *Server) emit(what EventType, session room.SessionID, invite room.InviteID, seat room.SeatID, at time.Time) {
	if s.cfg.Events == nil {
		return
	}
	parts := []string{string(what), string(session)}
	if seat != "" {
		parts = append(parts, string(seat), at.UTC().Format(time.RFC3339Nano))
	}
	id := s.sessions.Keys().Credential("event", strings.Join(parts, "\n"))
	s.cfg.Events(Event{ID: id, Type: what, At: at, Session: session, Invite: invite})
}

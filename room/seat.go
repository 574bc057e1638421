package room

import (
	"crypto/sha256"
	"encoding/base64"
	"time"
)

// Phase is where a seat is.
//
//	waiting ──admit──▶ in ⇄ held
//	waiting ⇄ greeted
//	   │ decline       │ leave, remove
//	   ▼               ▼
//	declined        left, removed
//
// knocking is waiting without power: somebody with a used link. replaced and
// withdrawn are the ends of seats whose link went to another browser or died.
type Phase string

// The phases of a seat. From left, removed, replaced and withdrawn there is no
// way back.
const (
	PhaseWaiting   Phase = "waiting"
	PhaseKnocking  Phase = "knocking"
	PhaseGreeted   Phase = "greeted"
	PhaseIn        Phase = "in"
	PhaseHeld      Phase = "held"
	PhaseDeclined  Phase = "declined"
	PhaseLeft      Phase = "left"
	PhaseRemoved   Phase = "removed"
	PhaseReplaced  Phase = "replaced"
	PhaseWithdrawn Phase = "withdrawn"
)

// gone returns the code for a phase without way back, "" for a live one.
func (p Phase) gone() Code {
	switch p {
	case PhaseLeft:
		return CodeLeft
	case PhaseRemoved:
		return CodeRemoved
	case PhaseReplaced:
		return CodeLinkUsed
	case PhaseWithdrawn:
		return CodeLinkWithdrawn
	}
	return ""
}

// Seat is one browser's place in a session: its key is the seat.
type Seat struct {
	ID     SeatID
	Key    SeatKey
	Invite InviteID
	Role   Role
	Phase  Phase
	Since  time.Time // when the phase began
	Conn   string    // the live connection, "" when there is none
	// Host is the host at the door with a greeted seat, From the phase that the
	// seat goes back to when that talk ends.
	Host    SeatID
	From    Phase
	Message Text // what the host said when holding or declining

	Mic, Camera, Screen bool // what the person sends
	Muted, Stopped      bool // what a host stopped
	Hand                bool
	E2EE                bool // the client says that it can encrypt end to end
}

// SeatKey is a seat's public key: a P-256 point, uncompressed (65 octets), as
// base64url. ParseSeatKey makes one.
type SeatKey string

// seatID derives a seat's name from its key. Clients check it: in the key
// agreement (docs/e2ee.md) a name is a commitment to the key.
func seatID(session SessionID, key SeatKey) SeatID {
	sum := sha256.Sum256([]byte("anteroom seat\n" + string(session) + "\n" + string(key)))
	return SeatID(base64.RawURLEncoding.EncodeToString(sum[:16]))
}

// Seat returns a copy of the seat with that name.
func (s *Session) Seat(id SeatID) (Seat, bool) {
	if seat := s.seat(id); seat != nil {
		return *seat, true
	}
	return Seat{}, false
}

// SeatOf returns the seat that a key holds. ErrNotFound-like: a key without a
// seat is refused with CodeNotAllowed, one whose seat is gone with its code.
func (s *Session) SeatOf(key SeatKey) (Seat, error) {
	seat := s.seat(seatID(s.ID, key))
	if seat == nil {
		return Seat{}, notAllowed("This browser has no seat here. Open your link again.")
	}
	if code := seat.Phase.gone(); code != "" {
		return Seat{}, Refused(code)
	}
	return *seat, nil
}

func (s *Session) seat(id SeatID) *Seat {
	for _, seat := range s.Seats {
		if seat.ID == id {
			return seat
		}
	}
	return nil
}

// label is the seat's name on the register.
func (s *Session) label(seat *Seat) Text {
	if inv := s.inviteByID(seat.Invite); inv != nil {
		return inv.Label
	}
	return ""
}

// move puts a seat into a phase. Everything that belongs to the former phase
// goes with it, so that no transition can forget it.
func (s *Session) move(seat *Seat, to Phase, now time.Time) {
	seat.Phase, seat.Since = to, now
	seat.Host, seat.From, seat.Message = "", "", ""
	seat.Hand = false
	if to != PhaseIn {
		seat.Mic, seat.Camera, seat.Screen = false, false, false
		s.dropGreetings(seat.ID, now)
	}
	if to.gone() != "" {
		seat.Conn = ""
	}
	s.attend(now)
	s.autoLock()
}

// dropGreetings sends back those whom this host was greeting.
func (s *Session) dropGreetings(host SeatID, now time.Time) {
	for _, other := range s.Seats {
		if other.Phase == PhaseGreeted && other.Host == host {
			s.move(other, other.From, now)
		}
	}
}

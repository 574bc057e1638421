package room

import "time"

// View is all that one seat may see, as the wire sends it (PROTOCOL.md §5.2).
type View struct {
	Rev     uint64      `json:"rev"`
	Now     time.Time   `json:"now"`
	Me      Me          `json:"me"`
	Session SessionView `json:"session"`
	Message Text        `json:"message,omitempty"`
	Media   bool        `json:"media"`

	Room   *RoomView `json:"room,omitempty"`
	People []Person  `json:"people,omitempty"`

	Door     []AtDoor        `json:"door,omitempty"`
	Register []RegisterEntry `json:"register,omitempty"`
	Notices  []Notice        `json:"notices,omitempty"`
}

// Me is the viewer itself.
type Me struct {
	Seat   SeatID `json:"seat"`
	Label  Text   `json:"label"`
	Role   Role   `json:"role"`
	Phase  Phase  `json:"phase"`
	CanAsk bool   `json:"can_ask,omitzero"`
}

// SessionView is the words and hours of a session.
type SessionView struct {
	ID          SessionID `json:"id"`
	Title       Text      `json:"title,omitempty"`
	Greeting    Text      `json:"greeting,omitempty"`
	Recognition Text      `json:"recognition,omitempty"`
	PlanB       Text      `json:"plan_b,omitempty"`
	GroundRules Text      `json:"ground_rules,omitempty"`
	Opens       time.Time `json:"opens"`
	Closes      time.Time `json:"closes"`
	E2EE        string    `json:"e2ee"`
}

// RoomView is the state of the room, for those who are in.
type RoomView struct {
	Locked      bool   `json:"locked"`
	Paused      bool   `json:"paused"`
	Chat        bool   `json:"chat"`
	ScreenShare string `json:"screen_share"`
	// PausedByHost is set while a host's own pause is why the room is paused.
	PausedByHost bool `json:"paused_by_host,omitzero"`
}

// Person is somebody whom the viewer is together with.
type Person struct {
	Seat    SeatID `json:"seat"`
	Label   Text   `json:"label"`
	Role    Role   `json:"role"`
	Online  bool   `json:"online"`
	Mic     bool   `json:"mic"`
	Camera  bool   `json:"camera"`
	Screen  bool   `json:"screen"`
	Hand    bool   `json:"hand"`
	Muted   bool   `json:"muted"`
	Stopped bool   `json:"stopped"`
	AtDoor  bool   `json:"at_door"`
	E2EE    bool   `json:"e2ee"`
}

// AtDoor is somebody who is not in the room, as hosts see them.
type AtDoor struct {
	Seat   SeatID    `json:"seat"`
	Invite InviteID  `json:"invite"`
	Label  Text      `json:"label"`
	Phase  Phase     `json:"phase"`
	Since  time.Time `json:"since"`
	Online bool      `json:"online"`
}

// RegisterEntry is one line of the register.
type RegisterEntry struct {
	Invite InviteID `json:"invite"`
	Label  Text     `json:"label"`
	Role   Role     `json:"role"`
	State  string   `json:"state"`
}

// ViewFor computes what a seat may see. A seat that is gone sees nothing: its
// code is the error. Who is not in gets no roster, no count and no state of the
// room (P2).
func (s *Session) ViewFor(id SeatID, now time.Time) (View, error) {
	seat, err := s.self(BySeat(id))
	if err != nil {
		return View{}, err
	}
	v := View{Now: now.UTC(), Me: s.me(seat), Session: s.words(seat), Message: s.messageTo(seat), Media: s.circle(seat) != ""}
	switch {
	case seat.Phase == PhaseGreeted:
		v.People = s.people(seat)
	case seat.Phase == PhaseIn:
		v.Room = s.room()
		v.People = s.people(seat)
		if seat.Role == Host {
			v.Door, v.Register, v.Notices = s.door(), s.Register(), append([]Notice(nil), s.Notices...)
		}
	}
	return v, nil
}

func (s *Session) room() *RoomView {
	return &RoomView{
		Locked: s.Locked, Paused: s.StandsStill(), Chat: s.Policy.Chat, ScreenShare: s.Policy.ScreenShare,
		PausedByHost: s.Break && !s.Paused,
	}
}

func (s *Session) me(seat *Seat) Me {
	return Me{
		Seat: seat.ID, Label: s.label(seat), Role: seat.Role, Phase: seat.Phase,
		CanAsk: seat.Phase == PhaseDeclined && s.canAsk(seat),
	}
}

// words holds back the title from those who are not in: until then a person
// sees the greeting.
func (s *Session) words(seat *Seat) SessionView {
	v := SessionView{
		ID: s.ID, Greeting: s.Greeting, Recognition: s.Recognition, PlanB: s.PlanB,
		GroundRules: s.GroundRules, Opens: s.Opens, Closes: s.Closes, E2EE: s.e2ee(),
	}
	if seat.Phase == PhaseIn {
		v.Title = s.Title
	}
	if !s.holds(seat) {
		// Somebody with a used link may be anybody, whatever a host answers
		// them: the phrase that the real person knows the session by is not
		// for them.
		v.Recognition = ""
	}
	return v
}

func (s *Session) messageTo(seat *Seat) Text {
	if seat.Message != "" {
		return seat.Message
	}
	switch seat.Phase {
	case PhaseWaiting, PhaseKnocking, PhaseHeld:
		return s.ToWaiting
	}
	return ""
}

func (s *Session) people(viewer *Seat) []Person {
	var all []Person
	for _, p := range s.Seats {
		if !sees(viewer, p) {
			continue
		}
		all = append(all, Person{
			Seat: p.ID, Label: s.label(p), Role: p.Role, Online: p.Conn != "",
			Mic: p.Mic && !p.Muted, Camera: p.Camera && !p.Stopped, Screen: p.Screen && !p.Stopped,
			Hand: p.Hand, Muted: p.Muted, Stopped: p.Stopped, AtDoor: p.Role == Host && s.greetedBy(p.ID) != nil, E2EE: p.E2EE,
		})
	}
	return all
}

// sees reports whether the viewer is together with another: in the room, or in
// a talk at the door.
func sees(viewer, other *Seat) bool {
	switch viewer.Phase {
	case PhaseGreeted:
		return other.ID == viewer.ID || other.ID == viewer.Host
	case PhaseIn:
		return other.Phase == PhaseIn || other.Phase == PhaseGreeted && other.Host == viewer.ID
	}
	return false
}

// AgreeKeys checks that the actor is where keys are agreed on: in the room, or in
// a talk at the door.
func (s *Session) AgreeKeys(by Actor) error {
	seat, err := s.self(by)
	if err == nil && !sees(seat, seat) {
		err = notAllowed("You can do this once you have been let in.")
	}
	return err
}

// MayExchangeKeys reports whether two seats see each other, so that one may send
// the other messages of the key agreement (docs/e2ee.md).
func (s *Session) MayExchangeKeys(from, to SeatID) bool {
	a, b := s.seat(from), s.seat(to)
	return a != nil && b != nil && a != b && sees(a, b) && sees(b, a)
}

func (s *Session) door() []AtDoor {
	var all []AtDoor
	for _, p := range s.Seats {
		if p.Phase == PhaseIn || p.Phase.gone() != "" || p.Phase == PhaseDeclined && !s.canAsk(p) {
			continue
		}
		all = append(all, AtDoor{Seat: p.ID, Invite: p.Invite, Label: s.label(p), Phase: p.Phase, Since: p.Since.UTC(), Online: p.Conn != ""})
	}
	return all
}

// Register lists all invites, in the order in which they were made.
func (s *Session) Register() []RegisterEntry {
	all := make([]RegisterEntry, 0, len(s.Invites))
	for _, inv := range s.Invites {
		all = append(all, RegisterEntry{Invite: inv.ID, Label: inv.Label, Role: inv.Role, State: s.InviteState(inv)})
	}
	return all
}

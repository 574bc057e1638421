package client

import "time"

// Phase is where a seat is (PROTOCOL.md §5.2).
type Phase string

// The phases that a view can show.
const (
	PhaseWaiting  Phase = "waiting"
	PhaseKnocking Phase = "knocking"
	PhaseGreeted  Phase = "greeted"
	PhaseIn       Phase = "in"
	PhaseHeld     Phase = "held"
	PhaseDeclined Phase = "declined"
)

// View is all that a seat may see. What it may not see is absent.
type View struct {
	Rev     uint64      `json:"rev"`
	Now     time.Time   `json:"now"`
	Me      Me          `json:"me"`
	Session SessionView `json:"session"`
	Message string      `json:"message,omitempty"`
	Media   bool        `json:"media"`
	PC      string      `json:"pc,omitempty"` // the media connection that the gateway has

	Room   *RoomView `json:"room,omitempty"`
	People []Person  `json:"people,omitempty"`

	Door     []AtDoor `json:"door,omitempty"`
	Register []Entry  `json:"register,omitempty"`
	Notices  []Notice `json:"notices,omitempty"`
}

// Me is the seat itself.
type Me struct {
	Seat   string `json:"seat"`
	Label  string `json:"label"`
	Role   string `json:"role"`
	Phase  Phase  `json:"phase"`
	CanAsk bool   `json:"can_ask,omitzero"`
}

// SessionView is the words and hours of the session.
type SessionView struct {
	ID          string    `json:"id"`
	Title       string    `json:"title,omitempty"`
	Greeting    string    `json:"greeting,omitempty"`
	Recognition string    `json:"recognition,omitempty"`
	PlanB       string    `json:"plan_b,omitempty"`
	GroundRules string    `json:"ground_rules,omitempty"`
	Opens       time.Time `json:"opens"`
	Closes      time.Time `json:"closes"`
	E2EE        string    `json:"e2ee"`
}

// RoomView is the state of the room.
type RoomView struct {
	Locked      bool   `json:"locked"`
	Paused      bool   `json:"paused"`
	Chat        bool   `json:"chat"`
	ScreenShare string `json:"screen_share"`
	// PausedByHost is true while a host's own pause is why the room is paused.
	PausedByHost bool `json:"paused_by_host,omitzero"`
}

// Person is somebody whom the seat is together with.
type Person struct {
	Seat    string `json:"seat"`
	Label   string `json:"label"`
	Role    string `json:"role"`
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
	Seat   string    `json:"seat"`
	Invite string    `json:"invite"`
	Label  string    `json:"label"`
	Phase  Phase     `json:"phase"`
	Since  time.Time `json:"since"`
	Online bool      `json:"online"`
}

// Entry is one line of the register.
type Entry struct {
	Invite string `json:"invite"`
	Label  string `json:"label"`
	Role   string `json:"role"`
	State  string `json:"state"`
}

// Notice tells a host of something that was tried or went wrong.
type Notice struct {
	ID    uint64    `json:"id"`
	Code  string    `json:"code"`
	Label string    `json:"label"`
	At    time.Time `json:"at"`
	Count int       `json:"count"`
}

// Person returns the person in that seat, if the view shows them.
func (v View) Person(seat string) (Person, bool) {
	for _, p := range v.People {
		if p.Seat == seat {
			return p, true
		}
	}
	return Person{}, false
}

// Waiter returns who is at the door in that seat, if the view shows them.
func (v View) Waiter(seat string) (AtDoor, bool) {
	for _, p := range v.Door {
		if p.Seat == seat {
			return p, true
		}
	}
	return AtDoor{}, false
}

// State is what the register says of that label, "" if it is not on it.
func (v View) State(label string) string {
	for _, e := range v.Register {
		if e.Label == label {
			return e.State
		}
	}
	return ""
}

// Noticed is how often a notice with that code was counted, over all labels.
func (v View) Noticed(code string) int {
	n := 0
	for _, one := range v.Notices {
		if one.Code == code {
			n += one.Count
		}
	}
	return n
}

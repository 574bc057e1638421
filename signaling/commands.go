package signaling

import (
	"time"

	"github.com/go-json-experiment/json"

	"anteroom/room"
)

// change is a command that changes the record: it may run several times.
type change interface {
	apply(s *room.Session, by room.Actor, now time.Time) error
}

// act is a command that is about the connection or the media and leaves the
// record alone.
type act interface {
	perform(c *conn) error
}

// The commands (PROTOCOL.md §5.3).
type (
	offerCommand struct {
		header
		PC  string `json:"pc"`
		SDP string `json:"sdp"`
	}
	chatCommand struct {
		header
		Text    string `json:"text,omitempty"`
		Sealed  string `json:"sealed,omitempty"`
		Private bool   `json:"private,omitzero"`
	}
	mediaCommand struct {
		header
		Mic    bool `json:"mic"`
		Camera bool `json:"camera"`
		Screen bool `json:"screen"`
	}
	handCommand struct {
		header
		Up bool `json:"up"`
	}
	seatCommand struct {
		header
		Seat room.SeatID `json:"seat"`
	}
	seatMessageCommand struct {
		header
		Seat    room.SeatID `json:"seat"`
		Message string      `json:"message,omitempty"`
	}
	muteCommand struct {
		header
		Seat  room.SeatID `json:"seat"`
		Audio bool        `json:"audio"`
		Video bool        `json:"video"`
	}
	sayCommand struct {
		header
		Text string `json:"text"`
	}
	plainCommand struct{ header }
)

// Types whose members are the same but which do different things.
type (
	greetCommand    struct{ seatCommand }
	admitCommand    struct{ seatCommand }
	removeCommand   struct{ seatCommand }
	declineCommand  struct{ seatMessageCommand }
	holdCommand     struct{ seatMessageCommand }
	greetEndCommand struct{ plainCommand }
	admitAllCommand struct{ plainCommand }
	lockCommand     struct{ plainCommand }
	unlockCommand   struct{ plainCommand }
	pauseCommand    struct{ plainCommand }
	continueCommand struct{ plainCommand }
	endCommand      struct{ plainCommand }
	askCommand      struct{ plainCommand }
	leaveCommand    struct{ plainCommand }
)

func (m *mediaCommand) apply(s *room.Session, by room.Actor, _ time.Time) error {
	return s.Media(by, m.Mic, m.Camera, m.Screen)
}

func (m *handCommand) apply(s *room.Session, by room.Actor, _ time.Time) error {
	return s.Hand(by, m.Up)
}

func (m *greetCommand) apply(s *room.Session, by room.Actor, now time.Time) error {
	return s.Greet(by, m.Seat, now)
}

func (m *greetEndCommand) apply(s *room.Session, by room.Actor, now time.Time) error {
	return s.GreetEnd(by, now)
}

func (m *admitCommand) apply(s *room.Session, by room.Actor, now time.Time) error {
	return s.Admit(by, m.Seat, now)
}

func (m *admitAllCommand) apply(s *room.Session, by room.Actor, now time.Time) error {
	return s.AdmitAll(by, now)
}

func (m *declineCommand) apply(s *room.Session, by room.Actor, now time.Time) error {
	return s.Decline(by, m.Seat, m.Message, now)
}

func (m *holdCommand) apply(s *room.Session, by room.Actor, now time.Time) error {
	return s.Hold(by, m.Seat, m.Message, now)
}

func (m *removeCommand) apply(s *room.Session, by room.Actor, now time.Time) error {
	return s.Remove(by, m.Seat, now)
}

func (m *muteCommand) apply(s *room.Session, by room.Actor, _ time.Time) error {
	return s.Mute(by, m.Seat, m.Audio, m.Video)
}

func (m *lockCommand) apply(s *room.Session, by room.Actor, _ time.Time) error { return s.Lock(by) }

func (m *unlockCommand) apply(s *room.Session, by room.Actor, _ time.Time) error { return s.Unlock(by) }

func (m *pauseCommand) apply(s *room.Session, by room.Actor, _ time.Time) error { return s.Pause(by) }

func (m *continueCommand) apply(s *room.Session, by room.Actor, _ time.Time) error {
	return s.Continue(by)
}

func (m *sayCommand) apply(s *room.Session, by room.Actor, _ time.Time) error {
	return s.SayToWaiting(by, m.Text)
}

func (m *endCommand) apply(s *room.Session, by room.Actor, _ time.Time) error { return s.End(by) }

func (m *askCommand) apply(s *room.Session, by room.Actor, now time.Time) error {
	return s.Ask(by, now)
}

func (m *leaveCommand) apply(s *room.Session, by room.Actor, now time.Time) error {
	return s.Leave(by, now)
}

func (m *chatCommand) perform(c *conn) error {
	ctx, cancel := c.server.bounded()
	defer cancel()
	return c.live.chat(ctx, c.seat, m)
}

func (m *offerCommand) perform(c *conn) error { return c.offer(m.PC, m.SDP) }

// newCommand returns an empty message of a type, nil if there is none.
func newCommand(kind string) any {
	switch kind {
	case "offer":
		return new(offerCommand)
	case "media":
		return new(mediaCommand)
	case "hand":
		return new(handCommand)
	case "chat":
		return new(chatCommand)
	case "keys":
		return new(keysCommand)
	case "watch":
		return new(watchCommand)
	case "ask":
		return new(askCommand)
	case "leave":
		return new(leaveCommand)
	}
	return newHostCommand(kind)
}

func newHostCommand(kind string) any {
	switch kind {
	case "greet":
		return new(greetCommand)
	case "greet_end":
		return new(greetEndCommand)
	case "admit":
		return new(admitCommand)
	case "admit_all":
		return new(admitAllCommand)
	case "decline":
		return new(declineCommand)
	case "hold":
		return new(holdCommand)
	case "remove":
		return new(removeCommand)
	case "mute":
		return new(muteCommand)
	case "lock":
		return new(lockCommand)
	case "unlock":
		return new(unlockCommand)
	case "pause":
		return new(pauseCommand)
	case "continue":
		return new(continueCommand)
	case "say_to_waiting":
		return new(sayCommand)
	case "end":
		return new(endCommand)
	}
	return nil
}

// maxRef bounds a client's reference.
const maxRef = 32

// parseCommand decodes a message: its header to learn the type, then all of it,
// strictly, by the same rules for names and duplicates, so that both readings
// agree. The header comes back even with an error, for the reference in it.
func parseCommand(data []byte) (header, any, error) {
	var h header
	if err := json.Unmarshal(data, &h); err != nil || len(h.Ref) > maxRef {
		return header{}, nil, room.Refused(room.CodeBadRequest)
	}
	command := newCommand(h.Type)
	if command == nil {
		return h, nil, room.Refused(room.CodeBadRequest)
	}
	if err := decodeStrict(data, command); err != nil {
		return h, nil, err
	}
	return h, command, complete(data, command)
}

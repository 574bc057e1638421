package client

import (
	"time"

	"github.com/go-json-experiment/json"
)

// The messages that the server sends (PROTOCOL.md §5.2).
type (
	challengeMessage struct {
		Type  string `json:"type"`
		Nonce string `json:"nonce"`
		Beat  int    `json:"beat"`
	}
	viewMessage struct {
		Type string `json:"type"`
		View
	}
	okMessage struct {
		Type string `json:"type"`
		Ref  string `json:"ref"`
	}
	errorMessage struct {
		Type string `json:"type"`
		Ref  string `json:"ref,omitempty"`
		errorMembers
	}
	beatMessage struct {
		Type string `json:"type"`
	}
	byeMessage struct {
		Type    string `json:"type"`
		Code    Code   `json:"code"`
		Message string `json:"message"`
	}
	answerMessage struct {
		Type string `json:"type"`
		PC   string `json:"pc"`
		SDP  string `json:"sdp"`
	}
	slotsMessage struct {
		Type   string  `json:"type"`
		PC     string  `json:"pc"`
		Slots  []Slot  `json:"slots"`
		Wanted *Wanted `json:"wanted,omitempty"`
	}
	layersMessage struct {
		Type string `json:"type"`
		PC   string `json:"pc"`
		Layers
	}
	qualityMessage struct {
		Type string `json:"type"`
		PC   string `json:"pc"`
		Quality
	}
	turnMessage struct {
		Type string `json:"type"`
		TURN
	}
	speakersMessage struct {
		Type  string   `json:"type"`
		Seats []string `json:"seats"`
	}
	chatMessage struct {
		Type string `json:"type"`
		Chat
	}
	keysMessage struct {
		Type string `json:"type"`
		Keys
	}
)

// Slot says whom a receiving section of the media connection carries.
type Slot struct {
	Mid  string `json:"mid"`
	Seat string `json:"seat"`
	Kind Kind   `json:"kind"`
}

// Layers is how many layers of what a client sends somebody watches, the lowest
// first: 0 is none.
type Layers struct {
	Camera int `json:"camera"`
	Screen int `json:"screen"`
}

// Line is how one direction of a connection does.
type Line string

// The values of a Line.
const (
	LineGood    Line = "good"
	LineReduced Line = "reduced" // pictures are smaller or slower, or some are missing; upward: packets are lost
	LineSound   Line = "sound"   // there is room for no picture
)

// Quality says whose line is weak, as the gateway sees it.
type Quality struct {
	Down Line     `json:"down"` // of the client itself
	Up   Line     `json:"up"`
	Weak []string `json:"weak"` // seats of others
}

// Wanted is how many receiving sections the server would like to be offered.
type Wanted struct {
	Audio int `json:"audio"`
	Video int `json:"video"`
}

// TURN is a way to the gateway through a TURN server, good for new connections
// until it expires.
type TURN struct {
	URLs       []string  `json:"urls"`
	Username   string    `json:"username"`
	Credential string    `json:"credential"`
	Expires    time.Time `json:"expires"`
}

// Chat is a message that somebody wrote.
type Chat struct {
	From    string    `json:"from"`
	Text    string    `json:"text,omitempty"`
	Sealed  string    `json:"sealed,omitempty"` // in place of Text
	Private bool      `json:"private"`
	At      time.Time `json:"at"`
}

// Keys is a message of the key agreement (docs/e2ee.md) from another seat.
type Keys struct {
	From string `json:"from"`
	Box  string `json:"box"`
}

// newMessage returns an empty message of a type, nil if there is none.
func newMessage(kind string) any {
	switch kind {
	case "challenge":
		return new(challengeMessage)
	case "beat":
		return new(beatMessage)
	case "view":
		return new(viewMessage)
	case "ok":
		return new(okMessage)
	case "error":
		return new(errorMessage)
	case "bye":
		return new(byeMessage)
	case "answer":
		return new(answerMessage)
	case "slots":
		return new(slotsMessage)
	case "layers":
		return new(layersMessage)
	case "quality":
		return new(qualityMessage)
	case "turn":
		return new(turnMessage)
	case "speakers":
		return new(speakersMessage)
	case "chat":
		return new(chatMessage)
	case "keys":
		return new(keysMessage)
	}
	return nil
}

// parseMessage decodes what the server sent. It returns nil for a type that is
// not known, unless strict.
func parseMessage(data []byte, strict bool) (any, error) {
	var head struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, ErrProtocol
	}
	message := newMessage(head.Type)
	switch {
	case message == nil && strict:
		return nil, ErrProtocol
	case message == nil:
		return nil, nil
	}
	if err := decode(data, message, strict); err != nil {
		return nil, ErrProtocol
	}
	return message, nil
}

package signaling

import (
	"time"

	"github.com/go-json-experiment/json"

	"anteroom/room"
	"anteroom/sfu"
)

// Subprotocol is the websocket subprotocol of this version.
const Subprotocol = "anteroom.v1"

// The messages that the server sends (PROTOCOL.md §5.2), one struct for each.

type challengeMessage struct {
	Type  string `json:"type"` // "challenge"
	Nonce string `json:"nonce"`
	Beat  int    `json:"beat"` // how often the beat comes, in seconds
}

type beatMessage struct {
	Type string `json:"type"` // "beat"
}

type viewMessage struct {
	Type string `json:"type"` // "view"
	// PC is the browser's connection that the media gateway has for this seat.
	PC string `json:"pc,omitempty"`
	room.View
}

type okMessage struct {
	Type string `json:"type"` // "ok"
	Ref  string `json:"ref"`
}

type errorMessage struct {
	Type string `json:"type"` // "error"
	Ref  string `json:"ref,omitempty"`
	errorMembers
}

type byeMessage struct {
	Type    string    `json:"type"` // "bye"
	Code    room.Code `json:"code"`
	Message string    `json:"message"`
}

type answerMessage struct {
	Type string `json:"type"` // "answer"
	PC   string `json:"pc"`
	SDP  string `json:"sdp"`
}

type slotsMessage struct {
	Type   string      `json:"type"` // "slots"
	PC     string      `json:"pc"`
	Slots  []slot      `json:"slots"`
	Wanted *wantedSize `json:"wanted,omitempty"`
}

type slot struct {
	Mid  string      `json:"mid"`
	Seat room.SeatID `json:"seat"`
	Kind sfu.Kind    `json:"kind"`
}

type wantedSize struct {
	Audio int `json:"audio"`
	Video int `json:"video"`
}

// layersMessage says how many layers of what the client sends somebody watches,
// the lowest first.
type layersMessage struct {
	Type   string `json:"type"` // "layers"
	PC     string `json:"pc"`
	Camera int    `json:"camera"`
	Screen int    `json:"screen"`
}

// qualityMessage says whose line is weak: the client's own, down and up, and
// others'.
type qualityMessage struct {
	Type string        `json:"type"` // "quality"
	PC   string        `json:"pc"`
	Down sfu.Line      `json:"down"`
	Up   sfu.Line      `json:"up"`
	Weak []room.SeatID `json:"weak"`
}

type speakersMessage struct {
	Type  string        `json:"type"` // "speakers"
	Seats []room.SeatID `json:"seats"`
}

type chatMessage struct {
	Type    string      `json:"type"` // "chat"
	From    room.SeatID `json:"from"`
	Text    room.Text   `json:"text,omitempty"`   // or Sealed
	Sealed  string      `json:"sealed,omitempty"` // encrypted by the sender
	Private bool        `json:"private"`
	At      time.Time   `json:"at"`
}

type keysMessage struct {
	Type string      `json:"type"` // "keys"
	From room.SeatID `json:"from"`
	Box  string      `json:"box"`
}

// header is what every message from a client begins with.
type header struct {
	Type string `json:"type"`
	Ref  string `json:"ref,omitempty"`
}

// resumeMessage opens a websocket (PROTOCOL.md §5.1).
type resumeMessage struct {
	header
	Session   room.SessionID `json:"session"`
	Key       string         `json:"key"`
	Signature string         `json:"signature"`
}

// encode never fails: the messages above hold nothing that cannot be JSON but
// text that is not UTF-8, and that never gets into a record.
func encode(message any) []byte {
	data, err := json.Marshal(message)
	if err != nil {
		return []byte(`{"type":"error","code":"unavailable","message":"The service could not form its answer."}`)
	}
	return data
}

func byeFor(code room.Code) byeMessage {
	return byeMessage{Type: "bye", Code: code, Message: room.Refused(code).Message}
}

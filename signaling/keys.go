package signaling

import (
	"encoding/base64"

	"anteroom/room"
)

// e2eeVersion is the version of docs/e2ee.md that clients say they speak.
const e2eeVersion = 1

// Limits of what passes through sealed (PROTOCOL.md §1), in characters.
const (
	maxBox    = 8192
	maxSealed = 16384
	maxBoxes  = 64
)

// keysCommand carries messages of the key agreement between clients. The
// gateway relays them and understands none of them.
type keysCommand struct {
	header
	To []boxFor `json:"to"`
}

type boxFor struct {
	Seat room.SeatID `json:"seat"`
	Box  string      `json:"box"`
}

func (m *keysCommand) perform(c *conn) error {
	if len(m.To) == 0 || len(m.To) > maxBoxes {
		return room.Refused(room.CodeBadRequest)
	}
	for _, one := range m.To {
		if !isBinary(one.Box, maxBox) {
			return room.Refused(room.CodeBadRequest)
		}
	}
	result := make(chan error, 1)
	if !c.live.do(func() { result <- c.live.relayKeys(c.seat, m.To) }) {
		return room.Refused(room.CodeRestarting)
	}
	return <-result
}

// relayKeys delivers each box to a seat that the sender is together with. Others
// are dropped in silence: somebody may have left a moment ago.
func (l *live) relayKeys(from room.SeatID, boxes []boxFor) error {
	if err := l.session.AgreeKeys(room.BySeat(from)); err != nil {
		return err
	}
	for _, one := range boxes {
		if l.session.MayExchangeKeys(from, one.Seat) {
			l.sendTo(one.Seat, keysMessage{Type: "keys", From: from, Box: one.Box})
		}
	}
	return nil
}

// isBinary reports whether text is canonical base64url, not empty, of at most
// so many characters.
func isBinary(text string, limit int) bool {
	if text == "" || len(text) > limit {
		return false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil
}

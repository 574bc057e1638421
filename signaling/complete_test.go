package signaling

import (
	"errors"
	"testing"

	"anteroom/room"
)

// A message that leaves something out, or says null, must not be read as one
// that says the zero value.
func TestIncompleteMessages(t *testing.T) {
	for _, text := range []string{
		`{"type":"mute","seat":"a","video":true}`, `{"type":"mute","seat":"a","audio":null,"video":true}`,
		`{"type":"hand"}`, `{"type":"hand","up":null}`, `{"type":"media","mic":true}`, `{"type":"admit"}`,
		`{"type":"keys","to":[{"seat":"a","box":null}]}`, `{"type":"offer","pc":"a"}`, `{"type":"lock","ref":null}`,
	} {
		if _, _, err := parseCommand([]byte(text)); !errors.Is(err, room.Refused(room.CodeBadRequest)) {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{
		`{"type":"mute","seat":"a","audio":false,"video":true}`, `{"type":"hand","up":false,"ref":"1"}`,
		`{"type":"hold","seat":"a"}`, `{"type":"chat","text":"x"}`, `{"type":"say_to_waiting","text":""}`, `{"type":"lock"}`,
	} {
		if _, _, err := parseCommand([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

package signaling

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"anteroom/room"
)

// complete refuses a message without a member that its type does not mark as
// optional (omitempty, omitzero), or with a null anywhere. A mute without
// "audio" must not pass for one that gives the sound back.
func complete(data []byte, message any) error {
	named, err := topMembers(data)
	if err != nil {
		return room.Refused(room.CodeBadRequest)
	}
	for _, name := range required(reflect.TypeOf(message).Elem()) {
		if !named[name] {
			return &room.Error{Code: room.CodeBadRequest, Message: "The member " + name + " is missing. Nothing was changed."}
		}
	}
	return nil
}

var errNull = errors.New("signaling: null in a message")

// topMembers names the members of an object and fails on a null in it.
func topMembers(data []byte) (map[string]bool, error) {
	named := map[string]bool{}
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	for {
		_, before := dec.StackIndex(dec.StackDepth())
		name := dec.StackDepth() == 1 && before%2 == 0
		token, err := dec.ReadToken()
		switch {
		case errors.Is(err, io.EOF):
			return named, nil
		case err != nil:
			return nil, err
		case token.Kind() == 'n':
			return nil, errNull
		case name && token.Kind() == '"':
			named[token.String()] = true
		}
	}
}

// required lists the members that a message must have, those of what it embeds
// included.
func required(of reflect.Type) []string {
	var all []string
	for i := range of.NumField() {
		field := of.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous:
			all = append(all, required(field.Type)...)
		case name != "" && options == "":
			all = append(all, name)
		}
	}
	return all
}

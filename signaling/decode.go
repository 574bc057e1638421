package signaling

import (
	"errors"
	"io"
	"net/http"

	"github.com/go-json-experiment/json"

	"anteroom/room"
)

// MaxMessage is the most bytes of an HTTP body or a websocket message.
const MaxMessage = 64 << 10

// decodeStrict reads one JSON value: unknown and duplicate members, members in
// another case, trailing data, invalid UTF-8 and wrong types are refused. (The
// standard library's decoder takes the last of two members and ignores case;
// this one, from which its successor is made, does neither.)
func decodeStrict(data []byte, into any) error {
	if err := json.Unmarshal(data, into, json.RejectUnknownMembers(true)); err != nil {
		return room.Refused(room.CodeBadRequest)
	}
	return nil
}

// readBody reads and decodes a request's body, bounded. An absent body is
// refused unless optional.
func readBody(w http.ResponseWriter, r *http.Request, into any, optional bool) error {
	data, err := readBytes(w, r)
	if err != nil || len(data) == 0 && optional {
		return err
	}
	return decodeStrict(data, into)
}

// withBody decodes the request's body, which must be there, for a handler.
func withBody[T any](handle func(w http.ResponseWriter, r *http.Request, body T) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var body T
		if err := readBody(w, r, &body, false); err != nil {
			return err
		}
		return handle(w, r, body)
	}
}

// readBytes reads a request's body, bounded.
func readBytes(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxMessage))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, room.Refused(room.CodeTooLarge)
	case err != nil:
		return nil, room.Refused(room.CodeBadRequest)
	}
	return data, nil
}

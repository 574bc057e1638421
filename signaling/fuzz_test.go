package signaling

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"anteroom/room"
)

// FuzzParseCommand: whatever comes in, there is no panic; what is accepted has
// one meaning, and a type that the header named.
func FuzzParseCommand(f *testing.F) {
	for _, one := range examples(f) {
		f.Add([]byte(one.text))
	}
	f.Add([]byte(`{"type":"chat","TYPE":"admit","text":"x"}`))
	f.Add([]byte(`{"type":"hand","up":null}`))
	f.Add([]byte("{\"type\":\"chat\",\"text\":\"\xff\"}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, command, err := parseCommand(data)
		if len(h.Ref) > maxRef {
			t.Fatal("a reference over its limit")
		}
		if err != nil {
			if room.CodeOf(err) != room.CodeBadRequest {
				t.Fatalf("%v", err)
			}
			return
		}
		back, err := json.Marshal(command)
		if err != nil {
			t.Fatal(err)
		}
		again, same, err := parseCommand(back)
		if err != nil || again != h || !reflect.DeepEqual(command, same) {
			t.Fatalf("%s is read as %s, and that otherwise: %v", data, back, err)
		}
	})
}

// FuzzDecodeBodies: the bodies of the calls that anybody can make.
func FuzzDecodeBodies(f *testing.F) {
	for _, one := range examples(f) {
		f.Add([]byte(one.text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, into := range []any{
			new(createRequest), new(joinRequest), new(previewRequest), new(resumeMessage), new(signInRequest), new(inviteRequest), new(reissueRequest),
			new(passwordRequest), new(enrolRequest), new(enrolPasswordRequest), new(signOutRequest), new(hostRequest), new(keyRequest),
			new(confirmRequest), new(ownPasswordRequest),
		} {
			if decodeStrict(data, into) != nil {
				continue
			}
			back := must[[]byte](t)(json.Marshal(into))
			again := reflect.New(reflect.TypeOf(into).Elem()).Interface()
			if err := decodeStrict(back, again); err != nil || string(must[[]byte](t)(json.Marshal(again))) != string(back) {
				t.Fatalf("%s is read as %s, and that otherwise", data, back)
			}
		}
	})
}

// FuzzClientAddress: no header makes a stranger somebody else.
func FuzzClientAddress(f *testing.F) {
	f.Add("192.0.2.1:99", "198.51.100.7, 10.0.0.1")
	f.Add("[::1]:99", ",,")
	f.Add("@", "::ffff:10.0.0.1")
	s := &Server{}
	f.Fuzz(func(t *testing.T, from, forwarded string) {
		bare := s.clientOf(&http.Request{RemoteAddr: from})
		r := &http.Request{RemoteAddr: from, Header: http.Header{"X-Forwarded-For": strings.Split(forwarded, "\n")}}
		if got := s.clientOf(r); got != bare {
			t.Fatalf("%v in place of %v", got, bare)
		}
	})
}

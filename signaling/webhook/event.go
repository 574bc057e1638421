package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Event is something that happened. Its members are opaque.
type Event struct {
	// ID is the same for the same happening, however often and by whichever
	// machine it is told. It must be ASCII without full stops.
	ID   string
	Type string
	At   time.Time
	// Session and Invite are identifiers of the API; Invite is empty where the
	// event is not about one person.
	Session, Invite string
}

// payload is the body of a request (Standard Webhooks 1.0, "Payload structure").
type payload struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      data      `json:"data"`
}

type data struct {
	Session string `json:"session,omitempty"`
	Invite  string `json:"invite,omitempty"`
}

func (e Event) body() []byte {
	text, _ := json.Marshal(payload{e.Type, e.At.UTC(), data{e.Session, e.Invite}}) // strings and a time always encode
	return text
}

// signatures are those with each of the keys.
func signatures(keys [][]byte, id string, at time.Time, body []byte) string {
	var all []string
	for _, key := range keys {
		all = append(all, sign(key, id, at, body))
	}
	return strings.Join(all, " ")
}

// sign is the signature of one attempt ("Signature scheme", symmetric): HMAC with
// SHA-256 over id, time of the attempt in Unix seconds and body.
func sign(key []byte, id string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
	_, _ = mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

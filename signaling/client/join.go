package client

import (
	"context"
	"net/http"
	"time"
)

// Preview is what a link shows before it is redeemed.
type Preview struct {
	Role        string    `json:"role"`
	Greeting    string    `json:"greeting"`
	Opens       time.Time `json:"opens"`
	Closes      time.Time `json:"closes"`
	Now         time.Time `json:"now"`
	Passcode    bool      `json:"passcode"`
	GroundRules string    `json:"ground_rules"`
	PlanB       string    `json:"plan_b"`
	E2EE        string    `json:"e2ee"`
}

// PreviewLink reads what a link shows and changes nothing (POST /v1/preview).
func PreviewLink(ctx context.Context, link Link, o Options) (Preview, error) {
	return ask[Preview](ctx, o.caller(link.Origin), http.MethodPost, "/v1/preview", map[string]string{"token": link.token})
}

type joinRequest struct {
	Token     string `json:"token"`
	Key       string `json:"key"`
	Nonce     string `json:"nonce"`
	Signature string `json:"signature"`
	Passcode  string `json:"passcode,omitempty"`
	Knock     bool   `json:"knock,omitzero"`
	E2EE      int    `json:"e2ee,omitzero"`
}

type joinResponse struct {
	Session string `json:"session"`
	Seat    string `json:"seat"`
	Role    string `json:"role"`
	Phase   Phase  `json:"phase"`
}

// Join redeems a link into a seat. To try again after an error whose outcome
// is not known, give the same key again: it gets the same seat.
func Join(ctx context.Context, link Link, o Options) (*Seat, error) {
	if o.Key == nil {
		key, err := NewKey()
		if err != nil {
			return nil, err
		}
		o.Key = key
	}
	request, err := prove(ctx, link, o)
	if err != nil {
		return nil, err
	}
	var r joinResponse
	if err := o.caller(link.Origin).call(ctx, http.MethodPost, "/v1/join", request, &r); err != nil {
		return nil, err
	}
	return &Seat{ID: r.Seat, Session: r.Session, Role: r.Role, Phase: r.Phase, Origin: link.Origin, options: o}, nil
}

// prove takes a nonce and signs with the key.
func prove(ctx context.Context, link Link, o Options) (joinRequest, error) {
	var fresh struct {
		Nonce string `json:"nonce"`
	}
	if err := o.caller(link.Origin).call(ctx, http.MethodPost, "/v1/nonce", nil, &fresh); err != nil {
		return joinRequest{}, err
	}
	signature, err := o.Key.signJoin(o.signed(link.Origin), link.jti, fresh.Nonce)
	return joinRequest{
		Token: link.token, Key: o.Key.Public(), Nonce: fresh.Nonce, Signature: signature,
		Passcode: o.Passcode, Knock: o.Knock, E2EE: o.E2EE,
	}, err
}

// Seat is a place in a session, held by a key. Its fields are as they were when
// it was taken; the view says how things are.
type Seat struct {
	ID      string
	Session string
	Role    string
	Phase   Phase
	Origin  string // of the service
	options Options
}

// Resume is a seat that was taken before, by its key: all that needs to be kept
// of it are origin, session and key. The other fields of the Seat stay empty.
func Resume(origin, session string, key *Key, o Options) *Seat {
	o.Key = key
	return &Seat{Session: session, Origin: origin, options: o}
}

// Key is the seat's key.
func (s *Seat) Key() *Key { return s.options.Key }

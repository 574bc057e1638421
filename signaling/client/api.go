package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// API makes and manages sessions (PROTOCOL.md §3).
type API struct {
	URL    string       // origin of the service
	Key    string       // API key
	HTTP   *http.Client // http.DefaultClient if nil
	Strict bool         // refuse members that this client does not know
}

// SessionSpec is what a session is made from; everything is optional.
type SessionSpec struct {
	Title       string    `json:"title,omitempty"`
	Opens       time.Time `json:"opens,omitzero"`
	Closes      time.Time `json:"closes,omitzero"`
	Guests      []Label   `json:"guests,omitempty"`
	Hosts       []Label   `json:"hosts,omitempty"`
	Greeting    string    `json:"greeting,omitempty"`
	Recognition string    `json:"recognition,omitempty"`
	PlanB       string    `json:"plan_b,omitempty"`
	GroundRules string    `json:"ground_rules,omitempty"`
	Passcode    string    `json:"passcode,omitempty"`
	Policy      *Policy   `json:"policy,omitempty"`
}

// Label is a person to invite.
type Label struct {
	Label string `json:"label"`
}

// Labels makes people from their labels.
func Labels(labels ...string) []Label {
	var all []Label
	for _, one := range labels {
		all = append(all, Label{one})
	}
	return all
}

// Policy is how a session treats its people; nil is the default.
type Policy struct {
	AutoLock    *bool   `json:"auto_lock,omitempty"`
	Seats       *int    `json:"seats,omitempty"`
	Chat        *bool   `json:"chat,omitempty"`
	ScreenShare *string `json:"screen_share,omitempty"`
	E2EE        *string `json:"e2ee,omitempty"`
}

// Session is a session as its owner sees it.
type Session struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	State    string    `json:"state"`
	Opens    time.Time `json:"opens"`
	Closes   time.Time `json:"closes"`
	Locked   bool      `json:"locked"`
	Paused   bool      `json:"paused"`
	Passcode bool      `json:"passcode"`
	Hosts    []Invite  `json:"hosts"`
	Guests   []Invite  `json:"guests"`
}

// Invite is one person on a session's register. Link is there only in the
// answer that issued it.
type Invite struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Role  string `json:"role"`
	State string `json:"state"`
	Link  string `json:"link,omitempty"`
}

// NewInvite is one more person for a session.
type NewInvite struct {
	Label  string `json:"label"`
	Role   string `json:"role,omitempty"` // guest if empty
	Unlock bool   `json:"unlock,omitzero"`
}

// Create makes a session. Its links are in this answer only.
func (a API) Create(ctx context.Context, spec SessionSpec) (Session, error) {
	var s Session
	return s, a.call(ctx, http.MethodPost, "/v1/sessions", spec, &s)
}

// CreateOnce makes a session, or finds the one that a call with the same key
// and the same spec has made within ten minutes: for calls whose answer was lost.
// (net/http repeats such a call by itself when a kept connection turns out to be
// broken.)
func (a API) CreateOnce(ctx context.Context, key string, spec SessionSpec) (Session, error) {
	var s Session
	c := a.caller()
	c.header.Set("Idempotency-Key", key)
	return s, c.call(ctx, http.MethodPost, "/v1/sessions", spec, &s)
}

// List returns all sessions of the owner.
func (a API) List(ctx context.Context) ([]Session, error) {
	var body struct {
		Sessions []Session `json:"sessions"`
	}
	return body.Sessions, a.call(ctx, http.MethodGet, "/v1/sessions", nil, &body)
}

// Get returns one session.
func (a API) Get(ctx context.Context, id string) (Session, error) {
	var s Session
	return s, a.call(ctx, http.MethodGet, sessionPath(id), nil, &s)
}

// AddInvite puts one more person on the register.
func (a API) AddInvite(ctx context.Context, id string, who NewInvite) (Invite, error) {
	var inv Invite
	return inv, a.call(ctx, http.MethodPost, sessionPath(id, "invites"), who, &inv)
}

// Reissue gives an invite a new link; the old one, its seat and its media die.
// unlock unlocks a locked room, so that the new link can be redeemed.
func (a API) Reissue(ctx context.Context, id, invite string, unlock bool) (Invite, error) {
	var inv Invite
	body := struct {
		Unlock bool `json:"unlock"`
	}{unlock}
	return inv, a.call(ctx, http.MethodPost, sessionPath(id, "invites", invite, "reissue"), body, &inv)
}

// Withdraw cancels an invite: link, seat and media die.
func (a API) Withdraw(ctx context.Context, id, invite string) error {
	return a.call(ctx, http.MethodDelete, sessionPath(id, "invites", invite), nil, nil)
}

// End ends a session and erases it.
func (a API) End(ctx context.Context, id string) error {
	return a.call(ctx, http.MethodPost, sessionPath(id, "end"), nil, nil)
}

func (a API) call(ctx context.Context, method, path string, body, result any) error {
	return a.caller().call(ctx, method, path, body, result)
}

func (a API) caller() caller {
	c := Options{HTTP: a.HTTP, Strict: a.Strict}.caller(a.URL)
	if a.Key != "" {
		c.header.Set("Authorization", "Bearer "+a.Key)
	}
	return c
}

func sessionPath(parts ...string) string {
	path := "/v1/sessions"
	for _, part := range parts {
		path += "/" + url.PathEscape(part)
	}
	return path
}

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
	return ask[Session](ctx, a.caller(), http.MethodPost, "/v1/sessions", spec)
}

// CreateOnce makes a session, or finds the one that a call with the same key
// and the same spec has made within ten minutes: for calls whose answer was lost.
// (net/http repeats such a call by itself when a kept connection turns out to be
// broken.)
func (a API) CreateOnce(ctx context.Context, key string, spec SessionSpec) (Session, error) {
	c := a.caller()
	c.header.Set("Idempotency-Key", key)
	return ask[Session](ctx, c, http.MethodPost, "/v1/sessions", spec)
}

// List returns all sessions of the owner.
func (a API) List(ctx context.Context) ([]Session, error) {
	list, err := ask[struct {
		Sessions []Session `json:"sessions"`
	}](ctx, a.caller(), http.MethodGet, "/v1/sessions", nil)
	return list.Sessions, err
}

// Get returns one session.
func (a API) Get(ctx context.Context, id string) (Session, error) {
	return ask[Session](ctx, a.caller(), http.MethodGet, sessionPath(id), nil)
}

// AddInvite puts one more person on the register.
func (a API) AddInvite(ctx context.Context, id string, who NewInvite) (Invite, error) {
	return ask[Invite](ctx, a.caller(), http.MethodPost, sessionPath(id, "invites"), who)
}

// Reissue gives an invite a new link; the old one, its seat and its media die.
// unlock unlocks a locked room, so that the new link can be redeemed.
func (a API) Reissue(ctx context.Context, id, invite string, unlock bool) (Invite, error) {
	body := struct {
		Unlock bool `json:"unlock"`
	}{unlock}
	return ask[Invite](ctx, a.caller(), http.MethodPost, sessionPath(id, "invites", invite, "reissue"), body)
}

// Withdraw cancels an invite: link, seat and media die.
func (a API) Withdraw(ctx context.Context, id, invite string) error {
	return a.caller().call(ctx, http.MethodDelete, sessionPath(id, "invites", invite), nil, nil)
}

// End ends a session and erases it.
func (a API) End(ctx context.Context, id string) error {
	return a.caller().call(ctx, http.MethodPost, sessionPath(id, "end"), nil, nil)
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

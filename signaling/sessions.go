package signaling

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"anteroom/room"
)

// createRequest is the body of POST /v1/sessions.
type createRequest struct {
	Title       string        `json:"title"`
	Opens       time.Time     `json:"opens"`
	Closes      time.Time     `json:"closes"`
	Guests      []personSpec  `json:"guests"`
	Hosts       []personSpec  `json:"hosts"`
	Greeting    string        `json:"greeting"`
	Recognition string        `json:"recognition"`
	PlanB       string        `json:"plan_b"`
	GroundRules string        `json:"ground_rules"`
	Passcode    string        `json:"passcode"`
	Policy      policyRequest `json:"policy"`
}

type personSpec struct {
	Label string `json:"label"`
}

// policyRequest tells what was said from what was left to the default.
type policyRequest struct {
	AutoLock    *bool   `json:"auto_lock,omitempty"`
	Seats       *int    `json:"seats,omitempty"`
	Chat        *bool   `json:"chat,omitempty"`
	ScreenShare *string `json:"screen_share,omitempty"`
	E2EE        *string `json:"e2ee,omitempty"`
}

func (p policyRequest) policy() room.Policy {
	policy := room.DefaultPolicy()
	setIf(&policy.AutoLock, p.AutoLock)
	setIf(&policy.Seats, p.Seats)
	setIf(&policy.Chat, p.Chat)
	setIf(&policy.ScreenShare, p.ScreenShare)
	setIf(&policy.E2EE, p.E2EE)
	return policy
}

func setIf[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (c createRequest) spec() room.Spec {
	return room.Spec{
		Title: c.Title, Opens: c.Opens, Closes: c.Closes, Guests: labels(c.Guests), Hosts: labels(c.Hosts),
		Greeting: c.Greeting, Recognition: c.Recognition, PlanB: c.PlanB, GroundRules: c.GroundRules,
		Passcode: c.Passcode, Policy: c.Policy.policy(),
	}
}

func labels(people []personSpec) []string {
	var all []string
	for _, p := range people {
		all = append(all, p.Label)
	}
	return all
}

// sessionBody is how a session is shown to its owner.
type sessionBody struct {
	ID       room.SessionID `json:"id"`
	Title    room.Text      `json:"title"`
	State    string         `json:"state"`
	Opens    time.Time      `json:"opens"`
	Closes   time.Time      `json:"closes"`
	Locked   bool           `json:"locked"`
	Paused   bool           `json:"paused"`
	Passcode bool           `json:"passcode"`
	Hosts    []inviteBody   `json:"hosts"`
	Guests   []inviteBody   `json:"guests"`
}

// inviteBody is one person on the register. Link is there only where it was
// just issued.
type inviteBody struct {
	ID    room.InviteID `json:"id"`
	Label room.Text     `json:"label"`
	Role  room.Role     `json:"role"`
	State string        `json:"state"`
	Link  string        `json:"link,omitempty"`
}

func describe(s *room.Session, links map[room.InviteID]string, now time.Time) sessionBody {
	body := sessionBody{
		ID: s.ID, Title: s.Title, State: s.State(now), Opens: s.Opens, Closes: s.Closes,
		Locked: s.Locked, Paused: s.StandsStill(), Passcode: s.Passcode != nil, Hosts: []inviteBody{}, Guests: []inviteBody{},
	}
	for _, e := range s.Register() {
		one := inviteBody{ID: e.Invite, Label: e.Label, Role: e.Role, State: e.State, Link: links[e.Invite]}
		if e.Role == room.Host {
			body.Hosts = append(body.Hosts, one)
		} else {
			body.Guests = append(body.Guests, one)
		}
	}
	return body
}

func (s *Server) createSession(w http.ResponseWriter, r *http.Request, by caller) error {
	key, err := idempotencyKey(r)
	if err != nil {
		return err
	}
	data, err := readBytes(w, r)
	if err != nil {
		return err
	}
	var body createRequest
	if len(data) > 0 {
		if err := decodeStrict(data, &body); err != nil {
			return err
		}
	}
	now := s.now()
	session, issued, err := s.makeSession(r.Context(), body.spec(), by.owner, room.Once{Key: key, Body: data}, now)
	if err != nil {
		return err
	}
	links := map[room.InviteID]string{}
	for _, one := range issued {
		if links[one.Invite.ID], err = s.sessions.Keys().Link(session, one, now); err != nil {
			return err
		}
	}
	reply(w, http.StatusCreated, describe(session, links, now))
	return nil
}

// makeSession makes and stores a session; one that a repeated request has made
// already, if the request has a name.
func (s *Server) makeSession(ctx context.Context, spec room.Spec, owner string, once room.Once, now time.Time) (*room.Session, []room.Issued, error) {
	if once.Key != "" {
		return s.sessions.CreateOnce(ctx, spec, owner, once, now)
	}
	session, issued, err := room.New(spec, owner, s.sessions.Keys(), now)
	if err == nil {
		err = s.sessions.Create(ctx, session)
	}
	return session, issued, err
}

// maxIdempotencyKey bounds the name that a caller gives a request.
const maxIdempotencyKey = 128

// idempotencyKey is the name of a request that may be repeated, "" if it has
// none: visible ASCII, as a quoted string (RFC 9651 §3.3.3, what the draft asks
// for) or as most programs write it, without quotes.
func idempotencyKey(r *http.Request) (string, error) {
	values := r.Header.Values("Idempotency-Key")
	if len(values) == 0 {
		return "", nil
	}
	key := values[0]
	if len(key) > 2 && key[0] == '"' && key[len(key)-1] == '"' {
		key = key[1 : len(key)-1]
	}
	unfit := func(c rune) bool { return c <= ' ' || c > '~' || c == '"' || c == '\\' }
	if len(values) > 1 || len(key) < 1 || len(key) > maxIdempotencyKey || strings.ContainsFunc(key, unfit) {
		return "", &room.Error{Code: room.CodeBadRequest, Message: "An Idempotency-Key is 1 to 128 visible characters without spaces, quotes and backslashes. Nothing was made."}
	}
	return key, nil
}

// sessionList is the answer of GET /v1/sessions.
type sessionList struct {
	Sessions []sessionBody `json:"sessions"`
}

func (s *Server) listSessions(w http.ResponseWriter, r *http.Request, by caller) error {
	found, err := s.sessions.List(r.Context(), by.owner)
	if err != nil {
		return err
	}
	slices.SortFunc(found, func(a, b *room.Session) int { return a.Opens.Compare(b.Opens) })
	now := s.now()
	reply(w, http.StatusOK, sessionList{each(found, func(one *room.Session) sessionBody { return describe(one, nil, now) })})
	return nil
}

func (s *Server) getSession(w http.ResponseWriter, r *http.Request, by caller) error {
	session, _, err := s.sessions.Get(r.Context(), sessionID(r))
	if err != nil {
		return err
	}
	if session.Owner != by.owner {
		return room.Refused(room.CodeNotFound)
	}
	reply(w, http.StatusOK, describe(session, nil, s.now()))
	return nil
}

func (s *Server) endSession(w http.ResponseWriter, r *http.Request, by caller) error {
	err := s.end(r.Context(), sessionID(r), func(session *room.Session) error { return session.End(by.actor()) })
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

func sessionID(r *http.Request) room.SessionID { return room.SessionID(r.PathValue("id")) }

// update changes a session on behalf of an HTTP call, which holds no lease.
func (s *Server) update(ctx context.Context, id room.SessionID, fn func(*room.Session) error) (*room.Session, error) {
	return s.sessions.Update(ctx, id, 0, fn)
}

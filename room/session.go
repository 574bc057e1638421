package room

import (
	"strings"
	"time"
)

// Times of a session's life.
const (
	// PauseAfter is how long guests stay together without a host (P7).
	PauseAfter = 20 * time.Second
	// EmptyAfter is how long a session past its hour may stand empty.
	EmptyAfter = 2 * time.Minute
	// Overrun is how long after its hour a session is erased at the latest.
	Overrun = 12 * time.Hour
	// Late is how much longer than its session a store keeps a record. Whoever
	// serves the deployment erases it in time; this is for when nobody does.
	Late = 5 * time.Minute
	// MaxLength and MaxAhead bound a session's hours.
	MaxLength = 24 * time.Hour
	MaxAhead  = 366 * 24 * time.Hour
	// DefaultLength is the time between opening and closing if none is given.
	DefaultLength = 3 * time.Hour
)

// MaxInvites bounds a register; far above any group, it keeps records small.
const MaxInvites = 500

// Role is what an invite makes of the person who redeems it.
type Role string

// The two roles.
const (
	Guest Role = "guest"
	Host  Role = "host"
)

// Policy is how a session treats its people.
type Policy struct {
	// AutoLock locks the room when every live guest invite is in.
	AutoLock bool `json:"auto_lock"`
	// Seats is the most guests that may hold a seat at once; 0 is no limit.
	Seats int `json:"seats"`
	// Chat allows chat.
	Chat bool `json:"chat"`
	// ScreenShare is ScreenEveryone or ScreenHosts.
	ScreenShare string `json:"screen_share"`
	// E2EE is E2EERequired, E2EEOptional or E2EEOff: whether a browser that
	// cannot encrypt end to end is let in.
	E2EE string `json:"e2ee"`
}

// What a session asks of browsers about end-to-end encryption (docs/e2ee.md).
const (
	E2EERequired = "required"
	E2EEOptional = "optional"
	E2EEOff      = "off"
)

// Who may share a screen.
const (
	ScreenEveryone = "everyone"
	ScreenHosts    = "hosts"
)

// DefaultPolicy is what applies when nothing is said.
func DefaultPolicy() Policy {
	return Policy{AutoLock: true, Chat: true, ScreenShare: ScreenEveryone, E2EE: E2EERequired}
}

// e2ee is what the session asks for; records from before the question ask for
// nothing.
func (s *Session) e2ee() string {
	if s.Policy.E2EE == "" {
		return E2EEOff
	}
	return s.Policy.E2EE
}

// Session is the record of one session. See the package comment for the rules
// of its use. Its JSON form is what is sealed and stored; it is not sent out.
type Session struct {
	ID          SessionID
	Owner       string // who made it: an account or API key, opaque
	Title       Text
	Greeting    Text
	Recognition Text
	PlanB       Text
	GroundRules Text
	Opens       time.Time
	Closes      time.Time
	Passcode    []byte // Keys.passcodeMAC, nil if there is none
	Policy      Policy
	Locked      bool
	KeepOpen    bool      // a host unlocked: no locking by itself
	Paused      bool      // no host is there: see Tick
	Break       bool      // a host paused the room
	Over        bool      // ended: the record is to be erased
	ToWaiting   Text      // what the hosts say to those waiting
	HostsGone   time.Time // since when no host is there; zero while one is, or before the first came
	EmptySince  time.Time // since when nobody is connected; zero while somebody is
	Invites     []*Invite
	Seats       []*Seat
	Notices     []Notice
	Serial      uint64 // numbers notices
}

// Invite is one person's place on the register.
type Invite struct {
	ID             InviteID
	Label          Text
	Role           Role
	Link           []byte // Keys.linkMAC of the current link's jti
	Dead           Code   // "" while alive, else CodeRemoved or CodeLinkWithdrawn
	Seat           SeatID // the seat that holds the invite; "" until redeemed
	Declines       int    // of the seat
	KnockDeclines  int    // of those who asked with the used link
	WrongPasscodes int
	Suspended      bool
}

// Spec is what a session is made from: text as a person typed it.
type Spec struct {
	Title, Greeting, Recognition, PlanB, GroundRules, Passcode string
	Opens, Closes                                              time.Time
	Guests, Hosts                                              []string // labels
	Policy                                                     Policy
}

// Issued is a new invite with the secret of its link, to be made into a link by
// Keys.Link and then forgotten.
type Issued struct {
	Invite *Invite
	JTI    string
}

// New makes a session and its invites at time now.
func New(spec Spec, owner string, keys *Keys, now time.Time) (*Session, []Issued, error) {
	return newFrom(random, spec, owner, keys, now)
}

// newFrom takes all that is random from draw, and depends on nothing but its
// arguments.
func newFrom(draw draw, spec Spec, owner string, keys *Keys, now time.Time) (*Session, []Issued, error) {
	s := &Session{ID: SessionID(draw(16)), Owner: owner, Policy: spec.Policy, EmptySince: now}
	if err := s.setWords(spec); err != nil {
		return nil, nil, err
	}
	if err := s.setHours(spec.Opens, spec.Closes, now); err != nil {
		return nil, nil, err
	}
	if err := s.setPolicy(spec, keys); err != nil {
		return nil, nil, err
	}
	issued, err := s.setRegister(draw, spec, keys)
	return s, issued, err
}

func (s *Session) setWords(spec Spec) (err error) {
	set := func(to *Text, name, from string, limit int, clean func(string, string, int) (Text, error)) {
		if err == nil {
			*to, err = clean(name, from, limit)
		}
	}
	set(&s.Title, "title", spec.Title, MaxTitle, Line)
	set(&s.Greeting, "greeting", spec.Greeting, MaxGreeting, paragraph)
	set(&s.Recognition, "recognition phrase", spec.Recognition, MaxRecognition, Line)
	set(&s.PlanB, "plan B", spec.PlanB, MaxPlanB, paragraph)
	set(&s.GroundRules, "text of the ground rules", spec.GroundRules, MaxGroundRules, paragraph)
	return err
}

func (s *Session) setHours(opens, closes, now time.Time) error {
	if opens.IsZero() {
		opens = now
	}
	if closes.IsZero() {
		closes = opens.Add(DefaultLength)
	}
	switch {
	case !closes.After(opens):
		return badRequest("The session must close after it opens.")
	case !closes.After(now):
		return badRequest("The session's hours are already over.")
	case closes.Sub(opens) > MaxLength:
		return badRequest("A session is at most 24 hours long.")
	case opens.Sub(now) > MaxAhead:
		return badRequest("A session opens at most 366 days from now.")
	}
	s.Opens, s.Closes = opens.UTC().Truncate(time.Second), closes.UTC().Truncate(time.Second)
	return nil
}

func (s *Session) setPolicy(spec Spec, keys *Keys) error {
	passcode, err := Line("passcode", spec.Passcode, MaxPasscode)
	if err != nil {
		return err
	}
	if passcode != "" {
		s.Passcode = keys.passcodeMAC(s.ID, string(passcode))
	}
	switch {
	case s.Policy.Seats < 0:
		return badRequest("The number of seats cannot be negative.")
	case s.Policy.ScreenShare != ScreenEveryone && s.Policy.ScreenShare != ScreenHosts:
		return badRequest(`"screen_share" is "everyone" or "hosts".`)
	case s.Policy.E2EE != E2EERequired && s.Policy.E2EE != E2EEOptional && s.Policy.E2EE != E2EEOff:
		return badRequest(`"e2ee" is "required", "optional" or "off".`)
	}
	return nil
}

func (s *Session) setRegister(draw draw, spec Spec, keys *Keys) ([]Issued, error) {
	hosts := spec.Hosts
	if len(hosts) == 0 {
		hosts = []string{"Host"}
	}
	var all []Issued
	for i, label := range append(append([]string{}, hosts...), spec.Guests...) {
		role := Host
		if i >= len(hosts) {
			role = Guest
		}
		issued, err := s.invite(draw, label, role, keys)
		if err != nil {
			return nil, err
		}
		all = append(all, issued)
	}
	return all, nil
}

func (s *Session) invite(draw draw, label string, role Role, keys *Keys) (Issued, error) {
	text, err := Line("label", label, MaxLabel)
	if err != nil {
		return Issued{}, err
	}
	switch {
	case text == "":
		return Issued{}, badRequest("Everyone on the register needs a label: initials or a short word.")
	case len(s.Invites) >= MaxInvites:
		return Issued{}, badRequest("The register is full.")
	case s.labelled(text):
		return Issued{}, badRequest("Two people on the register have the same label. Make them different.")
	}
	inv := &Invite{ID: InviteID(draw(8)), Label: text, Role: role}
	s.Invites = append(s.Invites, inv)
	return s.issue(draw, inv, keys), nil
}

func (s *Session) issue(draw draw, inv *Invite, keys *Keys) Issued {
	jti := draw(16)
	inv.Link = keys.linkMAC(s.ID, jti)
	return Issued{Invite: inv, JTI: jti}
}

// labelled reports whether somebody who is not withdrawn has that label.
func (s *Session) labelled(label Text) bool {
	for _, inv := range s.Invites {
		if inv.Dead != CodeLinkWithdrawn && strings.EqualFold(string(inv.Label), string(label)) {
			return true
		}
	}
	return false
}

func (s *Session) inviteByID(id InviteID) *Invite {
	for _, inv := range s.Invites {
		if inv.ID == id {
			return inv
		}
	}
	return nil
}

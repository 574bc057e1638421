package room

import (
	"crypto/subtle"
	"slices"
	"time"
)

// Declines is after how many refusals an invite cannot ask again.
const Declines = 2

// WrongPasscodes is after how many wrong tries an invite is suspended (R3).
const WrongPasscodes = 5

// Redemption is a proven wish to turn a link into a seat: the link was checked
// by Keys.ParseLink and the key's signature by VerifyProof.
type Redemption struct {
	Link     Link
	Key      SeatKey
	Passcode string
	Knock    bool // ask to come back with a used link
	E2EE     bool // the client can encrypt end to end
}

// Redeem gives the invite's seat to the key, or the seat that the key has
// already: a retry from the same browser gets the same seat whatever happened
// to the first answer. Any other key is refused and evicts nobody (P1).
//
// A guest's seat waits; a host's is in at once, past waiting room and lock.
func (s *Session) Redeem(r Redemption, keys *Keys, now time.Time) (Seat, error) {
	inv, err := s.admissible(r.Link, keys)
	if err != nil {
		return Seat{}, s.tell(inv, err, now)
	}
	if s.Policy.E2EE == E2EERequired && !r.E2EE {
		return Seat{}, Refused(CodeE2EERequired)
	}
	if seat := s.seat(seatID(s.ID, r.Key)); seat != nil {
		return s.again(seat, inv, r.E2EE)
	}
	if err := s.mayRedeem(inv, r.Knock, now); err != nil {
		return Seat{}, s.tell(inv, err, now)
	}
	if err := s.checkPasscode(inv, r.Passcode, keys, now); err != nil {
		return Seat{}, err
	}
	if inv.Seat != "" {
		return s.knock(inv, r, now)
	}
	if err := s.mayGrow(inv); err != nil {
		return Seat{}, err
	}
	return s.take(inv, r, now), nil
}

// Preview is what a link shows before it is redeemed.
type Preview struct {
	Role        Role      `json:"role"`
	Greeting    Text      `json:"greeting"`
	Opens       time.Time `json:"opens"`
	Closes      time.Time `json:"closes"`
	Now         time.Time `json:"now"`
	Passcode    bool      `json:"passcode"`
	GroundRules Text      `json:"ground_rules"`
	PlanB       Text      `json:"plan_b"`
	E2EE        string    `json:"e2ee"`
}

// PreviewLink reads what a person sees before asking to join. It refuses as
// Redeem would, but for the opening hour, and never changes the record.
func (s *Session) PreviewLink(l Link, keys *Keys, now time.Time) (Preview, error) {
	inv, err := s.admissible(l, keys)
	if err != nil {
		return Preview{}, err
	}
	if err := s.mayRedeem(inv, false, maxTime(now, s.Opens)); err != nil {
		return Preview{}, err
	}
	if err := s.mayGrow(inv); err != nil {
		return Preview{}, err
	}
	return Preview{
		Role: inv.Role, Greeting: s.Greeting, Opens: s.Opens, Closes: s.Closes, Now: now.UTC(),
		Passcode: s.needsPasscode(inv), GroundRules: s.GroundRules, PlanB: s.PlanB, E2EE: s.e2ee(),
	}, nil
}

// admissible returns the invite that the link stands for, and a refusal if it is
// dead or the link is not its current one.
func (s *Session) admissible(l Link, keys *Keys) (*Invite, error) {
	inv := s.inviteByID(l.Invite)
	switch {
	case inv == nil:
		return nil, Refused(CodeLinkInvalid)
	case inv.Dead == CodeRemoved:
		return inv, Refused(CodeRemoved)
	case inv.Dead != "" || !keys.isLink(s.ID, l.JTI, inv.Link):
		return inv, Refused(CodeLinkWithdrawn)
	}
	return inv, nil
}

// tell leaves a notice for the hosts where a refusal means that somebody tried
// what they should know of. Looking at a link (PreviewLink) leaves none.
func (s *Session) tell(inv *Invite, refusal error, now time.Time) error {
	switch code := CodeOf(refusal); code {
	case CodeRemoved:
		s.note(NoticeRemovedRetry, inv, now)
		return kept(Refused(code))
	case CodeLinkUsed:
		s.note(NoticeLinkReuse, inv, now)
		return kept(Refused(code))
	}
	return refusal
}

// again answers a retry with the key that holds a seat of this invite.
func (s *Session) again(seat *Seat, inv *Invite, e2ee bool) (Seat, error) {
	if seat.Invite != inv.ID {
		return Seat{}, notAllowed("This browser already holds another seat in this session.")
	}
	if code := seat.Phase.gone(); code != "" {
		return Seat{}, Refused(code)
	}
	seat.E2EE = e2ee
	return *seat, nil
}

// mayRedeem checks hours and use, which bind hosts and guests differently.
func (s *Session) mayRedeem(inv *Invite, knock bool, now time.Time) error {
	switch {
	case !now.Before(s.Closes):
		return Refused(CodeEnded)
	case inv.Role == Guest && now.Before(s.Opens):
		e := Refused(CodeTooEarly)
		e.RetryAt = s.Opens
		return e
	case inv.Suspended:
		return Refused(CodeSuspended)
	case inv.Seat != "" && !knock:
		return Refused(CodeLinkUsed)
	case inv.Seat != "" && max(inv.Declines, inv.KnockDeclines) >= Declines:
		return Refused(CodeDeclined)
	}
	return nil
}

// mayGrow checks what forbids one more seat: the lock and the limit (P3).
func (s *Session) mayGrow(inv *Invite) error {
	switch {
	case inv.Role == Host:
		return nil
	case s.Locked:
		return Refused(CodeLocked)
	case s.Policy.Seats > 0 && s.guestSeats() >= s.Policy.Seats:
		return Refused(CodeFull)
	}
	return nil
}

// guestSeats counts the guests who hold a seat. A knock holds none, whatever a
// host answers it.
func (s *Session) guestSeats() int {
	n := 0
	for _, seat := range s.Seats {
		if seat.Role == Guest && seat.Phase.gone() == "" && s.holds(seat) {
			n++
		}
	}
	return n
}

func (s *Session) needsPasscode(inv *Invite) bool { return inv.Role == Guest && s.Passcode != nil }

// checkPasscode counts wrong tries; the fifth suspends the invite until a host
// issues a new link.
func (s *Session) checkPasscode(inv *Invite, given string, keys *Keys, now time.Time) error {
	switch {
	case !s.needsPasscode(inv):
		return nil
	case given == "":
		return Refused(CodePasscodeRequired)
	case keys.isPasscode(s.ID, given, s.Passcode):
		inv.WrongPasscodes = 0
		return nil
	}
	inv.WrongPasscodes++
	if inv.WrongPasscodes >= WrongPasscodes {
		inv.Suspended = true
		s.note(NoticeSuspended, inv, now)
		return kept(Refused(CodeSuspended))
	}
	s.note(NoticePasscodeWrong, inv, now)
	return kept(Refused(CodePasscodeWrong))
}

// take makes the invite's seat.
func (s *Session) take(inv *Invite, r Redemption, now time.Time) Seat {
	phase := PhaseWaiting
	if inv.Role == Host {
		phase = PhaseIn
	}
	seat := s.sit(inv, r, phase, now)
	inv.Seat = seat.ID
	s.move(seat, phase, now)
	return *seat
}

// knock makes a second, powerless seat for a used link. There is one at a time:
// a newer one replaces an older one only once that is no longer connected, so
// that a thief cannot push out the person who really asks. Knocks that left go
// too: asking and leaving with ever new keys must not grow the record.
func (s *Session) knock(inv *Invite, r Redemption, now time.Time) (Seat, error) {
	stale := func(other *Seat) bool {
		over := other.Phase.gone() == "" || other.Phase == PhaseLeft
		return over && other.Invite == inv.ID && other.ID != inv.Seat
	}
	for _, other := range s.Seats {
		if stale(other) && other.Conn != "" {
			return Seat{}, s.tell(inv, Refused(CodeLinkUsed), now)
		}
	}
	s.Seats = slices.DeleteFunc(s.Seats, stale)
	return *s.sit(inv, r, PhaseKnocking, now), nil
}

func (s *Session) sit(inv *Invite, r Redemption, phase Phase, now time.Time) *Seat {
	seat := &Seat{ID: seatID(s.ID, r.Key), Key: r.Key, Invite: inv.ID, Role: inv.Role, Phase: phase, Since: now, E2EE: r.E2EE}
	s.Seats = append(s.Seats, seat)
	return seat
}

func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

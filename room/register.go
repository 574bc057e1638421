package room

import "time"

// AddInvite puts one more person on the register. A guest for a locked room
// needs unlock, which unlocks it.
func (s *Session) AddInvite(by Actor, label string, role Role, unlock bool, keys *Keys) (Issued, error) {
	if err := s.manages(by); err != nil {
		return Issued{}, err
	}
	if role != Guest && role != Host {
		return Issued{}, badRequest(`"role" is "guest" or "host".`)
	}
	if role == Guest && s.Locked && !unlock {
		return Issued{}, &Error{Code: CodeLocked, Message: "The room is locked. Unlock it to add somebody."}
	}
	issued, err := s.invite(random, label, role, keys)
	if err == nil && role == Guest {
		s.Locked, s.KeepOpen = false, false
	}
	return issued, err
}

// Reissue gives an invite a new link. The old link, its seats and its media die
// in the same step. It is the only way back for somebody removed (P4). A lock
// stays, and refuses the new link too, unless unlock says otherwise.
func (s *Session) Reissue(by Actor, id InviteID, unlock bool, keys *Keys, now time.Time) (Issued, error) {
	inv, err := s.managed(by, id)
	if err != nil {
		return Issued{}, err
	}
	if inv.Dead == CodeLinkWithdrawn && s.labelled(inv.Label) {
		return Issued{}, badRequest("Somebody else on the register has this label now.")
	}
	s.kill(inv, PhaseWithdrawn, now)
	inv.Dead, inv.Seat, inv.Suspended = "", "", false
	s.Locked, s.KeepOpen = s.Locked && !unlock, false
	inv.Declines, inv.KnockDeclines, inv.WrongPasscodes = 0, 0, 0
	return s.issue(random, inv, keys), nil
}

// Withdraw cancels an invite: link, seats and media die.
func (s *Session) Withdraw(by Actor, id InviteID, now time.Time) error {
	inv, err := s.managed(by, id)
	if err != nil {
		return err
	}
	if inv.Dead == "" {
		inv.Dead = CodeLinkWithdrawn
	}
	s.KeepOpen = false
	s.kill(inv, PhaseWithdrawn, now)
	s.autoLock()
	return nil
}

func (s *Session) managed(by Actor, id InviteID) (*Invite, error) {
	if err := s.manages(by); err != nil {
		return nil, err
	}
	inv := s.inviteByID(id)
	if inv == nil {
		return nil, Refused(CodeNotFound)
	}
	return inv, nil
}

// Invite states, as the register shows them.
const (
	StateExpected  = "expected"
	StateWithdrawn = "withdrawn"
	StateSuspended = "suspended"
)

// InviteState says in one word where an invite stands.
func (s *Session) InviteState(inv *Invite) string {
	switch {
	case inv.Dead == CodeRemoved:
		return string(PhaseRemoved)
	case inv.Dead != "":
		return StateWithdrawn
	}
	seat := s.seat(inv.Seat)
	switch {
	case seat == nil && inv.Suspended:
		return StateSuspended
	case seat == nil:
		return StateExpected
	case seat.Phase == PhaseGreeted:
		return string(PhaseWaiting)
	}
	return string(seat.Phase)
}

// State says in one word where the session stands.
func (s *Session) State(now time.Time) string {
	switch {
	case now.Before(s.Opens):
		return "scheduled"
	case now.Before(s.Closes):
		return "open"
	}
	return "overrun"
}

package client

import (
	"errors"
	"time"
)

// Code is a stable name for a refusal (PROTOCOL.md §2), or for the end of a
// connection.
type Code string

// The codes of the protocol.
const (
	CodeBadRequest       Code = "bad_request"
	CodeLinkInvalid      Code = "link_invalid"
	CodeSignInRequired   Code = "sign_in_required"
	CodeSignInFailed     Code = "sign_in_failed"
	CodeSignatureInvalid Code = "signature_invalid"
	CodePasscodeRequired Code = "passcode_required"
	CodePasscodeWrong    Code = "passcode_wrong"
	CodeConfirm          Code = "confirmation_required"
	CodeNotAllowed       Code = "not_allowed"
	CodeRemoved          Code = "removed"
	CodeDeclined         Code = "declined"
	CodeLocked           Code = "locked"
	CodeE2EERequired     Code = "e2ee_required"
	CodeSuspended        Code = "suspended"
	CodeNotFound         Code = "not_found"
	CodeLinkUsed         Code = "link_used"
	CodeFull             Code = "full"
	CodeKeyReused        Code = "key_reused"
	CodeLastWay          Code = "last_way"
	CodeTooEarly         Code = "too_early"
	CodeEnded            Code = "ended"
	CodeLeft             Code = "left"
	CodeLinkExpired      Code = "link_expired"
	CodeLinkWithdrawn    Code = "link_withdrawn"
	CodeTooLarge         Code = "too_large"
	CodeRateLimited      Code = "rate_limited"
	CodeUnavailable      Code = "unavailable"
	CodeReplaced         Code = "replaced"
	CodeRestarting       Code = "restarting"
)

// endsSeat reports whether a bye with this code means that the seat is gone,
// and its media with it.
func (c Code) endsSeat() bool {
	switch c {
	case CodeRemoved, CodeLeft, CodeEnded, CodeLinkUsed, CodeLinkWithdrawn:
		return true
	}
	return false
}

// Error is a refusal by the server, or the bye that ended a connection.
type Error struct {
	Code    Code
	Message string
	RetryAt time.Time // when to try again; zero if the server did not say
	Status  int       // of the HTTP answer; 0 over the websocket
}

// Error implements error.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Is makes errors.Is(err, &Error{Code: c}) work on the code alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// CodeOf returns the code of a refusal, "" for nil and for errors that are none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

var (
	// ErrNoTURN: the gateway gave this seat no TURN server.
	ErrNoTURN = errors.New("client: no TURN server")
	// ErrGone: the connection broke without a bye.
	ErrGone = errors.New("client: connection is gone")
	// ErrProtocol: the server sent something that is not of this protocol.
	ErrProtocol = errors.New("client: not the Anteroom protocol")
	// ErrLink: the text is not a join link.
	ErrLink = errors.New("client: not a join link")
)

// errorMembers are what every refusal carries.
type errorMembers struct {
	Code    Code       `json:"code"`
	Message string     `json:"message"`
	RetryAt *time.Time `json:"retry_at,omitempty"`
}

func (m errorMembers) refusal(status int) *Error {
	e := &Error{Code: m.Code, Message: m.Message, Status: status}
	if m.RetryAt != nil {
		e.RetryAt = *m.RetryAt
	}
	return e
}

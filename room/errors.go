package room

import (
	"errors"
	"time"
)

// Code is a stable name for a refusal. The list is in signaling/PROTOCOL.md §2.
type Code string

// The codes of this protocol. Those that only the wire can cause are here too,
// so that the list is in one place.
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
	CodeE2EERequired     Code = "e2ee_required"
	CodeReplaced         Code = "replaced"
	CodeRestarting       Code = "restarting"
)

// Error is a refusal: a stable code and a plain sentence that says what to do
// next. It holds nothing that identifies anybody.
type Error struct {
	Code    Code
	Message string
	// RetryAt is when to try again, where that is known.
	RetryAt time.Time
	// keep says that the refusal itself changed the record (a notice, a
	// counter), so that Sessions.Update commits before returning it.
	keep bool
}

// Error implements error.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Is makes errors.Is(err, room.Refused(code)) work on the code alone.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Refused returns the refusal with that code and its standard sentence.
func Refused(code Code) *Error { return &Error{Code: code, Message: sentence(code)} }

// CodeOf returns the code of err, CodeUnavailable for what is no refusal, and
// "" for nil.
func CodeOf(err error) Code {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Code
	case errors.Is(err, ErrNotFound):
		return CodeEnded
	}
	return CodeUnavailable
}

func badRequest(message string) *Error { return &Error{Code: CodeBadRequest, Message: message} }

func notAllowed(message string) *Error { return &Error{Code: CodeNotAllowed, Message: message} }

// kept marks a refusal whose trace in the record must be committed.
func kept(e *Error) *Error {
	e.keep = true
	return e
}

func sentence(code Code) string {
	if s, ok := sentences()[code]; ok {
		return s
	}
	return "This did not work. Please try again."
}

func sentences() map[Code]string {
	return map[Code]string{
		CodeBadRequest:       "This request was not understood. Nothing was changed.",
		CodeLinkInvalid:      "This is not a complete link. Copy the whole link again, from https to its end, and paste it.",
		CodeSignInRequired:   "Please sign in first.",
		CodeSignInFailed:     "This did not match. Check what you entered; a code works once, so take the next one.",
		CodeSignatureInvalid: "The proof from this browser was not accepted. Reload the page and try again.",
		CodePasscodeRequired: "This session has a passcode. Enter the one that your host gave you.",
		CodePasscodeWrong:    "That is not the passcode. Check it and try again; after five wrong tries you need a new link.",
		CodeConfirm:          "Please confirm first that it is you, with a passkey, or with password and code. That is good for five minutes.",
		CodeNotAllowed:       "You cannot do this at the moment.",
		CodeRemoved:          "You have been taken out of this room. If this is a mistake, reach your host another way.",
		CodeDeclined:         "Your host cannot let you in. Reach them another way to ask why.",
		CodeLocked:           "The room is locked: everyone who was expected is in. If you should be there, reach your host another way.",
		CodeSuspended:        "There were too many wrong passcodes. Ask your host for a new link.",
		CodeNotFound:         "There is nothing here under that name.",
		CodeLinkUsed:         "This link is already in use in another browser. If that was you, ask to be let back in; if not, tell your host.",
		CodeFull:             "All seats in this session are taken. Reach your host another way.",
		CodeKeyReused:        "This Idempotency-Key was used for another request a moment ago. Nothing was made. Use a new key for each session.",
		CodeLastWay:          "This is the only way in that is left. Add another one first.",
		CodeTooEarly:         "This door opens later. Come back at the hour you were given; your link still works then.",
		CodeEnded:            "This session has ended. You can close this page.",
		CodeLeft:             "You have left. To come back, open your link again and ask to be let in.",
		CodeLinkExpired:      "The time of this link is over. Ask your host for a new one.",
		CodeLinkWithdrawn:    "This link does not work any more. Ask your host for the newest one.",
		CodeTooLarge:         "This is too large to be accepted. Nothing was changed.",
		CodeRateLimited:      "That was too often in a short time. Wait a little and try again.",
		CodeUnavailable:      "The service cannot do this at the moment. Please try again in a minute.",
		CodeE2EERequired:     "This session is encrypted between the people in it, and this browser cannot do that. Use a newer browser: Chrome, Edge, Firefox or Safari of the last two years.",
		CodeReplaced:         "This session was opened in another tab of this browser. Continue there.",
		CodeRestarting:       "The service is restarting. You will be connected again in a moment.",
	}
}

package signaling

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"

	"anteroom/room"
)

// errorBody is the form of every HTTP error.
type errorBody struct {
	Error errorMembers `json:"error"`
}

type errorMembers struct {
	Code    room.Code  `json:"code"`
	Message string     `json:"message"`
	RetryAt *time.Time `json:"retry_at,omitempty"`
}

// asRefusal turns any error into a refusal: the rules' own as they are, a
// missing record into what that means (a checked link names a session that was), and
// everything else into "unavailable", whose cause stays in the log.
func (s *Server) asRefusal(err error) *room.Error {
	var refusal *room.Error
	switch {
	case errors.As(err, &refusal):
		return refusal
	case errors.Is(err, room.ErrNotFound):
		return room.Refused(s.missing())
	}
	if !errors.Is(err, context.Canceled) {
		s.log.Warn("could not serve", "cause", cause(err))
	}
	return room.Refused(room.CodeUnavailable)
}

// cause names the kind of a failure without its text: errors of stores and of
// the network carry addresses.
func cause(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.Is(err, room.ErrConflict):
		return "conflict"
	case errors.Is(err, room.ErrFenced), errors.Is(err, room.ErrHeld):
		return "lease"
	}
	return "store"
}

func members(refusal *room.Error) errorMembers {
	m := errorMembers{Code: refusal.Code, Message: refusal.Message}
	if !refusal.RetryAt.IsZero() {
		at := refusal.RetryAt.UTC()
		m.RetryAt = &at
	}
	return m
}

// refuse answers with an error.
func (s *Server) refuse(w http.ResponseWriter, err error) {
	refusal := s.asRefusal(err)
	s.counts.refused(refusal.Code)
	reply(w, status(refusal.Code), errorBody{members(refusal)})
}

func reply(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(code)
	_ = json.MarshalWrite(w, body)
}

// each describes all of a list; no list is null.
func each[T, B any](all []T, describe func(T) B) []B {
	bodies := make([]B, 0, len(all))
	for _, one := range all {
		bodies = append(bodies, describe(one))
	}
	return bodies
}

// status is the HTTP status of a code (PROTOCOL.md §2).
func status(code room.Code) int {
	switch code {
	case room.CodeBadRequest, room.CodeLinkInvalid:
		return http.StatusBadRequest
	case room.CodeSignInRequired, room.CodeSignInFailed, room.CodeSignatureInvalid, room.CodePasscodeRequired, room.CodePasscodeWrong,
		room.CodeConfirm:
		return http.StatusUnauthorized
	case room.CodeNotAllowed, room.CodeRemoved, room.CodeDeclined, room.CodeLocked, room.CodeSuspended, room.CodeE2EERequired:
		return http.StatusForbidden
	case room.CodeNotFound:
		return http.StatusNotFound
	case room.CodeLinkUsed, room.CodeFull, room.CodeKeyReused, room.CodeLastWay:
		return http.StatusConflict
	case room.CodeEnded, room.CodeLeft, room.CodeLinkExpired, room.CodeLinkWithdrawn:
		return http.StatusGone
	case room.CodeTooLarge:
		return http.StatusRequestEntityTooLarge
	case room.CodeTooEarly:
		return http.StatusTooEarly
	case room.CodeRateLimited:
		return http.StatusTooManyRequests
	}
	return http.StatusServiceUnavailable
}

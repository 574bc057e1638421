package signaling

import (
	"context"
	"net/http"

	"anteroom/room"
)

// inviteRequest is the body of POST /v1/sessions/{id}/invites.
type inviteRequest struct {
	Label  string    `json:"label"`
	Role   room.Role `json:"role"`
	Unlock bool      `json:"unlock"`
}

func (s *Server) addInvite(w http.ResponseWriter, r *http.Request, by caller) error {
	body := inviteRequest{Role: room.Guest}
	if err := readBody(w, r, &body, false); err != nil {
		return err
	}
	one, err := s.issue(r.Context(), sessionID(r), func(session *room.Session) (room.Issued, error) {
		return session.AddInvite(by.actor(), body.Label, body.Role, body.Unlock, s.sessions.Keys())
	})
	if err == nil {
		reply(w, http.StatusCreated, one)
	}
	return err
}

// reissueRequest is the body of POST …/invites/{iid}/reissue.
type reissueRequest struct {
	Unlock bool `json:"unlock"`
}

func (s *Server) reissueInvite(w http.ResponseWriter, r *http.Request, by caller) error {
	var body reissueRequest
	if err := readBody(w, r, &body, true); err != nil {
		return err
	}
	one, err := s.issue(r.Context(), sessionID(r), func(session *room.Session) (room.Issued, error) {
		return session.Reissue(by.actor(), inviteID(r), body.Unlock, s.sessions.Keys(), s.now())
	})
	if err == nil {
		reply(w, http.StatusOK, one)
	}
	return err
}

// issue runs an update that issues a link, and shows the invite with it.
func (s *Server) issue(ctx context.Context, id room.SessionID, fn func(*room.Session) (room.Issued, error)) (inviteBody, error) {
	var issued room.Issued
	session, err := s.update(ctx, id, func(session *room.Session) (err error) {
		issued, err = fn(session)
		return err
	})
	if err != nil {
		return inviteBody{}, err
	}
	link, err := s.sessions.Keys().Link(session, issued, s.now())
	inv := issued.Invite
	return inviteBody{ID: inv.ID, Label: inv.Label, Role: inv.Role, State: session.InviteState(inv), Link: link}, err
}

func (s *Server) withdrawInvite(w http.ResponseWriter, r *http.Request, by caller) error {
	_, err := s.update(r.Context(), sessionID(r), func(session *room.Session) error {
		return session.Withdraw(by.actor(), inviteID(r), s.now())
	})
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

func inviteID(r *http.Request) room.InviteID { return room.InviteID(r.PathValue("iid")) }

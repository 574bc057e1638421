package signaling

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"anteroom/room"
	"anteroom/room/account"
)

// hostBody is an account as operators see it. Link is there only where it was just
// made.
type hostBody struct {
	Name    string    `json:"name"`
	Shown   string    `json:"shown"`
	State   string    `json:"state"`
	Created time.Time `json:"created"`
	Link    string    `json:"link,omitempty"`
	Ends    time.Time `json:"ends,omitzero"`
}

func describeHost(a account.Account) hostBody {
	return hostBody{Name: a.Name, Shown: a.Shown, State: a.State(), Created: a.Created}
}

// hostList is the answer of GET /v1/hosts.
type hostList struct {
	Hosts []hostBody `json:"hosts"`
}

func (s *Server) listHosts(w http.ResponseWriter, r *http.Request, _ caller) error {
	all, err := s.people.hosts.All(r.Context())
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b account.Account) int { return strings.Compare(a.Name, b.Name) })
	reply(w, http.StatusOK, hostList{each(all, describeHost)})
	return nil
}

// hostRequest is the body of POST /v1/hosts.
type hostRequest struct {
	Name string `json:"name"`
}

func (s *Server) addHost(w http.ResponseWriter, r *http.Request, _ caller) error {
	var body hostRequest
	if err := readBody(w, r, &body, false); err != nil {
		return err
	}
	host, err := account.New(body.Name, s.now())
	if err != nil {
		return err
	}
	err = s.people.hosts.Create(r.Context(), host.Name, host)
	if errors.Is(err, room.ErrConflict) {
		err = &room.Error{Code: room.CodeBadRequest, Message: "There is a host of this name already. For a new link there is reset."}
	}
	if err != nil {
		return err
	}
	return s.invite(w, r, http.StatusCreated, host)
}

// invite shows the account with a link to set it up.
func (s *Server) invite(w http.ResponseWriter, r *http.Request, status int, host account.Account) error {
	token, e := account.NewEnrolment(&host, s.now())
	if err := s.people.enrolments.Create(r.Context(), token, e); err != nil {
		return err
	}
	body := describeHost(host)
	body.Link, body.Ends = s.origin+"/#enrol="+token, e.Ends
	reply(w, status, body)
	return nil
}

// changeHost changes the account that the address names.
func (s *Server) changeHost(ctx context.Context, r *http.Request, fn func(*account.Account) error) (account.Account, error) {
	name, err := account.CleanName(r.PathValue("name"))
	if err != nil {
		return account.Account{}, noHost()
	}
	host, err := s.people.hosts.Update(ctx, name, fn)
	if errors.Is(err, room.ErrNotFound) {
		err = noHost()
	}
	return host, err
}

func noHost() error {
	return &room.Error{Code: room.CodeNotFound, Message: "There is no host of this name."}
}

func (s *Server) setHostDisabled(disabled bool) ownerHandler {
	return func(w http.ResponseWriter, r *http.Request, _ caller) error {
		host, err := s.changeHost(r.Context(), r, func(a *account.Account) error { a.SetDisabled(disabled); return nil })
		if err == nil {
			reply(w, http.StatusOK, describeHost(host))
		}
		return err
	}
}

func (s *Server) resetHost(w http.ResponseWriter, r *http.Request, _ caller) error {
	host, err := s.changeHost(r.Context(), r, func(a *account.Account) error {
		if a.Shown != "" {
			return &room.Error{Code: room.CodeNotAllowed, Message: "This host signs in at the identity provider, where passwords are changed too."}
		}
		a.Reset()
		return nil
	})
	if err != nil {
		return err
	}
	return s.invite(w, r, http.StatusOK, host)
}

// removeHost erases an account and all that is its own: its sessions end. It is
// disabled first, so that nothing is added meanwhile, and erased last, so that it can
// be tried again.
func (s *Server) removeHost(w http.ResponseWriter, r *http.Request, _ caller) error {
	ctx := r.Context()
	host, err := s.changeHost(ctx, r, func(a *account.Account) error { a.SetDisabled(true); return nil })
	if err != nil {
		return err
	}
	if err := errors.Join(s.endSessionsOf(ctx, host.ID), s.revokeKeysOf(ctx, host.ID)); err != nil {
		return err
	}
	if _, err := s.people.hosts.Take(ctx, host.Name); err != nil && !errors.Is(err, room.ErrNotFound) {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) endSessionsOf(ctx context.Context, owner string) error {
	all, err := s.sessions.List(ctx, owner)
	for _, one := range all {
		e := s.end(ctx, one.ID, func(session *room.Session) error { return session.End(room.ByOwner(owner)) })
		if e != nil && !errors.Is(e, room.ErrNotFound) {
			err = errors.Join(err, e)
		}
	}
	return err
}

func (s *Server) revokeKeysOf(ctx context.Context, owner string) error {
	all, err := s.people.keys.All(ctx)
	for _, one := range all {
		if one.Account == owner {
			err = errors.Join(err, s.revoke(ctx, one.ID))
		}
	}
	return err
}

func (s *Server) revoke(ctx context.Context, id string) error {
	_, err := s.people.keys.Take(ctx, id)
	if errors.Is(err, room.ErrNotFound) {
		return nil
	}
	return err
}

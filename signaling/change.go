package signaling

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"anteroom/room"
	"anteroom/room/account"
)

// changing is a call that changes how the host who is signed in signs in: with a
// proof of minutes ago.
func (s *Server) changing(handle ownerHandler) http.HandlerFunc {
	return s.owned(account.ScopeSelf, func(w http.ResponseWriter, r *http.Request, by caller) error {
		if err := by.host.Changeable(); err != nil {
			return err
		}
		if !by.login.IsProven(r.Header.Get(proofHeader), s.now()) {
			return room.Refused(room.CodeConfirm)
		}
		return handle(w, r, by)
	})
}

// changeOwn changes the account of whoever calls; all other sign-ins of theirs end.
func (s *Server) changeOwn(ctx context.Context, by caller, fn func(*account.Account) error) error {
	_, err := s.people.hosts.Update(ctx, by.name, func(a *account.Account) error {
		return a.Change(&by.login, s.now(), fn)
	})
	if errors.Is(err, room.ErrNotFound) {
		err = room.Refused(room.CodeSignInRequired)
	}
	return err
}

func (s *Server) newPasskeyOptions(w http.ResponseWriter, r *http.Request, by caller) error {
	if err := s.hasPasskeys(); err != nil {
		return err
	}
	options, state, err := s.people.passkeys.BeginRegistration(by.host)
	if err != nil {
		return err
	}
	return s.beginCeremony(w, r, options, state)
}

// ownPasskeyRequest is the body of POST /v1/me/passkeys.
type ownPasskeyRequest struct {
	Ceremony   string         `json:"ceremony"`
	Credential jsontext.Value `json:"credential"`
	// Name is what the host calls it; may be empty.
	Name string `json:"name"`
}

func (s *Server) addPasskey(w http.ResponseWriter, r *http.Request, by caller) error {
	var body ownPasskeyRequest
	if err := errors.Join(s.hasPasskeys(), readBody(w, r, &body, false)); err != nil {
		return err
	}
	c, err := s.takeCeremony(r, body.Ceremony)
	if err != nil {
		return err
	}
	made, err := s.people.passkeys.FinishRegistration(by.host, c.State, body.Credential)
	if err != nil {
		return err
	}
	err = s.changeOwn(r.Context(), by, func(a *account.Account) error { return a.AddPasskey(made, body.Name, s.now()) })
	return done(w, err)
}

func (s *Server) removePasskey(w http.ResponseWriter, r *http.Request, by caller) error {
	err := s.changeOwn(r.Context(), by, func(a *account.Account) error { return a.RemovePasskey(r.PathValue("id")) })
	return done(w, err)
}

func (s *Server) newRecovery(w http.ResponseWriter, r *http.Request, by caller) error {
	var recovery []string
	err := s.changeOwn(r.Context(), by, func(a *account.Account) (err error) {
		recovery, err = a.NewRecovery()
		return err
	})
	if err == nil {
		reply(w, http.StatusOK, recoveryBody{recovery})
	}
	return err
}

// done answers a call that has nothing to say but that it worked.
func done(w http.ResponseWriter, err error) error {
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

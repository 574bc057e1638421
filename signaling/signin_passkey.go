package signaling

import (
	"errors"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"anteroom/room"
	"anteroom/room/account"
)

// ceremonyBody is what a browser needs to begin a ceremony of WebAuthn.
type ceremonyBody struct {
	// Ceremony names it when it is finished.
	Ceremony string `json:"ceremony"`
	// Options are for navigator.credentials, as JSON (WebAuthn §5.1.8, §5.1.9).
	Options jsontext.Value `json:"options"`
}

// passkeyRequest is the body of POST /v1/signin/passkey.
type passkeyRequest struct {
	Ceremony   string         `json:"ceremony"`
	Credential jsontext.Value `json:"credential"`
}

// byPasskey is a call of a ceremony: where there can be passkeys.
func (s *Server) byPasskey(handle handler) http.HandlerFunc {
	return s.signingIn(func(w http.ResponseWriter, r *http.Request) error {
		if err := s.hasPasskeys(); err != nil {
			return err
		}
		return handle(w, r)
	})
}

func (s *Server) hasPasskeys() error {
	if s.people.passkeys == nil {
		return &room.Error{Code: room.CodeNotAllowed, Message: "There are no passkeys under this address. Use your password."}
	}
	return nil
}

func (s *Server) passkeyOptions(w http.ResponseWriter, r *http.Request) error {
	options, state, err := s.people.passkeys.BeginSignIn()
	if err != nil {
		return err
	}
	return s.beginCeremony(w, r, options, state)
}

func (s *Server) beginCeremony(w http.ResponseWriter, r *http.Request, options, state []byte) error {
	name := newID()
	err := s.people.ceremonies.Create(r.Context(), name, ceremony{State: state, Ends: s.now().Add(ceremonyLife)})
	if err == nil {
		reply(w, http.StatusOK, ceremonyBody{Ceremony: name, Options: options})
	}
	return err
}

// takeCeremony ends a ceremony: each is finished once.
func (s *Server) takeCeremony(r *http.Request, name string) (ceremony, error) {
	c, err := s.people.ceremonies.Take(r.Context(), name)
	if errors.Is(err, room.ErrNotFound) || err == nil && !s.now().Before(c.Ends) {
		err = room.Refused(room.CodeSignInFailed)
	}
	return c, err
}

func (s *Server) signInByPasskey(w http.ResponseWriter, r *http.Request, body passkeyRequest) error {
	host, err := s.byTheirPasskey(r, body, func(id string) (account.Account, error) {
		return s.people.byID(r.Context(), id)
	})
	if err != nil {
		return err
	}
	return s.beginProven(w, r, &host)
}

// byTheirPasskey finds the account that a passkey is of, among those that find
// returns, and keeps that it was used.
func (s *Server) byTheirPasskey(r *http.Request, body passkeyRequest, find func(id string) (account.Account, error)) (account.Account, error) {
	c, err := s.takeCeremony(r, body.Ceremony)
	if err != nil {
		return account.Account{}, err
	}
	host, used, err := s.people.passkeys.FinishSignIn(c.State, body.Credential, find)
	if err != nil {
		return account.Account{}, err
	}
	return s.people.hosts.Update(r.Context(), host.Name, func(a *account.Account) error {
		if a.ID != host.ID || a.Epoch != host.Epoch || a.Disabled || !a.UsedPasskey(&host, used) {
			return room.Refused(room.CodeSignInFailed)
		}
		return nil
	})
}

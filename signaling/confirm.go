package signaling

import (
	"errors"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"

	"anteroom/room"
	"anteroom/room/account"
)

// A host who is signed in changes how they sign in only with a proof that they have
// shown who they are, in this very sign-in, in the last five minutes
// (account.Login.Prove). A sign-in hands one out, and so do the calls here. The page
// keeps it in its memory alone: whoever has only the cookie changes nothing.

// proofHeader carries the proof of a call that changes something.
const proofHeader = "Anteroom-Proof"

// proofBody hands a proof out.
type proofBody struct {
	Proof string `json:"proof"`
}

// confirming is a call by which a signed-in host shows who they are. It counts as a
// try of signing in.
func (s *Server) confirming(handle ownerHandler) http.HandlerFunc {
	return s.owned(account.ScopeSelf, func(w http.ResponseWriter, r *http.Request, by caller) error {
		if err := s.signins.take(s.clientOf(r), s.now()); err != nil {
			return err
		}
		return handle(w, r, by)
	})
}

// confirmRequest is the body of POST /v1/me/confirm/password.
type confirmRequest struct {
	Password string `json:"password"`
	// Code is the authenticator app's, or a recovery code.
	Code string `json:"code"`
}

func (s *Server) confirmByPassword(w http.ResponseWriter, r *http.Request, by caller) error {
	var body confirmRequest
	if err := readBody(w, r, &body, false); err != nil {
		return err
	}
	host, err := s.byPasswordAndCode(r.Context(), passwordRequest{Name: by.name, Password: body.Password, Code: body.Code})
	if err != nil {
		return err
	}
	return s.confirmed(w, r, by, host)
}

// confirmPasskeyRequest is the body of POST /v1/me/confirm/passkey. The ceremony is
// that of signing in.
type confirmPasskeyRequest struct {
	Ceremony   string         `json:"ceremony"`
	Credential jsontext.Value `json:"credential"`
}

// confirmByPasskey takes a passkey of this host alone.
func (s *Server) confirmByPasskey(w http.ResponseWriter, r *http.Request, by caller) error {
	var body confirmPasskeyRequest
	if err := errors.Join(s.hasPasskeys(), readBody(w, r, &body, false)); err != nil {
		return err
	}
	host, err := s.byTheirPasskey(r, passkeyRequest(body), func(id string) (account.Account, error) {
		if id != by.owner {
			return account.Account{}, room.Refused(room.CodeSignInFailed)
		}
		return *by.host, nil
	})
	if err != nil {
		return err
	}
	return s.confirmed(w, r, by, host)
}

// confirmed notes who has shown who they are, and hands out the proof.
func (s *Server) confirmed(w http.ResponseWriter, r *http.Request, by caller, host account.Account) error {
	if host.ID != by.owner {
		return room.Refused(room.CodeSignInFailed)
	}
	var proof string
	_, err := s.people.logins.Update(r.Context(), by.token, func(l *account.Login) error {
		proof = l.Prove(s.now())
		return nil
	})
	if errors.Is(err, room.ErrNotFound) {
		err = room.Refused(room.CodeSignInRequired)
	}
	if err == nil {
		reply(w, http.StatusOK, proofBody{proof})
	}
	return err
}

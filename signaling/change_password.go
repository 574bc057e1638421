package signaling

import (
	"context"
	"errors"
	"net/http"

	"anteroom/room"
	"anteroom/room/account"
)

// appBody is an authenticator app that a host may set up.
type appBody struct {
	// App names it when it is set up.
	App  string   `json:"app"`
	TOTP totpBody `json:"totp"`
}

func (s *Server) offerApp(w http.ResponseWriter, r *http.Request, by caller) error {
	token, e := account.NewApp(by.host, s.now())
	app, err := s.describeApp(e)
	if err == nil {
		err = s.people.apps.Create(r.Context(), token, e)
	}
	if err == nil {
		reply(w, http.StatusOK, appBody{token, app})
	}
	return err
}

// ownPasswordRequest is the body of POST /v1/me/password: a new password, an app with
// the code that it shows, or both. What is left empty stays as it is.
type ownPasswordRequest struct {
	Password string `json:"password"`
	App      string `json:"app"`
	Code     string `json:"code"`
}

func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, by caller) error {
	var body ownPasswordRequest
	if err := readBody(w, r, &body, false); err != nil {
		return err
	}
	hash, err := s.newHash(r.Context(), by.host, body)
	if err != nil {
		return err
	}
	recovery := []string{} // none, as long as the app stays
	if body.App != "" {
		recovery, err = s.setApp(r.Context(), by, hash, body)
	} else {
		err = s.changeOwn(r.Context(), by, func(a *account.Account) error { return a.ChangePassword(hash) })
	}
	if err == nil {
		reply(w, http.StatusOK, recoveryBody{recovery})
	}
	return err
}

// newHash is the hash of a new password, or that of the one that stays with a new app.
func (s *Server) newHash(ctx context.Context, host *account.Account, body ownPasswordRequest) (string, error) {
	if body.Password == "" && body.App != "" && host.Password != "" {
		return host.Password, nil
	}
	return s.hashPassword(ctx, host.Name, body.Password)
}

// setApp sets a password's hash and the app, which is used up only when its code is
// right: then there is another try.
func (s *Server) setApp(ctx context.Context, by caller, hash string, body ownPasswordRequest) (recovery []string, err error) {
	app, err := s.people.apps.Get(ctx, body.App)
	if err != nil || !s.now().Before(app.Ends) {
		return nil, appOver(err)
	}
	now := s.now() // of both tries: the second must not fail
	set := func(a *account.Account) error {
		if !app.GoodFor(a) { // nor is the hash that stays the newest
			return appOver(nil)
		}
		codes, ok := a.SetPassword(hash, app.TOTP, body.Code, now)
		if recovery = codes; !ok {
			return wrongAppCode()
		}
		return nil
	}
	trial := *by.host
	if err := set(&trial); err != nil {
		return nil, err
	}
	if _, err := s.people.apps.Take(ctx, body.App); err != nil {
		return nil, appOver(err)
	}
	err = s.changeOwn(ctx, by, set)
	return recovery, err
}

// appOver says that an app cannot be set up any more, if the store did not fail.
func appOver(err error) error {
	if err != nil && !errors.Is(err, room.ErrNotFound) {
		return err
	}
	return &room.Error{Code: room.CodeLinkExpired, Message: "This took too long, or something else was changed meanwhile. Begin again."}
}

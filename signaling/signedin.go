package signaling

import (
	"errors"
	"net/http"
	"time"

	"anteroom/room"
	"anteroom/room/account"
)

// cookieName is the sign-in's cookie. Over TLS the browser holds it to this very
// host (RFC 6265bis, 4.1.3.2).
func (s *Server) cookieName() string {
	if s.secure() {
		return "__Host-anteroom"
	}
	return "anteroom_host"
}

// signedIn is the host whose cookie this is. It is accepted from our own pages
// alone: SameSite keeps it from most others, the Origin (or, on a GET,
// Sec-Fetch-Site) from the rest.
func (s *Server) signedIn(r *http.Request) (caller, error) {
	refusal := room.Refused(room.CodeSignInRequired)
	cookie, err := r.Cookie(s.cookieName())
	if err != nil || !s.sameOrigin(r) {
		return caller{}, refusal
	}
	login, err := s.people.logins.Get(r.Context(), cookie.Value)
	if errors.Is(err, room.ErrNotFound) {
		err = refusal
	}
	if err != nil {
		return caller{}, err
	}
	by, err := s.holder(r, cookie.Value, login)
	if err == nil && acts(r) {
		err = s.touch(r, cookie.Value, login)
	}
	return by, err
}

// holder is whose sign-in it is, while it holds.
func (s *Server) holder(r *http.Request, token string, login account.Login) (caller, error) {
	if login.Account == "" {
		works, err := s.linkWorks(r.Context())
		if err == nil && (!works || !s.now().Before(login.Until())) {
			err = room.Refused(room.CodeSignInRequired)
		}
		return caller{owner: Owner, scopes: managing(), token: token}, err
	}
	host, err := s.people.hosts.Get(r.Context(), login.Name)
	if errors.Is(err, room.ErrNotFound) || err == nil && !login.GoodFor(&host, s.now()) {
		err = room.Refused(room.CodeSignInRequired)
	}
	return caller{owner: host.ID, name: host.Name, scopes: hosting(), token: token, login: login, host: &host}, err
}

// acts tells what somebody does from what a page that is left open does by itself:
// reading the list again keeps nobody signed in.
func acts(r *http.Request) bool { return r.Method != http.MethodGet || r.URL.Path == mePath }

func (s *Server) touch(r *http.Request, token string, login account.Login) error {
	if !login.Touch(s.now()) {
		return nil
	}
	_, err := s.people.logins.Update(r.Context(), token, func(l *account.Login) error { l.Touch(s.now()); return nil })
	if errors.Is(err, room.ErrNotFound) {
		return room.Refused(room.CodeSignInRequired)
	}
	return err
}

func (s *Server) sameOrigin(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		return s.origins[origin]
	}
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Site") == "same-origin"
}

// begin signs somebody in; nil is the sign-in link's.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, who *account.Account) error {
	token, login := account.NewLogin(who, s.now())
	return s.keepLogin(w, r, token, login)
}

// beginProven signs a host in who has just shown who they are, and hands out the
// proof of it.
func (s *Server) beginProven(w http.ResponseWriter, r *http.Request, who *account.Account) error {
	token, login := account.NewLogin(who, s.now())
	proof := login.Prove(s.now())
	if err := s.keepLogin(w, r, token, login); err != nil {
		return err
	}
	reply(w, http.StatusOK, proofBody{proof})
	return nil
}

// keepLogin keeps a sign-in and gives the browser its cookie. What the browser was
// signed in with before ends.
func (s *Server) keepLogin(w http.ResponseWriter, r *http.Request, token string, login account.Login) error {
	if before, err := r.Cookie(s.cookieName()); err == nil {
		_, _ = s.people.logins.Take(r.Context(), before.Value)
	}
	if err := s.people.logins.Create(r.Context(), token, login); err != nil {
		return err
	}
	s.setCookie(w, token, login.Begun.Add(account.AbsoluteLife))
	return nil
}

func (s *Server) setCookie(w http.ResponseWriter, value string, until time.Time) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(), Value: value, Path: "/", Expires: until.UTC(),
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteStrictMode,
	})
}

// signOutRequest is the body of POST /v1/signout; it may be left out.
type signOutRequest struct {
	Everywhere bool `json:"everywhere"`
}

func (s *Server) handleSignOut(w http.ResponseWriter, r *http.Request) {
	if err := s.signOut(w, r); err != nil {
		s.refuse(w, err)
		return
	}
	s.setCookie(w, "", time.Unix(1, 0))
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	if !s.originAllowed(r) {
		return room.Refused(room.CodeNotAllowed)
	}
	var body signOutRequest
	if err := readBody(w, r, &body, true); err != nil {
		return err
	}
	by, err := s.signedIn(r)
	if room.CodeOf(err) == room.CodeSignInRequired {
		return nil // signed out already
	}
	if err == nil && body.Everywhere && by.host != nil {
		_, err = s.people.hosts.Update(r.Context(), by.host.Name, func(a *account.Account) error { a.EndSignIns(); return nil })
	}
	if err == nil {
		_, err = s.people.logins.Take(r.Context(), by.token)
	}
	if errors.Is(err, room.ErrNotFound) {
		return nil
	}
	return err
}

const mePath = "/v1/me"

// meBody is who is signed in, for the page.
type meBody struct {
	// Name is empty for the sign-in link and for the operator's keys.
	Name string `json:"name"`
	// Recovery is how many recovery codes are left, Password whether there is a
	// password with an app that they stand in for.
	Recovery int  `json:"recovery"`
	Password bool `json:"password"`
}

func (s *Server) me(w http.ResponseWriter, _ *http.Request, by caller) error {
	body := meBody{Name: by.name}
	if by.host != nil {
		body.Recovery, body.Password = len(by.host.Recovery), by.host.Password != ""
		if by.host.Shown != "" {
			body.Name = by.host.Shown
		}
	}
	reply(w, http.StatusOK, body)
	return nil
}

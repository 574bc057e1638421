package signaling

import (
	"errors"
	"net/http"
	"time"

	"anteroom/room"
	"anteroom/room/account"
	"anteroom/signaling/provider"
)

// errandCookie ties an errand to the browser that was sent. It is Lax, because the
// way back from the provider is another site's.
func (s *Server) setErrandCookie(w http.ResponseWriter, state string, until time.Time) {
	http.SetCookie(w, &http.Cookie{
		Name: s.errandCookie(), Value: state, Path: "/", Expires: until.UTC(),
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode,
	})
}

func (s *Server) errandCookie() string { return s.cookieName() + "_errand" }

// toProvider sends the browser to the identity provider.
func (s *Server) toProvider(w http.ResponseWriter, r *http.Request) {
	where, err := s.beginErrand(w, r)
	if err != nil {
		where = s.failedAt(err)
	}
	http.Redirect(w, r, where, http.StatusSeeOther)
}

func (s *Server) beginErrand(w http.ResponseWriter, r *http.Request) (string, error) {
	if s.people.provider == nil {
		return "", room.Refused(room.CodeNotFound)
	}
	if err := s.signins.take(s.clientOf(r), s.now()); err != nil {
		return "", err
	}
	where, errand, err := s.people.provider.Begin(r.Context(), s.now())
	if err == nil {
		err = s.people.errands.Create(r.Context(), errand.State, errand)
	}
	if err == nil {
		s.setErrandCookie(w, errand.State, errand.Ends)
	}
	return where, err
}

// fromProvider takes the browser back. What did not work is told by the page.
func (s *Server) fromProvider(w http.ResponseWriter, r *http.Request) {
	where := s.origin + "/"
	if err := s.endErrand(w, r); err != nil {
		where = s.failedAt(err)
	}
	http.Redirect(w, r, where, http.StatusSeeOther)
}

func (s *Server) failedAt(err error) string {
	refusal := s.asRefusal(err)
	s.counts.refused(refusal.Code)
	return s.origin + "/#failed=" + string(refusal.Code)
}

func (s *Server) endErrand(w http.ResponseWriter, r *http.Request) error {
	failed := room.Refused(room.CodeSignInFailed)
	cookie, err := r.Cookie(s.errandCookie())
	state := r.URL.Query().Get("state")
	if s.people.provider == nil || err != nil || state == "" || cookie.Value != state {
		return failed
	}
	s.setErrandCookie(w, "", time.Unix(1, 0))
	errand, err := s.people.errands.Take(r.Context(), state)
	if errors.Is(err, room.ErrNotFound) || err == nil && !s.now().Before(errand.Ends) {
		return failed
	}
	if err != nil {
		return err
	}
	who, err := s.people.provider.Finish(r.Context(), errand, r.URL.Query().Get("code"))
	if err != nil {
		return err
	}
	host, err := s.providersHost(r, who)
	if err != nil {
		return err
	}
	return s.begin(w, r, &host)
}

// providersHost is the account of somebody whom the provider vouches for, made at
// the first sign-in.
func (s *Server) providersHost(r *http.Request, who provider.Identity) (account.Account, error) {
	fresh, err := account.New(who.Name, s.now())
	if err != nil {
		return fresh, err
	}
	fresh.Shown = who.Shown
	if err := s.people.hosts.Create(r.Context(), fresh.Name, fresh); err == nil || !errors.Is(err, room.ErrConflict) {
		return fresh, err
	}
	return s.people.hosts.Update(r.Context(), fresh.Name, func(a *account.Account) error {
		if a.Disabled {
			return &room.Error{Code: room.CodeNotAllowed, Message: "This account is disabled. Ask whoever runs the service."}
		}
		a.Shown = who.Shown
		return nil
	})
}

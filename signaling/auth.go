package signaling

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strconv"
	"strings"
	"time"

	"anteroom/room"
)

// Owner is whose all sessions are while there are no accounts: the operator's.
const Owner = "operator"

const (
	cookieName = "anteroom_host"
	cookieLife = 12 * time.Hour
)

// ownerHandler is a call that a session's owner makes.
type ownerHandler func(w http.ResponseWriter, r *http.Request, by room.Actor) error

// owned authenticates the caller by API key or cookie.
func (s *Server) owned(handle ownerHandler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.hasAPIKey(r) && !s.hasCookie(r) {
			s.refuse(w, room.Refused(room.CodeSignInRequired))
			return
		}
		if err := handle(w, r, room.ByOwner(Owner)); err != nil {
			s.refuse(w, ownersView(err))
		}
	}
}

// ownersView: to an owner a session that is gone is simply not there.
func ownersView(err error) error {
	if room.CodeOf(err) == room.CodeEnded {
		return room.Refused(room.CodeNotFound)
	}
	return err
}

func (s *Server) hasAPIKey(r *http.Request) bool {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || s.cfg.APIKey == "" {
		return false
	}
	want, got := sha256.Sum256([]byte(s.cfg.APIKey)), sha256.Sum256([]byte(given))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// hasCookie accepts a host's cookie from our own pages alone: SameSite keeps it
// from most others, the Origin (or, on a GET, Sec-Fetch-Site) from the rest.
func (s *Server) hasCookie(r *http.Request) bool {
	cookie, err := r.Cookie(cookieName)
	if err != nil || !s.sameOrigin(r) {
		return false
	}
	until, credential, _ := strings.Cut(cookie.Value, ".")
	unix, err := strconv.ParseInt(until, 10, 64)
	return err == nil && s.now().Unix() < unix && s.sessions.Keys().IsCredential(credential, "host cookie", until)
}

func (s *Server) sameOrigin(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		return s.origins[origin]
	}
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Site") == "same-origin"
}

func (s *Server) signInToken() string { return s.sessions.Keys().Credential("sign-in", s.signin) }

func (s *Server) handleSignIn(w http.ResponseWriter, r *http.Request) {
	if err := s.signIn(w, r); err != nil {
		s.refuse(w, err)
		return
	}
	until := s.now().Add(cookieLife)
	text := strconv.FormatInt(until.Unix(), 10)
	s.setCookie(w, text+"."+s.sessions.Keys().Credential("host cookie", text), until)
	w.WriteHeader(http.StatusNoContent)
}

// signInRequest is the body of POST /v1/signin.
type signInRequest struct {
	Token string `json:"token"`
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	if !s.originAllowed(r) {
		return room.Refused(room.CodeNotAllowed)
	}
	if err := s.signins.take(s.clientOf(r), s.now()); err != nil {
		return err
	}
	var body signInRequest
	if err := readBody(w, r, &body, false); err != nil {
		return err
	}
	if !s.sessions.Keys().IsCredential(body.Token, "sign-in", s.signin) {
		return &room.Error{Code: room.CodeSignInRequired, Message: "This sign-in link does not work any more. Use the one that the program printed when it was last started."}
	}
	return nil
}

func (s *Server) handleSignOut(w http.ResponseWriter, r *http.Request) {
	if !s.originAllowed(r) {
		s.refuse(w, room.Refused(room.CodeNotAllowed))
		return
	}
	s.setCookie(w, "", time.Unix(1, 0))
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) setCookie(w http.ResponseWriter, value string, until time.Time) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: value, Path: "/v1/", Expires: until.UTC(),
		HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteStrictMode,
	})
}

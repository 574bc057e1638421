package signaling

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"anteroom/room"
	"anteroom/room/account"
)

// Owner is whose sessions those are that no account made: the operator's.
const Owner = "operator"

// caller is who makes a call, and what for.
type caller struct {
	owner  string // whose sessions the call is about
	name   string // the host's name; "" for the operator
	scopes []account.Scope
	token  string           // of the sign-in that the browser has
	login  account.Login    // that sign-in
	host   *account.Account // nil unless the host is signed in
}

func (c caller) actor() room.Actor { return room.ByOwner(c.owner) }

func (c caller) may(scope account.Scope) bool { return slices.Contains(c.scopes, scope) }

// everything is what the root key and the command line may do.
func everything() []account.Scope { return append(account.Scopes(), account.ScopeAdmin) }

// managing is what somebody signed in may do.
func managing() []account.Scope { return []account.Scope{account.ScopeRead, account.ScopeWrite} }

// hosting is what a host may do who is signed in with an account.
func hosting() []account.Scope { return append(managing(), account.ScopeSelf) }

// ownerHandler is a call of a session's owner or of an operator.
type ownerHandler func(w http.ResponseWriter, r *http.Request, by caller) error

// owned authenticates the caller and checks that the call is within its scopes.
func (s *Server) owned(scope account.Scope, handle ownerHandler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		by, err := s.authenticate(r)
		if err == nil && !by.may(scope) {
			err = outOfScope(scope)
		}
		if err == nil {
			err = handle(w, r, by)
		}
		if err != nil {
			s.refuse(w, ownersView(err))
		}
	}
}

func outOfScope(scope account.Scope) error {
	message := "This key is not for that: it would need the scope " + string(scope) + "."
	if scope == account.ScopeSelf {
		message = "This is for a host who is signed in with an account, on the hosts' page. No key and no sign-in link can do it."
	}
	return &room.Error{Code: room.CodeNotAllowed, Message: message}
}

// ownersView: to an owner a session that is gone is simply not there.
func ownersView(err error) error {
	if room.CodeOf(err) == room.CodeEnded {
		return room.Refused(room.CodeNotFound)
	}
	return err
}

// authenticate finds out who calls: by the key in Authorization, which counts
// alone where there is one, or by a host's cookie.
func (s *Server) authenticate(r *http.Request) (caller, error) {
	given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case !ok && r.Header.Get("Authorization") != "":
		return caller{}, room.Refused(room.CodeSignInRequired)
	case !ok:
		return s.signedIn(r)
	case s.isRootKey(given) || s.isCommand(given):
		return caller{owner: Owner, scopes: everything()}, nil
	}
	return s.withKey(r, given)
}

func (s *Server) isRootKey(given string) bool {
	want, got := sha256.Sum256([]byte(s.cfg.APIKey)), sha256.Sum256([]byte(given))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1 && s.cfg.APIKey != ""
}

// commandLife is how long a key of the command line is good.
const commandLife = 2 * time.Minute

const commandPrefix = "command."

// CommandKey is a key for the next two minutes, for whoever has the deployment
// secret: the commands beside the running gateway.
func CommandKey(keys *room.Keys, now time.Time) string {
	until := strconv.FormatInt(now.Add(commandLife).Unix(), 10)
	return commandPrefix + until + "." + keys.Credential("command", until)
}

func (s *Server) isCommand(given string) bool {
	rest, ok := strings.CutPrefix(given, commandPrefix)
	until, credential, _ := strings.Cut(rest, ".")
	unix, err := strconv.ParseInt(until, 10, 64)
	now := s.now().Unix()
	return ok && err == nil && now < unix && unix <= now+2*int64(commandLife/time.Second) &&
		s.sessions.Keys().IsCredential(credential, "command", until)
}

// withKey is the program with that key; for a host's key, while the host may sign
// in.
func (s *Server) withKey(r *http.Request, given string) (caller, error) {
	refusal := room.Refused(room.CodeSignInRequired)
	id := account.KeyID(given)
	if id == "" {
		return caller{}, refusal
	}
	key, err := s.people.keys.Get(r.Context(), id)
	switch {
	case errors.Is(err, room.ErrNotFound) || err == nil && !key.Is(given):
		return caller{}, refusal
	case err != nil:
		return caller{}, err
	case key.Account == "":
		return caller{owner: Owner, scopes: key.Scopes}, nil
	}
	host, err := s.people.hosts.Get(r.Context(), key.Name)
	switch {
	case errors.Is(err, room.ErrNotFound) || err == nil && (host.ID != key.Account || host.Disabled):
		return caller{}, refusal
	case err != nil:
		return caller{}, err
	}
	return caller{owner: host.ID, name: host.Name, scopes: key.Scopes}, nil
}

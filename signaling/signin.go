package signaling

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"anteroom/room"
	"anteroom/room/account"
)

// waysBody is how one can sign in here: the answer of GET /v1/signin.
type waysBody struct {
	// Link: the sign-in link that the program printed works; there are no accounts.
	Link     bool `json:"link"`
	Password bool `json:"password"`
	// Passkey is the domain that passkeys are for, empty where there are none.
	Passkey string `json:"passkey"`
	// Provider is what the identity provider is called, empty if there is none.
	Provider string `json:"provider"`
}

func (s *Server) ways(w http.ResponseWriter, r *http.Request) {
	link, err := s.linkWorks(r.Context())
	if err != nil {
		s.refuse(w, err)
		return
	}
	body := waysBody{Link: link, Password: !link, Provider: s.people.provider.Name()}
	if !link {
		body.Passkey = s.people.passkeys.ID()
	}
	reply(w, http.StatusOK, body)
}

// The sign-in link of the first start

// linkWorks reports whether the sign-in link signs in: only while there is nobody
// else who could, and not where anybody on the internet could try.
func (s *Server) linkWorks(ctx context.Context) (bool, error) {
	if s.people.provider != nil || !private(s.origin) {
		return false, nil
	}
	some, err := s.people.hosts.Any(ctx)
	return err == nil && !some, err
}

// private reports whether an origin can be reached from this machine or its network
// only, as far as its name tells: loopback and private addresses, and names that are
// never public (RFC 6761, RFC 6762, RFC 8375, the internal TLD).
func private(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	if addr, err := netip.ParseAddr(host); err == nil {
		addr = addr.Unmap()
		return addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast()
	}
	for _, suffix := range []string{".localhost", ".local", ".test", ".internal", ".home.arpa"} {
		if strings.HasSuffix(host, suffix) {
			return true
		}
	}
	return !strings.Contains(host, ".")
}

// SignInLink returns the link that signs a host in until the program is started
// again or the first account is made; "" where there is none.
func (s *Server) SignInLink() string {
	ctx, cancel := s.bounded()
	defer cancel()
	if works, err := s.linkWorks(ctx); err != nil || !works {
		return ""
	}
	return s.origin + "/#signin=" + s.signInToken()
}

// HasHosts reports whether somebody can sign in by an account or at the identity
// provider. If the store does not answer, it is taken for so.
func (s *Server) HasHosts() bool {
	ctx, cancel := s.bounded()
	defer cancel()
	some, err := s.people.hosts.Any(ctx)
	return some || err != nil || s.people.provider != nil
}

func (s *Server) signInToken() string { return s.sessions.Keys().Credential("sign-in", s.signin) }

// signInRequest is the body of POST /v1/signin.
type signInRequest struct {
	Token string `json:"token"`
}

func (s *Server) signInByLink(w http.ResponseWriter, r *http.Request, body signInRequest) error {
	works, err := s.linkWorks(r.Context())
	if err != nil {
		return err
	}
	if !works || !s.sessions.Keys().IsCredential(body.Token, "sign-in", s.signin) {
		return &room.Error{Code: room.CodeSignInRequired, Message: "This sign-in link does not work any more. Use the one that the program printed when it was last started, or sign in with your account."}
	}
	return s.signedInNow(w, r, nil)
}

func (s *Server) signedInNow(w http.ResponseWriter, r *http.Request, who *account.Account) error {
	err := s.begin(w, r, who)
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// Password and code

// passwordRequest is the body of POST /v1/signin/password.
type passwordRequest struct {
	Name     string `json:"name"`
	Password string `json:"password"`
	// Code is the authenticator app's, or a recovery code.
	Code string `json:"code"`
}

// hashFor bounds how long somebody waits for a turn to have a password hashed.
const hashFor = 5 * time.Second

func (s *Server) signInByPassword(w http.ResponseWriter, r *http.Request, body passwordRequest) error {
	host, err := s.byPasswordAndCode(r.Context(), body)
	if err != nil {
		return err
	}
	return s.beginProven(w, r, &host)
}

// byPasswordAndCode finds the account that they are right for, and uses the code up.
// It does the same work whether there is such an account or not, and answers the same
// whatever was wrong.
func (s *Server) byPasswordAndCode(ctx context.Context, body passwordRequest) (account.Account, error) {
	none := account.Account{}
	name, _ := account.CleanName(body.Name) // "" is nobody's
	if err := s.people.tries.takeFor(name, s.now()); err != nil {
		return none, err
	}
	host, err := s.people.hosts.Get(ctx, name)
	if err != nil && !errors.Is(err, room.ErrNotFound) {
		return none, err
	}
	right, err := s.checkPassword(ctx, host.Password, body.Password)
	if err != nil {
		return none, err
	}
	trial := host
	coded := trial.UseCode(body.Code, s.now())
	if !right || !coded || host.Disabled {
		return none, room.Refused(room.CodeSignInFailed)
	}
	return s.useCode(ctx, host, body.Code)
}

func (s *Server) checkPassword(ctx context.Context, kept, password string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, hashFor)
	defer cancel()
	return s.people.hasher.Check(ctx, kept, password)
}

// useCode uses the code up. Of two who come with the same one, one gets in; and
// nobody, if the account was changed since the password was checked.
func (s *Server) useCode(ctx context.Context, checked account.Account, code string) (account.Account, error) {
	return s.people.hosts.Update(ctx, checked.Name, func(a *account.Account) error {
		same := a.ID == checked.ID && a.Epoch == checked.Epoch && a.Password == checked.Password
		if !same || !a.UseCode(code, s.now()) {
			return room.Refused(room.CodeSignInFailed)
		}
		return nil
	})
}

package turn

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"
)

const (
	// lifetime is how long credentials make allocations.
	lifetime = 10 * time.Minute
	// grace is how long beyond that an allocation can be refreshed, longer than
	// any session is.
	grace = 48 * time.Hour
)

// Credentials let a client make allocations until they expire.
type Credentials struct {
	Username, Password string
	Expires            time.Time
}

// Format implements fmt.Formatter: credentials are not printed.
func (Credentials) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted]")) }

// Credentials makes credentials for an owner, in the form of the TURN REST API
// (draft-uberti-behave-turn-rest-00): the time they end, and a name for the
// owner that nobody else can make anything of. All credentials of one owner
// share its quota.
func (s *Server) Credentials(owner string) Credentials {
	return s.credentials(owner, time.Now().Add(lifetime).Truncate(time.Second))
}

func (s *Server) credentials(owner string, ends time.Time) Credentials {
	username := strconv.FormatInt(ends.Unix(), 10) + ":" + s.sign("owner", owner)[:16]
	return Credentials{Username: username, Password: s.sign("password", username), Expires: ends}
}

func (s *Server) sign(purpose, text string) string {
	mac := hmac.New(sha256.New, s.key)
	_, _ = mac.Write([]byte(purpose + "\n" + text)) // never fails
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// authenticate is Pion's AuthHandler: it finds the key that a request of this
// user name has to be signed with.
func (s *Server) authenticate(r *turn.RequestAttributes) (owner string, key []byte, ok bool) {
	ends, owner, found := strings.Cut(r.Username, ":")
	seconds, err := strconv.ParseInt(ends, 10, 64)
	if !found || err != nil || r.Realm != realm {
		s.refused.Add(1)
		return "", nil, false
	}
	over := time.Since(time.Unix(seconds, 0))
	if over > grace || over > 0 && r.Method == stun.MethodAllocate {
		s.refused.Add(1)
		return "", nil, false
	}
	return owner, turn.GenerateAuthKey(r.Username, r.Realm, s.sign("password", r.Username)), true
}

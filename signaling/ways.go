package signaling

import (
	"net/http"
	"time"

	"anteroom/room/account"
)

// ownWaysBody is how the host who is signed in gets in: the answer of GET /v1/me/ways.
type ownWaysBody struct {
	Name string `json:"name"`
	// Provider: the host signs in at the identity provider; there is nothing to change.
	Provider bool `json:"provider"`
	// Passkey is the domain that passkeys are for, empty where there are none.
	Passkey  string        `json:"passkey"`
	Passkeys []passkeyBody `json:"passkeys"`
	Password bool          `json:"password"`
	// Recovery is how many recovery codes are left.
	Recovery int `json:"recovery"`
}

// passkeyBody is one passkey. Name is empty for one that was given none, Added is not
// there for one of an earlier version.
type passkeyBody struct {
	ID    string    `json:"id"`
	Name  string    `json:"name"`
	Added time.Time `json:"added,omitzero"`
}

func (s *Server) ownWays(w http.ResponseWriter, _ *http.Request, by caller) error {
	reply(w, http.StatusOK, ownWaysBody{
		Name: by.name, Provider: by.host.Shown != "", Passkey: s.people.passkeys.ID(),
		Passkeys: each(by.host.Passkeys, describePasskey), Password: by.host.Password != "", Recovery: len(by.host.Recovery),
	})
	return nil
}

func describePasskey(p account.Passkey) passkeyBody {
	return passkeyBody{ID: p.Ref(), Name: p.Name, Added: p.Added}
}

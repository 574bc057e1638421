package signaling

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"anteroom/room"
	"anteroom/room/account"
)

// keyBody is a program's key as operators see it. Key is there only where it was
// just made.
type keyBody struct {
	ID      string          `json:"id"`
	Label   string          `json:"label"`
	Scopes  []account.Scope `json:"scopes"`
	Host    string          `json:"host"`
	Created time.Time       `json:"created"`
	Key     string          `json:"key,omitempty"`
}

func describeKey(k account.Key) keyBody {
	return keyBody{ID: k.ID, Label: k.Label, Scopes: k.Scopes, Host: k.Name, Created: k.Created}
}

// keyList is the answer of GET /v1/keys.
type keyList struct {
	Keys []keyBody `json:"keys"`
}

func (s *Server) listKeys(w http.ResponseWriter, r *http.Request, _ caller) error {
	all, err := s.people.keys.All(r.Context())
	if err != nil {
		return err
	}
	slices.SortFunc(all, func(a, b account.Key) int { return a.Created.Compare(b.Created) })
	reply(w, http.StatusOK, keyList{each(all, describeKey)})
	return nil
}

// keyRequest is the body of POST /v1/keys.
type keyRequest struct {
	Label  string          `json:"label"`
	Scopes []account.Scope `json:"scopes"`
	// Host is whose sessions the key is for; empty: the operator's.
	Host string `json:"host"`
}

func (s *Server) addKey(w http.ResponseWriter, r *http.Request, _ caller) error {
	var body keyRequest
	if err := readBody(w, r, &body, false); err != nil {
		return err
	}
	host, err := s.keysHost(r, body.Host)
	if err != nil {
		return err
	}
	text, key, err := account.NewKey(body.Label, body.Scopes, host, s.now())
	if err == nil {
		err = s.people.keys.Create(r.Context(), key.ID, key)
	}
	if err != nil {
		return err
	}
	shown := describeKey(key)
	shown.Key = text
	reply(w, http.StatusCreated, shown)
	return nil
}

// keysHost is the host that a key is to be for; nil for the operator.
func (s *Server) keysHost(r *http.Request, name string) (*account.Account, error) {
	if name == "" {
		return nil, nil
	}
	clean, err := account.CleanName(name)
	if err != nil {
		return nil, noHost()
	}
	host, err := s.people.hosts.Get(r.Context(), clean)
	if errors.Is(err, room.ErrNotFound) {
		err = noHost()
	}
	return &host, err
}

func (s *Server) removeKey(w http.ResponseWriter, r *http.Request, _ caller) error {
	_, err := s.people.keys.Take(r.Context(), r.PathValue("id"))
	if errors.Is(err, room.ErrNotFound) {
		err = &room.Error{Code: room.CodeNotFound, Message: "There is no key of this name."}
	}
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// metrics shows the figures of the configured handler.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request, _ caller) error {
	if s.cfg.Metrics == nil {
		return room.Refused(room.CodeNotFound)
	}
	s.cfg.Metrics.ServeHTTP(w, r)
	return nil
}

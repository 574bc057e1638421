package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Host is an account as operators see it. Link, with when it Ends, is there only in
// the answer that made it.
type Host struct {
	Name    string    `json:"name"`
	Shown   string    `json:"shown"`
	State   string    `json:"state"`
	Created time.Time `json:"created"`
	Link    string    `json:"link,omitempty"`
	Ends    time.Time `json:"ends,omitzero"`
}

// ProgramKey is a program's key as operators see it. Key is there only in the answer that
// made it.
type ProgramKey struct {
	ID      string    `json:"id"`
	Label   string    `json:"label"`
	Scopes  []string  `json:"scopes"`
	Host    string    `json:"host"`
	Created time.Time `json:"created"`
	Key     string    `json:"key,omitempty"`
}

// Hosts returns all accounts.
func (a API) Hosts(ctx context.Context) ([]Host, error) {
	list, err := ask[struct {
		Hosts []Host `json:"hosts"`
	}](ctx, a.caller(), http.MethodGet, "/v1/hosts", nil)
	return list.Hosts, err
}

// AddHost makes an account and the link to set it up.
func (a API) AddHost(ctx context.Context, name string) (Host, error) {
	body := struct {
		Name string `json:"name"`
	}{name}
	return ask[Host](ctx, a.caller(), http.MethodPost, "/v1/hosts", body)
}

// ChangeHost does one of "disable", "enable" and "reset" to an account.
func (a API) ChangeHost(ctx context.Context, name, do string) (Host, error) {
	return ask[Host](ctx, a.caller(), http.MethodPost, hostPath(name)+"/"+do, nil)
}

// RemoveHost erases an account, its keys and its sessions.
func (a API) RemoveHost(ctx context.Context, name string) error {
	return a.caller().call(ctx, http.MethodDelete, hostPath(name), nil, nil)
}

// Keys returns all keys of programs.
func (a API) Keys(ctx context.Context) ([]ProgramKey, error) {
	list, err := ask[struct {
		Keys []ProgramKey `json:"keys"`
	}](ctx, a.caller(), http.MethodGet, "/v1/keys", nil)
	return list.Keys, err
}

// AddKey makes a key with those scopes, for the sessions of a host; of the operator,
// if host is empty.
func (a API) AddKey(ctx context.Context, label string, scopes []string, host string) (ProgramKey, error) {
	body := struct {
		Label  string   `json:"label,omitempty"`
		Scopes []string `json:"scopes"`
		Host   string   `json:"host,omitempty"`
	}{label, scopes, host}
	return ask[ProgramKey](ctx, a.caller(), http.MethodPost, "/v1/keys", body)
}

// RemoveKey revokes a key.
func (a API) RemoveKey(ctx context.Context, id string) error {
	return a.caller().call(ctx, http.MethodDelete, "/v1/keys/"+url.PathEscape(id), nil, nil)
}

func hostPath(name string) string { return "/v1/hosts/" + url.PathEscape(name) }

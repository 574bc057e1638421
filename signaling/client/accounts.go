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
	var body struct {
		Hosts []Host `json:"hosts"`
	}
	return body.Hosts, a.call(ctx, http.MethodGet, "/v1/hosts", nil, &body)
}

// AddHost makes an account and the link to set it up.
func (a API) AddHost(ctx context.Context, name string) (Host, error) {
	var h Host
	body := struct {
		Name string `json:"name"`
	}{name}
	return h, a.call(ctx, http.MethodPost, "/v1/hosts", body, &h)
}

// ChangeHost does one of "disable", "enable" and "reset" to an account.
func (a API) ChangeHost(ctx context.Context, name, do string) (Host, error) {
	var h Host
	return h, a.call(ctx, http.MethodPost, hostPath(name)+"/"+do, nil, &h)
}

// RemoveHost erases an account, its keys and its sessions.
func (a API) RemoveHost(ctx context.Context, name string) error {
	return a.call(ctx, http.MethodDelete, hostPath(name), nil, nil)
}

// Keys returns all keys of programs.
func (a API) Keys(ctx context.Context) ([]ProgramKey, error) {
	var body struct {
		Keys []ProgramKey `json:"keys"`
	}
	return body.Keys, a.call(ctx, http.MethodGet, "/v1/keys", nil, &body)
}

// AddKey makes a key with those scopes, for the sessions of a host; of the operator,
// if host is empty.
func (a API) AddKey(ctx context.Context, label string, scopes []string, host string) (ProgramKey, error) {
	var k ProgramKey
	body := struct {
		Label  string   `json:"label,omitempty"`
		Scopes []string `json:"scopes"`
		Host   string   `json:"host,omitempty"`
	}{label, scopes, host}
	return k, a.call(ctx, http.MethodPost, "/v1/keys", body, &k)
}

// RemoveKey revokes a key.
func (a API) RemoveKey(ctx context.Context, id string) error {
	return a.call(ctx, http.MethodDelete, "/v1/keys/"+url.PathEscape(id), nil, nil)
}

func hostPath(name string) string { return "/v1/hosts/" + url.PathEscape(name) }

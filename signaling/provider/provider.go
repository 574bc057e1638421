package provider

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"anteroom/room"
)

// ReturnPath is where the provider sends browsers back to.
const ReturnPath = "/v1/signin/provider/return"

// Config says which provider, and who of its people may sign in.
type Config struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	// Name is what the button on the page calls the provider.
	Name string
	// Claims must all hold: the claim is one of the values, or has one of them in
	// its list. At least one is needed.
	Claims map[string][]string
	// Origin is the service's own.
	Origin string
	// HTTP is the client to reach the provider with; one with a time limit if nil.
	HTTP *http.Client
}

// Provider signs hosts in. Safe for concurrent use.
type Provider struct {
	cfg Config

	mu    sync.Mutex
	found *oidc.Provider // guarded by mu; nil until the first sign-in
}

// New makes one; it asks the provider nothing yet.
func New(cfg Config) (*Provider, error) {
	switch {
	case !strings.HasPrefix(cfg.Issuer, "https://") && !strings.HasPrefix(cfg.Issuer, "http://127.0.0.1:") && !strings.HasPrefix(cfg.Issuer, "http://localhost:"):
		return nil, errors.New("oidc.issuer: it is an https:// URL")
	case cfg.ClientID == "":
		return nil, errors.New("oidc.client_id: the provider gives one when the service is registered there")
	case len(cfg.Claims) == 0:
		return nil, errors.New("oidc.claims: say who of the provider's people may sign in, such as {hd: [practice.example]}")
	}
	if cfg.HTTP == nil {
		cfg.HTTP = &http.Client{Timeout: 10 * time.Second}
	}
	if cfg.Name == "" {
		cfg.Name = "OpenID"
	}
	return &Provider{cfg: cfg}, nil
}

// Name is what the page calls the provider; "" for nil.
func (p *Provider) Name() string {
	if p == nil {
		return ""
	}
	return p.cfg.Name
}

// errandFor is how long somebody may take at the provider.
const errandFor = 10 * time.Minute

// Errand is what is kept while a browser is at the provider, under its State.
type Errand struct {
	State    string
	Nonce    string
	Verifier string
	Ends     time.Time
}

// Until implements room.Lasting.
func (e Errand) Until() time.Time { return e.Ends }

// Begin returns where to send the browser, and what to keep until it is back.
func (p *Provider) Begin(ctx context.Context, now time.Time) (string, Errand, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", Errand{}, err
	}
	e := Errand{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Ends: now.Add(errandFor)}
	return p.oauth(found).AuthCodeURL(e.State, oidc.Nonce(e.Nonce), oauth2.S256ChallengeOption(e.Verifier)), e, nil
}

// Identity is who somebody is at the provider.
type Identity struct {
	// Name is made from issuer and subject: the same for the same person, another
	// one's never.
	Name string
	// Shown is what the provider calls the person.
	Shown string
}

// Finish exchanges the code that the browser brought back. It refuses with
// CodeSignInFailed what the provider does not vouch for, with CodeNotAllowed whom
// the claims leave out.
func (p *Provider) Finish(ctx context.Context, e Errand, code string) (Identity, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return Identity{}, err
	}
	ctx = oidc.ClientContext(ctx, p.cfg.HTTP)
	token, err := p.oauth(found).Exchange(ctx, code, oauth2.VerifierOption(e.Verifier))
	if err != nil {
		return Identity{}, room.Refused(room.CodeSignInFailed)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := found.Verifier(&oidc.Config{ClientID: p.cfg.ClientID}).Verify(ctx, raw)
	if err != nil || id.Nonce != e.Nonce || id.Subject == "" {
		return Identity{}, room.Refused(room.CodeSignInFailed)
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil || !p.allowed(claims) {
		return Identity{}, &room.Error{Code: room.CodeNotAllowed, Message: "This account of the provider may not sign in here. Ask whoever runs the service."}
	}
	return Identity{Name: nameOf(id.Issuer, id.Subject), Shown: shown(claims)}, nil
}

// allowed checks the claims that the configuration asks for. An address of which
// the provider does not say that it has verified it is none: with some, people write
// whatever they like there. (Others say so with a text, against OpenID Connect 5.1.)
func (p *Provider) allowed(claims map[string]any) bool {
	if verified := claims["email_verified"]; verified != true && verified != "true" {
		delete(claims, "email")
	}
	for name, values := range p.cfg.Claims {
		if !slices.ContainsFunc(texts(claims[name]), func(is string) bool { return slices.Contains(values, is) }) {
			return false
		}
	}
	return true
}

// texts are the strings in a claim: itself, or those of a list.
func texts(claim any) (all []string) {
	switch c := claim.(type) {
	case string:
		all = []string{c}
	case []any:
		for _, one := range c {
			if text, is := one.(string); is {
				all = append(all, text)
			}
		}
	}
	return all
}

// maxShown is the most characters of what a person is called.
const maxShown = 100

// shown is the first that can be: people choose some of it, and it gets onto
// operators' terminals.
func shown(claims map[string]any) string {
	for _, name := range []string{"email", "preferred_username", "name"} {
		said, _ := claims[name].(string)
		if text, err := room.Line(name, said, maxShown); err == nil && text != "" {
			return string(text)
		}
	}
	return "host"
}

// nameOf does not collide with names that people choose: those are never checked
// against a provider, and this one is never given a password.
func nameOf(issuer, subject string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d:%s%s", len(issuer), issuer, subject))
	return "oidc-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:15]))
}

func (p *Provider) oauth(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.cfg.ClientID, ClientSecret: p.cfg.ClientSecret, Endpoint: found.Endpoint(),
		RedirectURL: p.cfg.Origin + ReturnPath, Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}
}

// discover reads what the provider publishes, once it answers.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.cfg.HTTP), p.cfg.Issuer)
	if err != nil {
		return nil, &room.Error{Code: room.CodeUnavailable, Message: "The identity provider does not answer. Please try again in a minute."}
	}
	p.found = found
	return found, nil
}

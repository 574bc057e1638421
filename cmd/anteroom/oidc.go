package main

import (
	"errors"

	"anteroom/signaling/provider"
)

// OIDC is the identity provider at which hosts sign in.
type OIDC struct {
	Issuer   string              `yaml:"issuer"`
	ClientID string              `yaml:"client_id"`
	Name     string              `yaml:"name"`
	Claims   map[string][]string `yaml:"claims"`
}

// checkProvider refuses a provider that is not named: without one, hosts would sign
// in here.
func (c *Config) checkProvider() error {
	if c.OIDC.Issuer == "" && (c.OIDC.ClientID != "" || len(c.OIDC.Claims) > 0 || c.OIDCSecret != "") {
		return errors.New("oidc.issuer: say where the identity provider is, or leave out all of oidc")
	}
	return nil
}

// provider is nil unless there is to be one.
func (c Config) provider() *provider.Config {
	if c.OIDC.Issuer == "" {
		return nil
	}
	return &provider.Config{
		Issuer: c.OIDC.Issuer, ClientID: c.OIDC.ClientID, ClientSecret: string(c.OIDCSecret),
		Name: c.OIDC.Name, Claims: c.OIDC.Claims, Origin: c.PublicURL,
	}
}

package main

import (
	"anteroom/signaling/provider"
)

// OIDC is the identity provider at which hosts sign in.
type OIDC struct {
	Issuer   string              `yaml:"issuer"`
	ClientID string              `yaml:"client_id"`
	Name     string              `yaml:"name"`
	Claims   map[string][]string `yaml:"claims"`
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

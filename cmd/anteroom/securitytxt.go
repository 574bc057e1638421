package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// securityPath is where those who find a fault look for whom to tell (RFC 9116).
const securityPath = "/.well-known/security.txt"

// securityFor is how long what it says may be believed.
const securityFor = 90 * 24 * time.Hour

// checkSecurityContact refuses what RFC 9116 does not allow as a contact.
func checkSecurityContact(contact string) error {
	if contact == "" {
		return nil
	}
	u, err := url.Parse(contact)
	if err != nil || !slices.Contains([]string{"mailto", "https", "tel"}, u.Scheme) || u.Opaque == "" && u.Host == "" {
		return errors.New("security_contact: it begins with mailto:, https:// or tel: and goes on with an address")
	}
	return nil
}

// securityText answers with the operator's contact, or that there is none.
func (a *App) securityText(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Referrer-Policy", "no-referrer")
	if a.cfg.SecurityContact == "" || r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	until := time.Now().Add(securityFor).UTC().Truncate(24 * time.Hour)
	_, _ = fmt.Fprintf(w, "Contact: %s\nExpires: %s\nCanonical: %s\nPreferred-Languages: en\n",
		a.cfg.SecurityContact, until.Format(time.RFC3339), a.cfg.PublicURL+securityPath)
}

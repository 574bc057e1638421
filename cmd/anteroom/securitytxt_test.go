package main

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestSecurityText(t *testing.T) {
	app := launch(t, func(c *Config) { c.SecurityContact = "mailto:security@hello.example" })
	resp, err := app.http.Get(app.URL() + "/.well-known/security.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.Header.Get("Content-Type") != "text/plain; charset=utf-8" || !strings.Contains(string(text), "Contact: mailto:security@hello.example\n") ||
		!strings.Contains(string(text), "Canonical: "+app.URL()+"/.well-known/security.txt\n") {
		t.Errorf("%v: %s", err, text)
	}
	found := regexp.MustCompile(`(?m)^Expires: (.*)$`).FindSubmatch(text)
	if found == nil {
		t.Fatalf("it does not say until when it is good: %s", text)
	}
	until, err := time.Parse(time.RFC3339, string(found[1]))
	if left := time.Until(until); err != nil || left < 80*24*time.Hour || left > 365*24*time.Hour {
		t.Errorf("it is good for %v (%v)", left, err)
	}
	if status := statusOf(t, launch(t).URL()+securityPath); status != http.StatusNotFound {
		t.Errorf("without a contact: status %d", status)
	}
	for contact, good := range map[string]bool{"": true, "https://hello.example/security": true, "tel:+44-1632-960123": true, "me@hello.example": false, "http://hello.example": false} {
		if err := checkSecurityContact(contact); (err == nil) != good {
			t.Errorf("%q: %v", contact, err)
		}
	}
}

package webhook

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// Config is what a Sender needs to know.
type Config struct {
	// URLs are where events go: https, or http to this machine. Each gets all.
	URLs []string
	// Secrets are what requests are signed with, with each of them, as CheckSecret
	// wants them: one, or two while receivers change over.
	Secrets []string
	// Logger is told that a receiver has stopped or begun to take events; nothing
	// is logged if nil.
	Logger *slog.Logger
	// Roots are the certificate authorities to trust; the machine's own if nil.
	Roots *x509.CertPool

	pace pace // tests are faster
}

// pace is how patient a sender is.
type pace struct {
	first, most time.Duration // between attempts, before jitter
	attempt     time.Duration // for one request
	keep        time.Duration // for one event
	flush       time.Duration // when closing
	queue       int           // events for one receiver
}

func usualPace() pace {
	return pace{first: time.Second, most: 5 * time.Minute, attempt: 10 * time.Second, keep: 24 * time.Hour, flush: 3 * time.Second, queue: 1000}
}

// CheckURL refuses what no event may be sent to.
func CheckURL(text string) error {
	_, err := parseURL(text)
	return err
}

// parseURL does not repeat the URL in its errors: it may carry a secret.
func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return nil, errors.New("webhook: this is not an URL with a host")
	case u.User != nil || u.Fragment != "":
		return nil, errors.New("webhook: the URL must have no user, no password and no fragment")
	case u.Scheme != "https" && !(u.Scheme == "http" && isLocal(u)):
		return nil, errors.New("webhook: the URL must be https (http only to localhost or 127.0.0.1, for trying out)")
	}
	if addr, err := netip.ParseAddr(u.Hostname()); err == nil && reachable(addr, isLocal(u)) != nil {
		return nil, errors.New("webhook: events are not sent to link-local and metadata addresses")
	}
	return u, nil
}

// isLocal tells whether a URL names this machine.
func isLocal(u *url.URL) bool {
	addr, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && addr.Unmap().IsLoopback()
}

// Bounds of a secret in bytes, from the specification.
const (
	minSecret = 24
	maxSecret = 64
)

// CheckSecret refuses what is not "whsec_" and 24 to 64 bytes as base64.
func CheckSecret(text string) error {
	_, err := parseSecret(text)
	return err
}

func parseSecrets(texts []string) ([][]byte, error) {
	if len(texts) == 0 {
		return nil, errors.New("webhook: without a secret receivers do not know who calls")
	}
	var keys [][]byte
	for _, text := range texts {
		key, err := parseSecret(text)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

func parseSecret(text string) ([]byte, error) {
	coded, marked := strings.CutPrefix(text, "whsec_")
	key, err := base64.StdEncoding.DecodeString(coded)
	if !marked || err != nil || len(key) < minSecret || len(key) > maxSecret {
		return nil, fmt.Errorf(`webhook: the secret is "whsec_" and %d to %d random bytes as base64; for instance: echo "whsec_$(openssl rand -base64 32)"`, minSecret, maxSecret)
	}
	return key, nil
}

package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// hasTLS tells whether the program itself speaks TLS, rather than a reverse
// proxy before it.
func (c Config) hasTLS() bool { return c.TLSCert != "" || len(c.ACME) != 0 }

// completeTLS refuses what contradicts itself and names the public URL where
// nobody has.
func (c *Config) completeTLS() error {
	switch {
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("tls_cert and tls_key: both or neither")
	case c.TLSCert != "" && len(c.ACME) != 0:
		return errors.New("tls_cert and acme: one or the other")
	case !c.hasTLS():
		return nil
	case strings.HasPrefix(c.PublicURL, "http:"):
		return errors.New("public_url: with TLS it begins with https://")
	case c.PublicURL == "" && len(c.ACME) != 0:
		c.PublicURL = "https://" + c.ACME[0]
	case c.PublicURL == "":
		c.PublicURL = "https://" + reachable(c.Listen)
	}
	return nil
}

// secured puts TLS on the listener of the pages, if it is to have it.
func (a *App) secured(ctx context.Context, l net.Listener) (net.Listener, error) {
	get, err := a.certificates(ctx, l.Addr())
	if err != nil {
		return nil, err
	}
	if err := a.listenTURNOverTLS(get); err != nil {
		return nil, fmt.Errorf("turn_tls_listen: %w", err)
	}
	if get == nil {
		return l, nil
	}
	config := &tls.Config{
		MinVersion: tls.VersionTLS12, GetCertificate: get,
		NextProtos: []string{"h2", "http/1.1", acmeProtocol},
	}
	if !a.cfg.sharesTURN() {
		return tls.NewListener(l, config), nil
	}
	config.NextProtos = append(config.NextProtos, turnProtocol)
	front := newTLSFront(l, config, a.turn.Handle)
	a.opened(front.start())
	return front, nil
}

// certificate finds the certificate for a connection (tls.Config.GetCertificate).
type certificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error)

// certificates are those of the pages, nil if they have none.
func (a *App) certificates(ctx context.Context, at net.Addr) (certificate, error) {
	switch {
	case a.cfg.TLSCert != "":
		files, err := newCertificateFiles(a.cfg.TLSCert, a.cfg.TLSKey, a.log)
		if err != nil {
			return nil, err
		}
		return files.get, nil
	case len(a.cfg.ACME) != 0:
		managed, err := a.manageCertificates(ctx, at)
		if err != nil {
			return nil, err
		}
		return managed.GetCertificate, nil
	}
	return nil, nil
}

// hstsFor is how long browsers shall remember that this host speaks TLS alone.
const hstsFor = "max-age=31536000"

// strictTransport tells browsers to come over TLS only, where they do so
// already, by ours or a proxy's.
func (a *App) strictTransport(next http.Handler) http.Handler {
	if !strings.HasPrefix(a.cfg.PublicURL, "https:") {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", hstsFor)
		next.ServeHTTP(w, r)
	})
}

package main

import (
	"context"
	"crypto/tls"
	"errors"
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
	var get func(*tls.ClientHelloInfo) (*tls.Certificate, error)
	switch {
	case a.cfg.TLSCert != "":
		files, err := newCertificateFiles(a.cfg.TLSCert, a.cfg.TLSKey, a.log)
		if err != nil {
			return nil, err
		}
		get = files.get
	case len(a.cfg.ACME) != 0:
		managed, err := a.manageCertificates(ctx, l.Addr())
		if err != nil {
			return nil, err
		}
		get = managed.GetCertificate
	default:
		return l, nil
	}
	return tls.NewListener(l, &tls.Config{
		MinVersion: tls.VersionTLS12, GetCertificate: get,
		NextProtos: []string{"h2", "http/1.1", acmeProtocol},
	}), nil
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

package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strconv"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"
)

// acmeProtocol is what a certificate authority speaks when it checks that a
// host name is ours (RFC 8737).
const acmeProtocol = "acme-tls/1"

// manageCertificates gets certificates from a certificate authority (RFC 8555)
// and renews them until the program closes. The authority connects to the
// pages' own port, 443 as the world sees it; no other port is opened.
func (a *App) manageCertificates(ctx context.Context, at net.Addr) (*certmagic.Config, error) {
	if err := checkDirectory(a.cfg.ACMEDirectory); err != nil {
		return nil, err
	}
	host, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return nil, err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	silent := zap.NewNop() // it names hosts and addresses; events are told below
	var cfg *certmagic.Config
	cache := certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return cfg, nil }, Logger: silent,
	})
	cfg = certmagic.New(cache, certmagic.Config{
		Storage: &certmagic.FileStorage{Path: filepath.Join(a.cfg.StateDir, "certificates")}, Logger: silent, OnEvent: a.certificateEvent,
		OCSP: certmagic.OCSPConfig{DisableStapling: true}, // asks others who visits whom
	})
	cfg.Issuers = []certmagic.Issuer{certmagic.NewACMEIssuer(cfg, certmagic.ACMEIssuer{
		CA: a.cfg.ACMEDirectory, TestCA: a.cfg.ACMEDirectory, Email: a.cfg.ACMEEmail, Agreed: true,
		DisableHTTPChallenge: true, ListenHost: host, AltTLSALPNPort: number, Logger: silent,
	})}
	managing, cancel := context.WithCancel(context.WithoutCancel(ctx))
	a.opened(func() { cancel(); cache.Stop() })
	return cfg, cfg.ManageAsync(managing, a.cfg.ACME)
}

func checkDirectory(directory string) error {
	if directory == "" {
		return nil
	}
	u, err := url.Parse(directory)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Hostname() != "127.0.0.1") {
		return fmt.Errorf("acme_directory: it is an https address")
	}
	return nil
}

// certificateEvent tells the operator of what matters, without names.
func (a *App) certificateEvent(_ context.Context, event string, _ map[string]any) error {
	switch event {
	case "cert_obtained":
		a.log.Info("a TLS certificate was obtained")
	case "cert_failed":
		a.log.Warn("no TLS certificate was obtained; it will be tried again")
	}
	return nil
}

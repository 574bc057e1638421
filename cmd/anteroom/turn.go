package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"

	"anteroom/sfu"
	"anteroom/sfu/turn"
	"anteroom/signaling"
)

// TURN is where the TURN server listens, for people whose networks let nothing
// but web pages through.
type TURN struct {
	Listen    string   `yaml:"turn_listen"`
	TLSListen string   `yaml:"turn_tls_listen"`
	TLSCert   string   `yaml:"turn_tls_cert"`
	TLSKey    string   `yaml:"turn_tls_key"`
	URLs      []string `yaml:"turn_urls"`
}

const (
	turnShared = "shared" // TURN over TLS on the pages' own port, if that has TLS of ours
	turnNone   = "none"
	maxTURN    = 8 // URLs, as PROTOCOL.md has it
)

// complete refuses what contradicts itself.
func (t TURN) complete(hasTLS bool) error {
	own := t.tlsAddress() != ""
	switch {
	case (t.TLSCert == "") != (t.TLSKey == ""):
		return errors.New("turn_tls_cert and turn_tls_key: both or neither")
	case own && t.TLSCert == "" && !hasTLS:
		return errors.New("turn_tls_listen: it needs a certificate: turn_tls_cert, or tls_cert or acme")
	case !own && t.TLSCert != "":
		return errors.New("turn_tls_cert: it is for a port of its own; set turn_tls_listen")
	case len(t.URLs) > maxTURN:
		return fmt.Errorf("turn_urls: at most %d", maxTURN)
	}
	for _, one := range t.URLs {
		if err := turn.CheckURL(one); err != nil {
			return fmt.Errorf("turn_urls: %q is not a turn: or turns: address", one)
		}
	}
	return nil
}

// tlsAddress is where TURN has a port of its own for TLS, "" if it has none.
func (t TURN) tlsAddress() string {
	if t.TLSListen == turnShared || t.TLSListen == turnNone {
		return ""
	}
	return t.TLSListen
}

// sharesTURN tells whether TURN over TLS goes to the port of the pages.
func (c Config) sharesTURN() bool { return c.hasTLS() && c.TURN.TLSListen == turnShared }

func (c Config) hasTURN() bool {
	return c.sharesTURN() || c.TURN.Listen != "" || c.TURN.tlsAddress() != ""
}

// openTURN makes the TURN server and opens its port without TLS.
func (a *App) openTURN() error {
	if !a.cfg.hasTURN() {
		return nil
	}
	server, err := turn.New(a.media)
	if err != nil {
		return err
	}
	a.turn = server
	a.opened(func() { _ = server.Close() })
	if err := a.listenTURN(); err != nil {
		return fmt.Errorf("turn_listen: %w", err)
	}
	return nil
}

// listenTURN opens the port without TLS, for UDP and TCP.
func (a *App) listenTURN() error {
	at := &a.cfg.TURN.Listen
	if *at == "" {
		return nil
	}
	l, err := net.Listen("tcp", *at)
	if err != nil {
		return err
	}
	*at = l.Addr().String()
	a.turn.Serve(l)
	c, err := sfu.ListenPacket(*at)
	if err != nil {
		return err
	}
	return a.turn.ServePackets(c)
}

// listenTURNOverTLS opens a port of TURN's own for TLS, with its own certificate
// or the pages'.
func (a *App) listenTURNOverTLS(get certificate) error {
	if a.cfg.TURN.tlsAddress() == "" {
		return nil
	}
	if a.cfg.TURN.TLSCert != "" {
		files, err := newCertificateFiles(a.cfg.TURN.TLSCert, a.cfg.TURN.TLSKey, a.log)
		if err != nil {
			return err
		}
		get = files.get
	}
	l, err := net.Listen("tcp", a.cfg.TURN.tlsAddress())
	if err != nil {
		return err
	}
	a.cfg.TURN.TLSListen = l.Addr().String()
	front := newTLSFront(l, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: get, NextProtos: []string{turnProtocol}}, a.turn.Handle)
	front.only = true
	a.opened(front.start())
	return nil
}

// turnURLs are what browsers are told: what is configured, or what follows from
// it.
func (c Config) turnURLs() []string {
	if len(c.TURN.URLs) > 0 || !c.hasTURN() {
		return c.TURN.URLs
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil {
		return nil
	}
	var all []string
	if c.TURN.Listen != "" {
		at := net.JoinHostPort(u.Hostname(), portOf(c.TURN.Listen))
		all = append(all, "turn:"+at+"?transport=udp", "turn:"+at+"?transport=tcp")
	}
	switch {
	case c.sharesTURN():
		all = append(all, "turns:"+net.JoinHostPort(u.Hostname(), portOfURL(u))+"?transport=tcp")
	case c.TURN.tlsAddress() != "":
		all = append(all, "turns:"+net.JoinHostPort(u.Hostname(), portOf(c.TURN.TLSListen))+"?transport=tcp")
	}
	return all
}

func portOfURL(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// turnFor makes what a seat needs.
func (a *App) turnFor(owner string) signaling.TURN {
	c := a.turn.Credentials(owner)
	return signaling.TURN{URLs: a.cfg.turnURLs(), Username: c.Username, Credential: c.Password, Expires: c.Expires}
}

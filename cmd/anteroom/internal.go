package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// completeInternal works out where the other machines reach this one. A port 0
// is resolved when it is listened on.
func (c *Config) completeInternal() error {
	if c.InternalListen == "" {
		if c.InternalURL != "" {
			return errors.New("internal_url: it needs internal_listen too")
		}
		return nil
	}
	host, _, err := net.SplitHostPort(c.InternalListen)
	if err != nil {
		return errors.New("internal_listen: it is host:port")
	}
	if c.InternalURL == "" {
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			return errors.New("internal_url: say where the other machines reach this one, https://host:port")
		}
		c.InternalURL = "https://" + c.InternalListen
	}
	u, err := url.Parse(c.InternalURL)
	if err != nil || u.Scheme != "https" || u.Host == "" || "https://"+u.Host != strings.TrimSuffix(c.InternalURL, "/") {
		return errors.New("internal_url: it is https://host:port, without a path")
	}
	c.InternalURL = "https://" + u.Host
	return nil
}

// listenInternal opens the port for the other machines, nil if there are none.
func (a *App) listenInternal() (net.Listener, error) {
	if a.cfg.InternalListen == "" {
		return nil, nil
	}
	l, err := net.Listen("tcp", a.cfg.InternalListen)
	if err != nil {
		return nil, fmt.Errorf("internal_listen: %w", err)
	}
	a.opened(func() { _ = l.Close() })
	if before, ok := strings.CutSuffix(a.cfg.InternalURL, ":0"); ok {
		_, picked, _ := net.SplitHostPort(l.Addr().String())
		a.cfg.InternalURL = before + ":" + picked
	}
	return l, nil
}

func (a *App) serveInternal(l net.Listener) {
	if l != nil {
		handler, config := a.server.Internal()
		a.serve(tls.NewListener(l, config), handler)
	}
}

package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"time"
)

// health asks the running program whether it is ready: for containers and
// service managers, which need an exit status.
func health(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	cfg, err := load(args, getenv, out)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, cfg.ownURL()+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := ownClient().Do(req)
	if err != nil {
		return fmt.Errorf("not answering on %s", cfg.Listen)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready (status %d)", resp.StatusCode)
	}
	_, err = fmt.Fprintln(out, "ready")
	return err
}

// ownURL is where this machine itself reaches the program. It needs no name: an
// image without anything else in it may have nobody to ask what localhost is.
func (c Config) ownURL() string {
	place := reachable(c.Listen)
	if host, port, err := net.SplitHostPort(place); err == nil && host == "localhost" {
		place = net.JoinHostPort("127.0.0.1", port)
	}
	if c.hasTLS() {
		return "https://" + place
	}
	return "http://" + place
}

// ownClient makes calls to the program on this machine, whose certificate is for
// another name than that of the loopback address.
func ownClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12},
	}}
}

// version prints what was built.
func version(out io.Writer) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		_, err := fmt.Fprintln(out, "anteroom (unknown build)")
		return err
	}
	_, err := fmt.Fprintln(out, "anteroom", info.Main.Version, info.GoVersion)
	return err
}

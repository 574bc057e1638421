package main

import (
	"context"
	"crypto/tls"
	"strings"
	"sync"

	"anteroom/sfu/turn"
)

// checkTURN goes to the TURN server by the addresses that browsers are told.
func (d *examination) checkTURN(ctx context.Context) {
	urls, closed := d.cfg.turnURLs(), []string(nil)
	if d.running {
		closed = d.unreached(ctx, urls)
	}
	switch {
	case !d.cfg.hasTURN() && !d.local():
		d.found(warning, "turn", "there is no TURN server: people behind firewalls that let only web pages through (clinics, offices) will not get media. Let the program do TLS itself, or set turn_listen; see docs/operating.md.")
	case !d.cfg.hasTURN() || !d.running:
	case len(closed) == 0:
		d.found(fine, "turn", "answers on %s", strings.Join(urls, ", "))
	default:
		for _, url := range closed {
			d.found(failure, "turn", "does not answer on %s, which browsers are told. Look at the firewall, at what stands before the port, at the certificate, and at turn_urls.", url)
		}
	}
	if d.cfg.hasTURN() && !d.local() && !strings.Contains(strings.Join(urls, " "), "turns:") {
		d.found(warning, "turn", "browsers are told of no TURN over TLS: it is what gets through firewalls that let only web pages through. See turn_tls_listen.")
	}
}

// unreached are the addresses where the TURN server does not answer. All are asked
// at once: an answer over UDP may take its time.
func (d *examination) unreached(ctx context.Context, urls []string) (all []string) {
	failed := make([]error, len(urls))
	var asking sync.WaitGroup
	for i, url := range urls {
		asking.Go(func() {
			failed[i] = turn.Probe(ctx, url, &tls.Config{RootCAs: d.roots, MinVersion: tls.VersionTLS12})
		})
	}
	asking.Wait()
	for i, url := range urls {
		if failed[i] != nil {
			all = append(all, url)
		}
	}
	return all
}

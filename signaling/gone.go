package signaling

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"anteroom/room"
)

// A lease is good until it runs out, unless there is proof that the process that
// holds it is no more: then whoever finds that gives the lease up in its place.
// There are two proofs. The machine refuses connections to where the process
// listened; or this very process listens there. No answer proves nothing: that
// is what a cut line and a process that stands still look like.
//
// Should a proof ever be false (a firewall that refuses what it was to let
// pass), the epoch of the next lease fences the holder's writes off, and the
// holder ends its media when it hears of the first change or next renews.

// reason is why a node could take a lease.
type reason string

const (
	reasonFree      reason = "free"      // nobody had it
	reasonSilent    reason = "silent"    // it ran out while its holder did not answer
	reasonGone      reason = "gone"      // its holder's machine says that the process is no more
	reasonRestarted reason = "restarted" // its holder was this process' predecessor
)

// reasons are all there are.
func reasons() []reason { return []reason{reasonFree, reasonSilent, reasonGone, reasonRestarted} }

// proofWithin bounds the search for a proof: a machine that refuses does so at
// once.
const proofWithin = 250 * time.Millisecond

// inherit gives up the lease of a process that is no more; false if there is no
// proof that it is.
func (s *Server) inherit(ctx context.Context, held room.Lease) (reason, bool) {
	at := heldError{held}.url()
	if at == "" || s.cfg.InternalURL == "" {
		return "", false
	}
	why := reasonRestarted
	if at == s.cfg.InternalURL && s.nodes.twin.Load() {
		return "", false // it may be the other one's
	}
	if at != s.cfg.InternalURL {
		why = reasonGone
		if !refuses(ctx, at) {
			return "", false
		}
	}
	return why, s.sessions.Store().Release(ctx, held) == nil
}

// refuses tells whether every address that a URL's host has refuses connections
// to the URL's port.
func refuses(ctx context.Context, at string) bool {
	ctx, cancel := context.WithTimeout(ctx, proofWithin)
	defer cancel()
	u, err := url.Parse(at)
	if err != nil {
		return false
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	all, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	for _, address := range all {
		if !refusesAt(ctx, address, port) {
			return false
		}
	}
	return err == nil && len(all) > 0
}

func refusesAt(ctx context.Context, address netip.Addr, port string) bool {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", net.JoinHostPort(address.String(), port))
	if err == nil {
		_ = c.Close()
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}

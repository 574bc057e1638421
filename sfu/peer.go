package sfu

import "context"

// Peer is one participant's connection. Its methods may be called from any
// goroutine.
type Peer struct{}

// Offer takes the client's SDP offer, the first or a later one of the same
// connection (ICE restart, more sections), and returns the answer, complete
// with candidates. Candidates in the offer are ignored.
func (p *Peer) Offer(ctx context.Context, sdp string) (answer string, err error) {
	return "", ErrOffer
}

// Join puts the peer into a circle of its room: from now on it receives from,
// and is received by, the peers of that circle alone. "" is nowhere. In effect
// when it returns.
func (p *Peer) Join(circle string) {}

// Allow says what the peer may send. Anything else is not forwarded. In effect
// when it returns.
func (p *Peer) Allow(mic, camera, screen bool) {}

// Close ends the peer. When it returns nothing of it is forwarded any more and
// nothing is forwarded to it.
func (p *Peer) Close() {}

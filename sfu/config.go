package sfu

import (
	"errors"
	"log/slog"
	"net/netip"
)

// Config says where a Node listens. The zero value listens on all interfaces
// at a port of the system's choice.
type Config struct {
	// Address is the media address, for UDP and TCP alike. ":7900" listens on
	// all interfaces; an explicit host, a loopback address too, is listened on
	// and advertised. Port 0 picks one that is free for both.
	Address string

	// Advertise are the addresses put into candidates. When empty, they are
	// the explicit host of Address, or else derived from the interfaces.
	Advertise []netip.Addr

	// Sockets is how many sockets share the UDP port, each with a goroutine that
	// handles what comes in to completion. 0 is one for each processor that the
	// program may use, but not more than 8; where the system cannot share a port it
	// is 1.
	Sockets int

	// Logger gets counts and kinds of events; never an address, an SDP or a
	// name. Nil logs nothing.
	Logger *slog.Logger
}

// Errors of this package. They carry nothing of what a client sent.
var (
	// ErrClosed: the node, room or peer is closed.
	ErrClosed = errors.New("sfu: closed")
	// ErrOffer: the offer is malformed, over a limit, or not one that this
	// gateway can answer.
	ErrOffer = errors.New("sfu: offer refused")
)

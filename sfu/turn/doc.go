// Package turn relays media for those whose networks let nothing through but
// what looks like a web page: a TURN server (RFC 8656) over UDP, TCP and TLS
// that leads to the media port of this process and nowhere else. It knows no
// roles, seats or tokens: who may have credentials is decided by who asks for
// them.
//
// # Using it
//
// A [Server] is made for one media gateway. [Server.ServePackets] and
// [Server.Serve] listen; [Server.Handle] takes a single connection, from a port
// that is shared with something else. [Server.Credentials] makes what a client
// needs, for an owner that the caller names.
//
// # What it is made of
//
// The protocol is Pion's. Around it stands what a server on the open internet
// needs:
//
//   - stream: connections. Pion gets from them one whole, well-formed frame at
//     a time (its own framing of streams does not stand frames that lie about
//     their size), and only so many, for so long, before they prove themselves.
//   - credentials: made from a key of this process, good for minutes, bound to
//     an owner, in the form of the TURN REST API. They make allocations; an
//     allocation that is there may be kept beyond their time, until it ends.
//   - strangers: over UDP, how often those who prove nothing are answered.
//   - relays: an allocation opens no socket. Its relayed address is a name; what
//     goes in there goes straight to the media port ([sfu.Relay]).
//
// # Invariants
//
//   - Nothing is sent to anybody but the client itself: not to a third host, not
//     to another port of this one. There is no socket that could.
//   - Allocations are bounded for an owner and in all, and so is what each of
//     them holds. One over which no verified ICE check goes ends within a minute.
//   - Nothing is logged of what a client sent, nor where it is.
package turn

// Package sfu is the media gateway: it takes what each participant sends and
// forwards it to the others. It knows rooms, peers and circles; it knows no
// roles, tokens, stores or sockets of signalling. It decodes nothing, keeps the
// newest packets of each picture for those who lost some, and writes nothing to a
// disk.
//
// # Using it
//
// A [Node] is one media port (UDP and TCP). A [Room] holds the peers of one
// meeting; a [Peer] is one participant's connection. The owner of the rules
// opens and closes peers, hands their offers in ([Peer.Offer]), and says who
// may hear whom ([Peer.Join]) and what a peer may send ([Peer.Allow]). Media
// flows only between peers of one room that stand in the same circle. What
// changes for a participant comes back through [Events].
//
// The client is the only offerer. Its own sections come first (audio, camera,
// screen), then any number of receiving ones; who is on which of those is told
// by [Slot] messages, so that people come and go without negotiation. Opus,
// VP8 and RTX are answered, nothing else. RED is not: its headers are inside
// what is end-to-end encrypted, so that it could not be undone for a receiver
// that does not have it. Whoever loses packets gets sound twice instead.
//
// # What it is made of
//
// Pion's DTLS, SRTP, STUN and SDP, put together here rather than by Pion's
// PeerConnection: a gateway that only answers, is ICE lite and forwards needs
// a small part of that, and needs a packet's way to be short.
//
//	socket ──STUN──▶ ice          a client proves its address; learns the route
//	   │   ──DTLS──▶ dtls         handshake, keys
//	   ├───SRTP────▶ receiver     decrypt, which stream is it, was it lost
//	   │               ▼
//	   │             track        the fan-out: everybody on whose section it is
//	   │               ▼
//	   │             outstream    for each: layer, numbers, encrypt
//	   │               ▼
//	   ◀──────────── batch        send all that one receive call brought
//
// Each processor has a socket of its own on the UDP port, and one goroutine that
// goes this whole way for every packet of it (udp); so has each TCP connection
// (tcp); whoever writes to it for a relay, which is a way
// in from inside the process, for package sfu/turn. Nothing is queued on it but
// what waits for a slow TCP client or relay, and nothing is allocated for a
// packet. What it needs of its own (buffers, the batch) is its worker.
//
// Beside it:
//
//   - room, peer: who is there and in which circle; each change computes the
//     fan-out anew (room.rewire) and publishes it as an immutable slice.
//   - negotiate, offer, answer: the SDP. slots: who is on which section.
//   - clock: the one timer of a node. NACK (loss), congestion feedback and
//     reports (reception, sender), layers, speakers (levels), silence.
//   - estimator, trend, probe: what the line to a client takes. allocate: who
//     gets what of it.
//   - watch: what clients show, and so which layers their senders need to send.
//     quality: whose line is weak. twice: sound for those who lose packets.
//   - segment, thin, vp8: how numbers go on across a switch, and without the
//     temporal layers left out. history: what can be sent again.
//   - bucket: limits of what a client may send. strays: of connections whose
//     owner is not known yet.
//   - udp_linux: many datagrams with one system call. source_linux: from which of
//     our addresses.
//
// # Who owns what
//
//	control state of a room            room.mu
//	who forwards to whom               atomic pointer in track, written under room.mu
//	what comes in from a client        transport.inMu (receiver, layers, loss)
//	what goes out to a client          transport.outMu (outStream, estimator, SRTP)
//	packets kept for sending again     history.mu
//	routes of a socket of the UDP port its goroutine
//	what comes in by a relay           Relay.inMu, taken before all others but room.mu
//	what waits for a relay's reader    Relay.mu, taken last
//	ICE user fragments                 Node.iceMu
//	rooms, list of transports          Node.mu
//
// Locks are taken in the order room.mu, inMu, outMu, history.mu; Node.mu and
// Node.iceMu last, and nothing under them. Two inMu or two outMu are never held
// at once. The way of a packet takes the inMu of its sender and the outMu of
// each receiver in turn, which in Pion's own session would be the locks around
// SRTP, and no other; it never takes room.mu.
//
// # Invariants
//
//   - A packet is forwarded only if its sender's SRTP key verifies it, its SSRC
//     is bound to a section of that sender, the section is allowed, and the
//     receiver's section has that track at that moment. Join, Allow and Close
//     are in effect when they return, but for a packet that is being sent at
//     that instant.
//   - Nothing is sent to an address from which no check came that was signed
//     with the transport's password. Candidates in an offer are never read.
//   - Whatever a client sends costs bounded time and memory: SDP, sections,
//     SSRCs, routes, RTCP, media rate, retransmissions, key-frame requests.
//   - What is logged is a kind of event and a count; Pion's loggers are
//     replaced by counters.
package sfu

// Package sfu is the media gateway: it takes what each participant sends and
// forwards it to the others. It knows rooms, peers and circles; it knows no
// roles, tokens, stores or sockets of signalling, decodes nothing and records
// nothing.
//
// # Using it
//
// A [Node] is one media port (UDP and TCP). A [Room] holds the peers of one
// meeting; a [Peer] is one participant's connection. The owner of the rules
// opens and closes peers, hands their offers in ([Peer.Offer]), and says who
// may hear whom ([Peer.Join]) and what a peer may send ([Peer.Allow]). Media
// flows only between peers of one room that stand in the same circle. What
// changes for a participant comes back through [Events].
package sfu

// Package signaling is the wire: the HTTP API, the websocket protocol and what
// connects both to the rules and to the media. PROTOCOL.md and openapi.yaml in
// this folder are normative. It is the only package that knows both room and
// sfu.
//
// # Who owns what
//
//   - The truth about a session is its record in the store; it changes only
//     through room.Sessions.Update, from whichever goroutine has the command.
//   - A [Server] owns the map of live sessions.
//   - A live session is one goroutine (live.run). It owns the session's newest
//     snapshot, its connections and its media peers; others reach it through
//     its inbox. After every committed change it sends each connection the
//     whole view of its seat and reconciles the peers.
//   - A session is served by the node that holds its lease. A connection that
//     arrives elsewhere proves its seat there and is relayed (relay.go); media go
//     to the holder directly. Nodes know each other by the deployment secret
//     (peering.go) and find each other in the store (nodes.go).
//   - events.go tells programs of the practice what happens, from the snapshots of
//     the node that serves a session; webhook delivers it.
//   - A lease is taken early only with proof that its holder is no more (gone.go).
//     A node that alone does not reach the store lets go of its sessions
//     (cutoff.go, through.go). Which node takes what nobody has: placement.
//   - While the store is away the live session goes on from its snapshot
//     (away.go); what it came to is written when the store is back.
//   - Who may sign in is in records beside the sessions (people.go); who makes a call
//     and what for is found out anew for each (caller.go). What changes how a host
//     signs in takes a proof beside the cookie, of minutes ago (confirm.go).
//   - A connection has a reader (the HTTP handler's goroutine) and a writer.
//     What is to be sent goes to a bounded outbox; one that is full closes the
//     connection, so that a slow reader delays nobody.
//
// # Invariants
//
//   - What a client sent is decoded once, strictly, into one struct per type,
//     and never forwarded as it came.
//   - Who asks is the connection's seat or the request's owner, never a field
//     of a message; what they may do is decided in room.
//   - reconcile.go alone opens, joins and closes peers of the media gateway. A
//     peer exists only while room.Session.MediaFor gives its seat a circle.
//   - Every refusal has a code; nothing that identifies a person is logged.
package signaling

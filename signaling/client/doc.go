// Package client speaks the Anteroom protocol (signaling/PROTOCOL.md) for
// programs: end-to-end tests, the load generator, bots, integrators. It knows
// the protocol alone and imports no other package of the gateway.
//
// # Using it
//
// Whoever makes sessions has an [API]. Whoever was given a link calls [Join],
// which redeems it with a new key and returns a [Seat]: this key is the seat,
// and with it the seat can be taken up again from another process ([Resume]).
// [Seat.Connect] opens the websocket. A [Conn] always knows the newest view
// ([Conn.View], [Conn.WaitView]) and sends commands ([Conn.Admit] …); a refusal
// is an [*Error] with the code of the protocol. [Conn.Publish] makes the media
// connection as a browser does; a [Media] outlives its Conn and is handed to
// the next one ([Conn.Attach]).
//
// [Conn.Protect] adds end-to-end encryption (docs/e2ee.md): a [Shield] agrees on
// keys with the others, and seals and opens chat and frames with them.
//
// # Who owns what
//
//   - A Conn has one goroutine, its reader, which ends with the connection.
//     Writing is guarded by a mutex. Waiting never polls: each Wait method
//     wakes up when what it looks at changes.
//   - A Media owns its PeerConnection and one goroutine for each receiving
//     section that carries something. Negotiations run one after the other.
//   - Everything may be called from many goroutines, but for a Track, whose
//     packets come from one.
//
// # What it makes of what a server sends
//
// Messages of an unknown type, and members that it does not know, are ignored:
// a newer server may send more. Everything else must be as the protocol says;
// what is not ends the connection with an error. [Options.Strict] refuses
// unknown types and members too: tests use it, so that protocol and client
// cannot drift apart unseen.
package client

// Package e2ee is the end-to-end encryption of a session for Go clients: the
// same as web/static/js/e2ee for browsers, both after docs/e2ee.md. Section
// numbers in comments are those of that document.
//
// It uses the standard library only. It opens no sockets, starts no goroutines
// and reads no clock: every input to an [Agreement] carries the time.
//
// # What is here
//
//   - [Agreement] decides who gets keys. It is fed with the circle of people
//     that the gateway says are there, with the messages of others, with the
//     host's own decisions and with the time; it answers with [Output]: boxes to
//     relay, keys to use, and nothing else. [Agreement.Status] says who is in
//     and what the safety code is.
//   - [Sealer] and [Opener] encrypt frames and chat with those keys (SFrame, RFC 9605).
//   - [HostSecret] and [LinkSecret] are what a link carries behind its token.
//
// # Who owns what
//
// An Agreement, Sealer or Opener belongs to one goroutine at a time. Secrets
// have types that print as "[redacted]".
//
// # Invariants
//
//   - A key leaves only in a box for a seat that a trusted host vouched for.
//   - A sender never uses a key again that somebody holds who has left its circle.
//   - The first announcement of a page load, and the first commitment of an
//     epoch, stand: no repetition replaces them.
//   - Nothing that does not authenticate is returned to the caller.
package e2ee

// Package account holds the rules of who may sign in as a host, and of the keys
// of programs: what an account is, when a password, a code or a recovery code is
// the right one, how long a sign-in lasts, what a key may do.
//
// It opens no socket, starts no goroutine and reads no clock; where records are
// kept is room.Vault's business, which HTTP call asks for what is signaling's.
//
// # Who owns what
//
// The record in the store owns the truth. An [Account], [Login], [Key] or
// [Enrolment] in memory is a copy that one goroutine works on. A [Hasher] is shared:
// it bounds how many passwords are hashed at once.
//
// # Invariants
//
//   - A password is kept as an argon2id hash (RFC 9106), a recovery code and a
//     program's key as a hash or not at all.
//   - A code of the authenticator app works once: the step that it belongs to only
//     rises (RFC 6238, 5.2). A recovery code works once.
//   - Checking somebody who is not there costs the same as checking somebody who is.
//   - A [Login] is good only for the account that it was made for, in the epoch that
//     it was made in; signing out everywhere, a reset, a disable and a change of the
//     ways in begin a new epoch. Of the older ones a change leaves one sign-in: the
//     one that made it.
//   - A change needs a proof beside the cookie, that its holder showed who they are
//     in this very sign-in a moment ago, and leaves a way in.
//   - No value of this package prints what it holds.
package account

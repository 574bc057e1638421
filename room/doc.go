// Package room holds the rules of a session: who may come in, who is where,
// and what each person may see and do.
//
// It is pure. It opens no socket, starts no goroutine, reads no clock and no
// file: every method is given the time, and the same calls on the same record
// give the same result. It imports the standard library and golang-jwt only.
//
// # What is here
//
//   - [Session] is the record of one session, the only truth about it. Its
//     methods are the rules, one file for each verb (redeem, admit, hold,
//     remove, lock …). Each takes the [Actor] that asks and either changes the
//     record and returns nil, or returns an [*Error] with a stable [Code].
//   - [Session.ViewFor] is all that one seat may see, [Session.MediaFor] whom
//     it may exchange media with. Everything the wire shows comes from these.
//   - [Keys] makes and checks what must not be forged: links, nonces, the
//     seals on stored records.
//   - [Sessions] keeps records in a [Store], sealed; its Update is the only
//     way a session changes. memstore, boltstore and redisstore implement Store.
//   - [Vault] keeps other records in the same store, sealed in the same way.
//
// # Who owns what
//
// The record in the Store owns the truth. A *Session in memory is a copy that
// one goroutine works on; it is not safe for concurrent use and changing it
// changes nothing until [Sessions.Update] has written it. Update may run its
// function more than once, so that function has no side effects.
//
// # Invariants
//
//   - An invite has at most one seat with any power, and that seat belongs to
//     the first key that redeemed its link, until a host lets a knock in or the
//     link is issued anew (P1).
//   - A guest's seat gets to [PhaseIn] only by a host's Admit (P2).
//   - While Locked, the number of guests' seats does not rise (P3).
//   - A removed seat never leaves [PhaseRemoved] and its key and link never
//     work again; only Reissue gives that person a new link (P4).
//   - Paused is true from 20 s after the last host was lost until one is back,
//     and while it is true nobody has media (P7). Break is true from a host's
//     Pause to a host's Continue, and while it is true there is media at the
//     door only.
//   - What a person wrote (labels, titles, messages) and every identifier has a
//     type that prints as "[redacted]" (P5).
package room

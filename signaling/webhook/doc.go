// Package webhook tells other programs of a practice, its diary for instance,
// what happens in sessions: that somebody waits, is let in, leaves. It sends
// signed HTTP requests after the Standard Webhooks specification 1.0
// (standardwebhooks.com).
//
// It knows nothing of sessions, people or stores: an [Event] is a type, two
// opaque identifiers and a time, and there is no member that could hold a label,
// a title or an address.
//
// # Who owns what
//
//   - A [Sender] owns one endpoint for each URL, and each endpoint its queue, its
//     connections and the one goroutine that posts. A receiver that is slow or
//     down delays nobody but itself.
//   - The queue is in memory alone. Nothing is written anywhere.
//
// # Invariants
//
//   - Send never blocks. A full queue drops its oldest event and counts it.
//   - An event is sent again, at growing and jittered intervals, until it is
//     answered with 2xx or is a day old. It may arrive twice or out of order; its
//     identifier and its time stay the same.
//   - Only https is spoken, but for http to this very machine. No redirect is
//     followed, no proxy is used, little of an answer is read. Addresses are
//     checked when the connection is made, after the name was resolved: see
//     reachable.
//   - No URL, no identifier and no text of a receiver gets into a log, an error or
//     a metric.
package webhook

//go:build linux

// Command anteload is the load generator and the benchmark: people who join a
// running gateway through its public protocol, send sound and picture, and
// measure what comes back to them.
//
//	anteload run --url URL --key APIKEY --profile pairs --rooms 10 --for 20s
//	anteload bench --server bin/anteroom [--short]
//	anteload peak --server bin/anteroom --profile pairs
//	anteload simulate
//
// docs/benchmark.md says what is measured, how, and how to read it.
//
// # How it is made
//
// Joining and everything that is said over the websocket is done by
// signaling/client. The media are not: a PeerConnection and a few goroutines for
// each person cost the load about half as much again at 60 rooms, and do not
// keep the rate (docs/benchmark.md has the figures). In their place there is a
// loop: one thread that reads all sockets and sends what is due, with ICE,
// DTLS-SRTP and congestion feedback as a browser would, and nothing else. On bad
// lines (--loss) it also asks again, and sends again, as a browser would
// (repair.go).
//
// # Who owns what
//
//   - The loop owns every endpoint, stream and tally: only its thread touches
//     them. Others hand it functions to run (loop.do).
//   - A crowd owns its sessions and persons; closing it ends all sessions.
//   - The benchmark runs server, floor and load as processes of its own, the
//     load on another core than what it measures, and ends them.
//
// Invariants: every packet of media carries a stamp (who sent it, when, as
// which of how many), so that loss and latency are counted by what arrives and
// not by sequence numbers, which a gateway rewrites. Latency is never reported
// when the load itself was late.
package main

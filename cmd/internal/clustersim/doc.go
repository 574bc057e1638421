// Package clustersim simulates where the sessions of a large deployment go, by the
// very rule of signaling/placement: when everybody comes on the hour, when a
// machine dies, when all are replaced one after the other. It has neither sockets
// nor clocks; the same seed gives the same figures. docs/capacity.md quotes what
// it prints, and a test holds it to that.
//
// What it leaves out: how long a machine takes for anything. A session is there
// the moment somebody connects; it says how much each machine is asked to do, and
// the benchmark (docs/benchmark.md) how much that costs.
package clustersim

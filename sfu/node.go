package sfu

import (
	"context"
	"net/netip"
)

// Node is one media port and the rooms behind it. Its methods may be called
// from any goroutine.
type Node struct{}

// New listens on the media port.
func New(cfg Config) (*Node, error) { return &Node{}, nil }

// Addr is the address listened on, with the port that was picked.
func (n *Node) Addr() netip.AddrPort { return netip.AddrPort{} }

// Close ends all peers and the port. When it returns no goroutine is left.
func (n *Node) Close() error { return nil }

// Check makes a real ICE and DTLS connection to the media port, without data,
// and reports whether it could.
func (n *Node) Check(ctx context.Context) error { return nil }

// Room returns the room of that id. A room without peers costs nothing.
func (n *Node) Room(id string) *Room { return &Room{} }

// Stats returns the counters of the node since its start.
func (n *Node) Stats() Stats { return Stats{} }

// Stats are counters and gauges of a node, without identifiers.
type Stats struct {
	Rooms, Peers, Connected                           int    // at the moment
	PacketsIn, PacketsOut, BytesIn, BytesOut          uint64 // media only
	PLIsIn, PLIsOut, NACKsIn, NACKsOut, RTXIn, RTXOut uint64
	Dropped                                           uint64 // datagrams that were not understood or not allowed
}

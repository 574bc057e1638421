package sfu

import "sync/atomic"

// Stats are counters and gauges of a node, without identifiers.
type Stats struct {
	Rooms, Peers, Connected int // at the moment

	// Since the start. Packets and octets are of media; a retransmission counts
	// as a packet too.
	PacketsIn, PacketsOut, BytesIn, BytesOut uint64
	PLIsIn, PLIsOut                          uint64 // requests for a key frame, from receivers and to senders
	NACKsIn, NACKsOut                        uint64 // packets asked for again
	RTXIn, RTXOut                            uint64 // packets sent again
	Dropped                                  uint64 // datagrams not understood, not proved or over a limit
}

type counters struct {
	peers                                    atomic.Int64
	packetsIn, packetsOut, bytesIn, bytesOut atomic.Uint64
	plisIn, plisOut, nacksIn, nacksOut       atomic.Uint64
	rtxIn, rtxOut, dropped                   atomic.Uint64
}

// Stats returns the counters of the node since its start.
func (n *Node) Stats() Stats {
	c := &n.count
	s := Stats{
		Peers:     int(c.peers.Load()),
		PacketsIn: c.packetsIn.Load(), PacketsOut: c.packetsOut.Load(),
		BytesIn: c.bytesIn.Load(), BytesOut: c.bytesOut.Load(),
		PLIsIn: c.plisIn.Load(), PLIsOut: c.plisOut.Load(),
		NACKsIn: c.nacksIn.Load(), NACKsOut: c.nacksOut.Load(),
		RTXIn: c.rtxIn.Load(), RTXOut: c.rtxOut.Load(),
		Dropped: c.dropped.Load(),
	}
	for _, t := range *n.transports.Load() {
		if t.up.Load() {
			s.Connected++
		}
	}
	n.mu.Lock()
	s.Rooms = len(n.rooms)
	n.mu.Unlock()
	return s
}

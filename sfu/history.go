package sfu

import (
	"sync"
	"time"
)

const (
	// historyTime is how long packets are kept, where there is room: what was lost
	// longer ago comes too late to be shown.
	historyTime    = time.Second
	historyPackets = 256
	historyLeast   = 16 << 10 // octets
	historyMost    = 256 << 10
)

// history keeps the newest packets of one video layer, decrypted, for
// retransmission: payloads in a ring of bytes as large as what comes in
// historyTime, so that a quiet stream costs as little as it sends. Guarded by mu.
type history struct {
	mu      sync.Mutex
	entries *[historyPackets]historyEntry // made with the first packet: most tracks have none
	ring    []byte
	head    uint64        // bytes ever written; an entry is gone once overwritten
	from    uint64        // where what the ring holds begins at the earliest
	lap     time.Duration // when the ring's beginning was last written
}

type historyEntry struct {
	valid  bool
	marker bool
	seq    uint16
	size   uint16
	ts     uint32
	at     uint64 // position in the stream of bytes
}

func (h *history) add(now time.Duration, seq uint16, ts uint32, marker bool, payload []byte) {
	if len(payload) > maxDatagram {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.entries == nil {
		h.entries, h.ring, h.lap = new([historyPackets]historyEntry), make([]byte, historyLeast), now
	}
	// A payload is never split: what does not fit before the end of the ring
	// starts at its beginning.
	size := uint64(len(h.ring))
	if left := size - h.head%size; left < uint64(len(payload)) {
		h.head += left
		h.goRound(now)
		size = uint64(len(h.ring))
	}
	copy(h.ring[h.head%size:], payload)
	h.entries[seq%historyPackets] = historyEntry{
		valid: true, marker: marker, seq: seq, size: uint16(len(payload)), ts: ts, at: h.head,
	}
	h.head += uint64(len(payload))
}

// goRound begins the ring anew, or one of twice the size when this one was full
// too soon. All of the old ring stays where its positions say.
func (h *history) goRound(now time.Duration) {
	size := uint64(len(h.ring))
	if now-h.lap < historyTime && size < historyMost {
		h.from = h.head - size
		grown := make([]byte, 2*size)
		copy(grown[h.from%(2*size):], h.ring)
		if h.ring = grown; h.head%(2*size) != 0 {
			return // the lap goes on in the other half
		}
	}
	h.lap = now
}

// get copies the payload of a packet into dst. It is not ok when the packet is
// no longer there.
func (h *history) get(seq uint16, dst []byte) (e historyEntry, n int, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.entries == nil {
		return e, 0, false
	}
	size := uint64(len(h.ring))
	e = h.entries[seq%historyPackets]
	if !e.valid || e.seq != seq || e.at < h.from || e.at+size < h.head || int(e.size) > len(dst) {
		return e, 0, false
	}
	at := e.at % size
	return e, copy(dst, h.ring[at:at+uint64(e.size)]), true
}

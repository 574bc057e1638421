package sfu

import "sync"

const (
	historyPackets = 256
	historyBytes   = 192 << 10
)

// history keeps the newest packets of one video layer, decrypted, for
// retransmission: payloads in a ring of bytes, so that a quiet stream costs as
// little as it sends. Guarded by mu.
type history struct {
	mu      sync.Mutex
	entries [historyPackets]historyEntry
	ring    []byte
	head    uint64 // bytes ever written; an entry is gone once overwritten
}

type historyEntry struct {
	valid  bool
	marker bool
	seq    uint16
	size   uint16
	ts     uint32
	at     uint64 // position in the stream of bytes
}

func (h *history) add(seq uint16, ts uint32, marker bool, payload []byte) {
	if len(payload) > maxDatagram {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.grow(len(payload))
	// A payload is never split: what does not fit before the end of the ring
	// starts at its beginning.
	size := uint64(len(h.ring))
	if left := size - h.head%size; left < uint64(len(payload)) {
		h.head += left
	}
	copy(h.ring[h.head%size:], payload)
	h.entries[seq%historyPackets] = historyEntry{
		valid: true, marker: marker, seq: seq, size: uint16(len(payload)), ts: ts, at: h.head,
	}
	h.head += uint64(len(payload))
}

// grow enlarges the ring in steps, as long as it is not yet full size. Growing
// forgets what is in it.
func (h *history) grow(n int) {
	const first = 16 << 10
	switch {
	case h.ring == nil:
		h.ring = make([]byte, first)
	case h.head+uint64(n) > uint64(len(h.ring)) && len(h.ring) < historyBytes:
		old := h.ring
		h.ring = make([]byte, min(4*len(old), historyBytes))
		copy(h.ring, old) // h.head has not wrapped yet: positions stay
	}
}

// get copies the payload of a packet into dst. It is not ok when the packet is
// no longer there.
func (h *history) get(seq uint16, dst []byte) (e historyEntry, n int, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e = h.entries[seq%historyPackets]
	if !e.valid || e.seq != seq || e.at+uint64(len(h.ring)) < h.head || int(e.size) > len(dst) {
		return e, 0, false
	}
	at := e.at % uint64(len(h.ring))
	return e, copy(dst, h.ring[at:at+uint64(e.size)]), true
}

package sfu

import "time"

const (
	maxMissing  = 128 // of one stream; a larger gap is left to a key frame
	maxNacks    = 3   // requests for one packet
	maxLossAge  = time.Second
	seenWindow  = 1024
	nackBackoff = 2 // how much longer to wait after each request
)

// lossTracker finds out which packets of one incoming stream are missing,
// which came twice, and when to ask for which again. Retransmissions are fed
// into it like any other packet, so that what was repaired is asked for no
// more. Owned by the stream's layer.
type lossTracker struct {
	started bool
	highest uint16
	cycles  uint32 // of the sequence number, in its high 16 bits
	seen    [seenWindow / 64]uint64
	missing []missingPacket
}

type missingPacket struct {
	seq   uint16
	asked uint8
	since time.Duration
	next  time.Duration
}

// add notes a packet that arrived at now. It is not fresh if it came before,
// or is too old to tell.
func (l *lossTracker) add(seq uint16, now time.Duration) (fresh, gap bool) {
	if !l.started {
		l.started, l.highest = true, seq
		l.mark(seq)
		return true, false
	}
	ahead := int16(seq - l.highest)
	switch {
	case ahead > 0:
		gap = l.advance(seq, int(ahead), now)
		return true, gap
	case int(-ahead) >= seenWindow || l.isSeen(seq):
		return false, false
	}
	l.mark(seq)
	l.found(seq)
	return true, false
}

func (l *lossTracker) advance(seq uint16, ahead int, now time.Duration) (gap bool) {
	if seq < l.highest {
		l.cycles += 1 << 16
	}
	for s := l.highest + 1; s != seq; s++ {
		l.clear(s)
		if ahead <= maxMissing {
			l.miss(s, now)
		}
		gap = true
	}
	if ahead > maxMissing {
		l.missing = l.missing[:0]
	}
	l.highest = seq
	l.mark(seq)
	return gap
}

func (l *lossTracker) miss(seq uint16, now time.Duration) {
	if len(l.missing) == maxMissing {
		l.missing = append(l.missing[:0], l.missing[1:]...)
	}
	l.missing = append(l.missing, missingPacket{seq: seq, since: now, next: now})
}

func (l *lossTracker) found(seq uint16) {
	for i := range l.missing {
		if l.missing[i].seq == seq {
			l.missing = append(l.missing[:i], l.missing[i+1:]...)
			return
		}
	}
}

// due appends the packets to ask for at now, given the round trip, and forgets
// those that were asked for often enough.
func (l *lossTracker) due(dst []uint16, now, rtt time.Duration) []uint16 {
	keep := l.missing[:0]
	for _, m := range l.missing {
		if now-m.since > maxLossAge {
			continue
		}
		if now >= m.next {
			if m.asked == maxNacks {
				continue
			}
			dst = append(dst, m.seq)
			m.asked++
			m.next = now + max(rtt, 20*time.Millisecond)*time.Duration(m.asked)*nackBackoff
		}
		keep = append(keep, m)
	}
	l.missing = keep
	return dst
}

// extended is the highest sequence number with its cycles (RFC 3550 §6.4.1).
func (l *lossTracker) extended() uint32 { return l.cycles | uint32(l.highest) }

func (l *lossTracker) isSeen(s uint16) bool {
	return l.seen[s%seenWindow/64]&(1<<(s%64)) != 0
}
func (l *lossTracker) mark(s uint16)  { l.seen[s%seenWindow/64] |= 1 << (s % 64) }
func (l *lossTracker) clear(s uint16) { l.seen[s%seenWindow/64] &^= 1 << (s % 64) }

package sfu

import "time"

const (
	// lossyDown is the share of packets lost on the way to a client from which on
	// it gets each packet of sound twice, and lossyFor for how long after that was
	// last seen. (What comes twice is not reported as lost, so that it has to be
	// tried out from time to time whether it still is.)
	lossyDown = 0.02
	lossyFor  = 20 * time.Second
	// roomForTwice is what has to be left of a line for a second time: a line that
	// loses packets because it is full must not be filled further.
	roomForTwice = 100_000
	maxTwice     = 512 // octets; a larger packet is no voice
)

// echo is the newest packet of a sound, encrypted, to be sent a second time
// after the next one. It is the same packet to the last bit, so that nothing is
// encrypted twice under one number, and whoever got both drops one before its
// decryption. Sound has no time to be asked for again, and no codec's own
// redundancy is of use where the gateway cannot read it and only the way to one
// of many receivers loses packets.
type echo struct {
	n   int
	buf [maxTwice]byte
}

// lossy notes that the client loses packets. The transport's outMu is held.
func (s *sender) lossy(now time.Duration, share float64) {
	if share >= lossyDown {
		s.lossyUntil = now + lossyFor
	}
}

// decideTwice decides whether the client gets its sound twice, of so many bit/s,
// and returns how often it does.
func (t *transport) decideTwice(now time.Duration, sound float64) float64 {
	t.outMu.Lock()
	defer t.outMu.Unlock()
	s := &t.snd
	room := s.line == nil || s.line.rate >= 2*sound+roomForTwice
	if s.twice = room && now < s.lossyUntil; s.twice {
		return 2
	}
	return 1
}

// sendTwice sends the packet before enc again, where that is worth while, and
// keeps enc for the next time. The transport's outMu is held.
func (o *outStream) sendTwice(w *worker, p *path, enc []byte) {
	if !o.t.snd.twice {
		o.echo = nil
		return
	}
	if o.echo == nil {
		o.echo = &echo{}
	}
	// enc may stand in the buffer that is written next.
	before := *o.echo
	if o.echo.n = 0; len(enc) <= maxTwice {
		o.echo.n = copy(o.echo.buf[:], enc)
	}
	if before.n == 0 {
		return
	}
	w.send(p, copy(w.out.next(), before.buf[:before.n]))
	w.node.count.packetsOut.Add(1)
	w.node.count.bytesOut.Add(uint64(before.n))
	w.node.count.rtxOut.Add(1)
}

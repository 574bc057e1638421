//go:build linux

package main

import "time"

// tally counts what the load sends and gets. Owned by the loop. Loss and latency
// are counted for packets that were sent between from and to; until is the end
// of time until somebody says otherwise.
type tally struct {
	from, to time.Duration
	expected [kinds]uint64 // packets sent, once for each who should get it
	received [kinds]uint64 // of these
	octets   uint64        // sent for the first time, encrypted
	again    uint64        // octets sent once more
	latency  histogram
	lateness histogram // of the load's own sending
	arrived  uint64    // packets of media, since the start
	sent     uint64    // likewise
	failed   uint64    // sends that the system refused
	garbage  uint64    // datagrams that could not be decrypted
}

func (t *tally) inside(at time.Duration) bool { return t.from != 0 && at >= t.from && at < t.to }

// begin starts a measurement that goes on until end.
func (t *tally) begin(now time.Duration) {
	t.from, t.to = now, 1<<62
	t.expected, t.received = [kinds]uint64{}, [kinds]uint64{}
	t.octets, t.again, t.failed, t.garbage = 0, 0, 0, 0
	t.latency, t.lateness = histogram{}, histogram{}
}

// end stops counting what is sent; what was sent before still counts when it
// comes.
func (t *tally) end(now time.Duration) { t.to = now }

func (t *tally) running() bool { return t.from != 0 && t.to == 1<<62 }

func (t *tally) late(by time.Duration) {
	if t.running() {
		t.lateness.add(int64(by))
	}
}

func (t *tally) went(at time.Duration, k kind, receivers, octets int) {
	t.sent++
	if t.inside(at) {
		t.expected[k] += uint64(receivers)
		t.octets += uint64(octets)
	}
}

func (t *tally) wentAgain(octets int) {
	if t.running() {
		t.again += uint64(octets)
	}
}

func (t *tally) came(s stamp, now time.Duration) {
	t.arrived++
	if t.inside(time.Duration(s.sent)) {
		t.received[s.kind]++
		t.latency.add(int64(now) - s.sent)
	}
}

func (t *tally) all() (expected, received uint64) {
	for k := range kinds {
		expected, received = expected+t.expected[k], received+t.received[k]
	}
	return expected, received
}

// loss is the share that did not come. What comes twice is no gain.
func (t *tally) loss() float64             { return lossOf(t.all()) }
func (t *tally) lossOfKind(k kind) float64 { return lossOf(t.expected[k], t.received[k]) }

func lossOf(expected, received uint64) float64 {
	if expected == 0 {
		return 0
	}
	return max(0, 1-float64(received)/float64(expected))
}

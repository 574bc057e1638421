package sfu

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"
)

func TestTCPOnly(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 2, tcp: true})
	b := join(t, r, "b", "in", peerOptions{sections: 2})
	c := join(t, r, "c", "in", peerOptions{sections: 2, tcp: true})
	eventually(t, "a gets b", both(a, "b"))
	eventually(t, "b gets a", both(b, "a"))
	eventually(t, "a gets c", both(a, "c"))
	eventually(t, "c gets a", both(c, "a"))
}

func TestSixteen(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	var all []*testPeer
	for i := range 16 {
		// Few packets, one handshake at a time: it is the number of people that
		// counts here, and their clients share a machine with the gateway.
		p := join(t, r, fmt.Sprintf("p%d", i), "in", peerOptions{sections: 15, every: 200 * time.Millisecond})
		eventually(t, p.seat+" is connected", func() bool { return p.peer.link.Load().up.Load() })
		all = append(all, p)
	}
	for _, a := range all {
		for _, b := range all {
			if a != b {
				eventually(t, a.seat+" gets "+b.seat, func() bool {
					return a.hears(b.seat, Audio) > 2 && a.hears(b.seat, Camera) > 2
				})
			}
		}
	}
}

func TestICERestart(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 2})
	b := join(t, r, "b", "in", peerOptions{sections: 2})
	eventually(t, "a gets b", both(a, "b"))
	before := a.pc.CurrentRemoteDescription().SDP
	a.offer(&webrtc.OfferOptions{ICERestart: true})
	if line(before, "a=ice-pwd:") == line(a.pc.CurrentRemoteDescription().SDP, "a=ice-pwd:") {
		t.Error("the same credentials after a restart")
	}
	if line(before, "o=") == line(a.pc.CurrentRemoteDescription().SDP, "o=") {
		t.Error("the version of the description did not rise")
	}
	eventually(t, "connected again", func() bool { return a.pc.ICEConnectionState() == webrtc.ICEConnectionStateConnected })
	a.forget()
	b.forget()
	eventually(t, "a gets b again", both(a, "b"))
	eventually(t, "b gets a again", both(b, "a"))
}

func TestSimulcastFallsBack(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 2, rids: []string{"q", "h", "f"}})
	b := join(t, r, "b", "in", peerOptions{sections: 2})
	eventually(t, "b gets the best layer", func() bool { return b.hearsLayer("a", Camera, "f") > 30 })
	a.with(func() { a.mute[2] = true })
	eventually(t, "b gets the middle layer", func() bool { return b.hearsLayer("a", Camera, "h") > 30 })
	a.with(func() { a.mute[1] = true })
	eventually(t, "b gets the lowest layer", func() bool { return b.hearsLayer("a", Camera, "q") > 30 })
	a.with(func() { a.mute[1], a.mute[2] = false, false })
	b.forget()
	eventually(t, "b gets the best layer again", func() bool { return b.hearsLayer("a", Camera, "f") > 30 })
	b.checkContinuity(t, b.slotOf("a", Camera))
}

// checkContinuity: whatever was switched, the receiver saw one stream, without
// gaps, that never went back.
func (p *testPeer) checkContinuity(t *testing.T, mid string) {
	t.Helper()
	p.with(func() {
		h := p.packets[mid]
		for i := 1; i < len(h); i++ {
			if h[i].SequenceNumber != h[i-1].SequenceNumber+1 {
				t.Fatalf("sequence %d after %d", h[i].SequenceNumber, h[i-1].SequenceNumber)
			}
			if d := int32(h[i].Timestamp - h[i-1].Timestamp); d <= 0 || d > 90000*2 {
				t.Fatalf("timestamp advanced by %d", d)
			}
		}
	})
}

func line(sdp, prefix string) string {
	kept := dropLines(sdp, func(l string) bool { return len(l) < len(prefix) || l[:len(prefix)] != prefix })
	return kept
}

func replaceOnce(s, from, to string) string { return strings.Replace(s, from, to, 1) }

// TestSenderReports: receivers are told which time of a stream is which time
// of its sender, in the numbers that they see, for sound and picture alike.
func TestSenderReports(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	join(t, r, "a", "in", peerOptions{sections: 1})
	b := join(t, r, "b", "in", peerOptions{sections: 1, receive: true})
	eventually(t, "b gets a", both(b, "a"))
	clock := map[Kind]float64{Audio: 48000, Camera: 90000}
	// start is the sender's wall clock, in seconds, at RTP time 0 of the test
	// peer, which counts both from one beginning.
	start := func(kind Kind) (at float64, ok bool) {
		mid := b.slotOf("a", kind)
		b.with(func() {
			tr := b.tracks[mid]
			if tr == nil || len(b.packets[mid]) == 0 {
				return
			}
			for _, sr := range b.srs {
				if sr.SSRC != uint32(tr.SSRC()) {
					continue
				}
				first := b.packets[mid][0]
				began := float64(int32(sr.RTPTime-first.Timestamp)) / clock[kind]
				at, ok = float64(sr.NTPTime>>32)+float64(sr.NTPTime&0xffffffff)/(1<<32)-began, true
			}
		})
		return at, ok
	}
	var sound, picture float64
	eventually(t, "reports of both", func() bool {
		var ok1, ok2 bool
		sound, ok1 = start(Audio)
		picture, ok2 = start(Camera)
		return ok1 && ok2
	})
	// What came first of each was sent at most some ticks apart.
	if d := sound - picture; d > 1 || d < -1 {
		t.Errorf("%.3f s between sound and picture", d)
	}
}

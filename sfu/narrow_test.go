package sfu

import (
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// narrowLine stands between one client and the media port, and passes on to the
// client no more than its rate; a queue of 300 ms fills before packets are
// lost.
type narrowLine struct {
	client, node *net.UDPConn
	down         chan []byte
	rate         atomic.Int64 // bit/s
}

func newNarrowLine(t *testing.T, n *Node, rate int) *narrowLine {
	t.Helper()
	near, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	must(t, err)
	far, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(n.Addr()))
	must(t, err)
	l := &narrowLine{client: near, node: far, down: make(chan []byte, max(10, rate*300/1000/8/400))}
	l.rate.Store(int64(rate))
	from := make(chan *net.UDPAddr, 1)
	go l.up(from)
	go l.queue()
	go l.drip(from)
	t.Cleanup(func() { _ = near.Close(); _ = far.Close() })
	return l
}

// up passes everything to the node.
func (l *narrowLine) up(from chan<- *net.UDPAddr) {
	buf := make([]byte, 2000)
	for known := false; ; {
		n, a, err := l.client.ReadFromUDP(buf)
		if err != nil {
			return
		}
		if !known {
			known = true
			from <- a
		}
		_, _ = l.node.Write(buf[:n])
	}
}

// queue takes in what comes from the node, as far as there is room.
func (l *narrowLine) queue() {
	defer close(l.down)
	for {
		buf := make([]byte, 2000)
		n, err := l.node.Read(buf)
		if err != nil {
			return
		}
		select {
		case l.down <- buf[:n]:
		default:
		}
	}
}

// drip passes on at the line's rate.
func (l *narrowLine) drip(from <-chan *net.UDPAddr) {
	to := <-from
	free := time.Now()
	for d := range l.down {
		if now := time.Now(); free.Before(now) {
			free = now
		}
		free = free.Add(time.Duration(len(d)*8) * time.Second / time.Duration(l.rate.Load()))
		<-time.After(time.Until(free))
		if _, err := l.client.WriteToUDP(d, to); err != nil {
			return
		}
	}
}

// TestNarrowLineGetsLowerLayers: somebody whose line takes 0.35 Mbit/s gets a
// layer that fits and all of the sound, while somebody with a good line keeps
// the best layer.
func TestNarrowLineGetsLowerLayers(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	// At 62 frames a second the layers take 0.05, 0.17 and 0.6 Mbit/s.
	join(t, r, "a", "in", peerOptions{sections: 2, rids: []string{"q", "h", "f"}, sizes: []int{60, 300, 1150}, every: 16 * time.Millisecond})
	good := join(t, r, "b", "in", peerOptions{sections: 2, receive: true})
	narrow := join(t, r, "c", "in", peerOptions{sections: 2, receive: true, line: newNarrowLine(t, n, 350_000)})
	eventually(t, "the best layer on the good line", func() bool { return good.hearsLayer("a", Camera, "f") > 60 })
	eventually(t, "a lower layer on the narrow line", func() bool {
		before := narrow.hearsLayer("a", Camera, "f")
		narrow.with(func() { clear(narrow.got) })
		eventually(t, "a second of sound", func() bool { return narrow.hears("a", Audio) >= 62 })
		return before == 0 && narrow.hearsLayer("a", Camera, "f") == 0 && narrow.hears("a", Camera) > 50
	})
	good.forget()
	eventually(t, "still the best layer on the good line", func() bool { return good.hearsLayer("a", Camera, "f") > 60 })
}

// TestPictureComesBack: on a line that takes no picture the sound goes on, and
// when the line gets better the picture comes back. Whose line it is is told to
// that client, and to the others, and when it is over.
func TestPictureComesBack(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	line := newNarrowLine(t, n, 60_000)
	a := join(t, r, "a", "in", peerOptions{sections: 2, sizes: []int{1000}, every: 16 * time.Millisecond})
	narrow := join(t, r, "c", "in", peerOptions{sections: 2, receive: true, line: line})
	eventually(t, "no picture on the narrow line", func() bool {
		narrow.forget()
		eventually(t, "a second of sound", func() bool { return narrow.hears("a", Audio) >= 50 })
		return narrow.hears("a", Camera) == 0
	})
	narrow.told(t, Quality{Down: SoundOnly, Up: Good})
	a.told(t, Quality{Down: Good, Up: Good, Weak: []string{"c"}})
	line.rate.Store(10_000_000)
	narrow.forget()
	eventually(t, "the picture is back", func() bool { return narrow.hears("a", Camera) > 100 })
	narrow.told(t, Quality{Down: Good, Up: Good})
	a.told(t, Quality{Down: Good, Up: Good})
}

// told waits until the client is told of lines what it should be.
func (p *testPeer) told(t *testing.T, want Quality) {
	t.Helper()
	eventually(t, fmt.Sprintf("%s is told %v", p.seat, want), func() (is bool) {
		p.with(func() { is = fmt.Sprint(p.quality) == fmt.Sprint(want) })
		return is
	})
}

// through leads a client's packets over a line.
func (l *narrowLine) through(answer string, n *Node) string {
	port := l.client.LocalAddr().(*net.UDPAddr).Port
	old := fmt.Sprintf(" %d typ host", n.Addr().Port())
	return strings.ReplaceAll(answer, old, fmt.Sprintf(" %d typ host", port))
}

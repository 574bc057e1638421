package sfu

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtp"
)

// lossy drops every nth packet of a client's picture, on its way out or in, as
// the network would: below the client's own repair.
type lossy struct {
	interceptor.NoOp
	out, in int
	seen    atomic.Int64
	dropped atomic.Int64
}

func (l *lossy) NewInterceptor(string) (interceptor.Interceptor, error) { return l, nil }

func (l *lossy) BindLocalStream(info *interceptor.StreamInfo, w interceptor.RTPWriter) interceptor.RTPWriter {
	if l.out == 0 || info.ClockRate != 90000 {
		return w
	}
	return interceptor.RTPWriterFunc(func(h *rtp.Header, b []byte, a interceptor.Attributes) (int, error) {
		if h.SSRC == info.SSRC && l.drop(l.out) {
			return len(b), nil
		}
		return w.Write(h, b, a)
	})
}

func (l *lossy) BindRemoteStream(info *interceptor.StreamInfo, r interceptor.RTPReader) interceptor.RTPReader {
	if l.in == 0 || info.ClockRate != 90000 {
		return r
	}
	return interceptor.RTPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
		for {
			n, a, err := r.Read(b, a)
			if err != nil || !l.drop(l.in) {
				return n, a, err
			}
		}
	})
}

func (l *lossy) drop(every int) bool {
	if l.seen.Add(1)%int64(every) != 0 {
		return false
	}
	l.dropped.Add(1)
	return true
}

// whole waits until p has got a run of n packets of a section without a gap,
// in whatever order, from those that came after now.
func (p *testPeer) whole(t *testing.T, mid func() string, n int) {
	t.Helper()
	var first int
	eventually(t, "a run without gaps", func() (ok bool) {
		m := mid()
		p.with(func() {
			all := p.packets[m]
			if first == 0 {
				first = len(all)
			}
			if len(all)-first < n+20 || first == 0 {
				return
			}
			got := map[uint16]bool{}
			for _, h := range all[first:] {
				got[h.SequenceNumber] = true
			}
			base := all[first].SequenceNumber + 10 // what went before may be on its way still
			ok = true
			for i := range uint16(n) {
				ok = ok && got[base+i]
			}
		})
		return ok
	})
}

// TestLossOnTheWayIn: what the network loses of a sender's picture is asked
// for again, once for each loss, and the receivers get all of it.
func TestLossOnTheWayIn(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	l := &lossy{out: 10}
	join(t, r, "a", "in", peerOptions{sections: 1, network: l, every: 5 * time.Millisecond})
	b := join(t, r, "b", "in", peerOptions{sections: 1})
	eventually(t, "b gets a", both(b, "a"))
	b.whole(t, func() string { return b.slotOf("a", Camera) }, 200)
	s := n.Stats()
	if s.RTXIn == 0 || s.NACKsOut > 3*uint64(l.dropped.Load()) {
		t.Errorf("%d lost, %d asked for, %d sent again", l.dropped.Load(), s.NACKsOut, s.RTXIn)
	}
}

// TestLossOnTheWayOut: what the network loses on the way to a receiver is sent
// again from what the gateway keeps, without asking the sender.
func TestLossOnTheWayOut(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	join(t, r, "a", "in", peerOptions{sections: 1, every: 5 * time.Millisecond})
	l := &lossy{in: 10}
	b := join(t, r, "b", "in", peerOptions{sections: 1, network: l})
	eventually(t, "b gets a", both(b, "a"))
	b.whole(t, func() string { return b.slotOf("a", Camera) }, 200)
	if s := n.Stats(); l.dropped.Load() == 0 || s.RTXOut == 0 || s.NACKsOut > 0 {
		t.Errorf("%d lost, %d sent again, %d asked of the sender", l.dropped.Load(), s.RTXOut, s.NACKsOut)
	}
}

func TestLossTracker(t *testing.T) {
	var l lossTracker
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	for _, s := range []uint16{65533, 65534} {
		l.add(s, 0)
	}
	if _, gap := l.add(1, ms(10)); !gap {
		t.Error("no gap from 65534 to 1")
	}
	asked := l.due(nil, ms(10), ms(50))
	if len(asked) != 2 || asked[0] != 65535 || asked[1] != 0 {
		t.Errorf("asked for %v", asked)
	}
	if again := l.due(nil, ms(11), ms(50)); len(again) > 0 {
		t.Errorf("asked for %v at once again", again)
	}
	if fresh, _ := l.add(0, ms(60)); !fresh {
		t.Error("the repair is not taken")
	}
	if fresh, _ := l.add(0, ms(61)); fresh {
		t.Error("the repair is taken twice")
	}
	n := 0
	for now := 100; now < 3000; now += 10 {
		for _, s := range l.due(nil, ms(now), ms(50)) {
			if s != 65535 {
				t.Errorf("asked for %d", s)
			}
			n++
		}
	}
	if n != maxNacks-1 {
		t.Errorf("asked %d times more", n)
	}
	if e := l.extended(); e != 1<<16|1 {
		t.Errorf("extended to %x", e)
	}
}

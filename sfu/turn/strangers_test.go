package turn

import (
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

// TestStrangersAreAnsweredSparingly: whoever asks without credentials, a thousand
// times and perhaps in another's name, is sent a bounded number of answers; and
// that takes nothing from those who have credentials.
func TestStrangersAreAnsweredSparingly(t *testing.T) {
	w := newWorld(t)
	inside, err := w.overUDP(w.turn.Credentials("a")).Allocate()
	ok(t, err)
	defer inside.Close()
	c, err := net.Dial("udp4", w.udp.LocalAddr().String())
	ok(t, err)
	answered := countAnswers(t, c)
	const asked = 1000
	begun, before := time.Now(), int(w.turn.Stats().Refused)
	for i := range asked {
		method := []stun.Method{stun.MethodBinding, stun.MethodAllocate}[i%2]
		m, err := stun.Build(stun.TransactionID, stun.NewType(method, stun.ClassRequest))
		ok(t, err)
		_, err = c.Write(m.Raw)
		ok(t, err)
		if i%50 == 49 { // not faster than the socket takes them
			eventually(t, fmt.Sprintf("%d were looked at", i), func() bool {
				return int(answered.Load())+int(w.turn.Stats().Refused)-before >= i*9/10
			})
		}
	}
	most := strangerBurst + int(strangerRate*(time.Since(begun).Seconds()+1))
	if got := int(answered.Load()); got == 0 || got > most {
		t.Errorf("%d answers to %d requests, want 1 to %d", got, asked, most)
	}
	dropped := w.node.Stats().Dropped
	eventually(t, "whoever is inside still reaches the media port", func() bool {
		_, err := inside.WriteTo([]byte("a datagram of some length"), net.UDPAddrFromAddrPort(w.media))
		ok(t, err)
		return w.node.Stats().Dropped > dropped
	})
}

// countAnswers reads until the test ends.
func countAnswers(t *testing.T, c net.Conn) *atomic.Int64 {
	n, over := new(atomic.Int64), make(chan struct{})
	go func() {
		defer close(over)
		for buf := make([]byte, 1500); ; n.Add(1) {
			if _, err := c.Read(buf); err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { _ = c.Close(); <-over })
	return n
}

// Networks share a bound with few others, and addresses of one network share one.
func TestStrangersByNetwork(t *testing.T) {
	s := newStrangers(nil, new(atomic.Uint64))
	at := func(ip string) any { return s.group(&net.UDPAddr{IP: net.ParseIP(ip), Port: 1}) }
	if at("192.0.2.1") != at("192.0.2.200") || at("2001:db8::1") != at("2001:db8:0:7::9") || at("192.0.2.1") != at("::ffff:192.0.2.1") {
		t.Error("one network has several bounds")
	}
	groups := map[any]bool{}
	for i := range 200 {
		groups[at(fmt.Sprintf("10.0.%d.1", i))] = true
	}
	if len(groups) < strangerGroups/2 {
		t.Errorf("200 networks share %d bounds", len(groups))
	}
}

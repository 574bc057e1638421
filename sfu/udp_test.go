package sfu

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestBatches: whatever is gathered, every datagram arrives whole, and those to
// one destination in their order; also when the kernel joins and splits them.
func TestBatches(t *testing.T) {
	for _, network := range []string{"udp4", "udp6"} {
		t.Run(network, func(t *testing.T) {
			listen := func() *udpConn {
				host := map[string]string{"udp4": "127.0.0.1:0", "udp6": "[::1]:0"}[network]
				a, err := net.ResolveUDPAddr(network, host)
				must(t, err)
				c, err := net.ListenUDP(network, a)
				must(t, err)
				t.Cleanup(func() { _ = c.Close() })
				u, err := newUDPConn(c)
				must(t, err)
				return u
			}
			from, to := listen(), []*udpConn{listen(), listen()}
			b := newBatch(from)
			var paths []*path
			for _, u := range to {
				paths = append(paths, &path{addr: u.LocalAddr().(*net.UDPAddr).AddrPort()})
			}
			for round := range 20 {
				sent := make([][]string, len(to))
				for i := range rand.IntN(batchSize / 2) {
					k := rand.IntN(len(to))
					size := []int{100, 1200, 1200, 1200, 900}[rand.IntN(5)]
					text := fmt.Sprintf("%d/%d ", round, i)
					text += strings.Repeat("x", size-len(text))
					sent[k] = append(sent[k], text)
					b.commit(copy(b.next(), text), paths[k])
				}
				b.flush()
				for k, u := range to {
					checkReceived(t, u, from.LocalAddr().(*net.UDPAddr).AddrPort(), sent[k])
				}
			}
		})
	}
}

func checkReceived(t *testing.T, u *udpConn, from netip.AddrPort, want []string) {
	t.Helper()
	must(t, u.SetReadDeadline(time.Now().Add(10*time.Second)))
	for len(want) > 0 {
		must(t, u.wait())
		u.each(func(a netip.AddrPort, _ netip.Addr, b []byte) {
			if len(want) == 0 || string(b[headroom:]) != want[0] || a != from {
				t.Fatalf("from %v: %.20q, not %.20q", a, b[headroom:], want[0])
			}
			want = want[1:]
		})
	}
}

// TestWokenSocketReadsOn: a socket that is woken up to forget who has left reads
// on, also when something arrives at that moment.
func TestWokenSocketReadsOn(t *testing.T) {
	n := newTestNode(t)
	c, err := net.Dial("udp", n.Addr().String())
	must(t, err)
	defer c.Close()
	for round := range uint64(4000) {
		var leaving sync.WaitGroup
		for range 4 {
			leaving.Go(n.udp.wake)
		}
		_, err = c.Write([]byte("noise"))
		must(t, err)
		leaving.Wait()
		_, err = c.Write([]byte("noise"))
		must(t, err)
		spin(t, func() bool { return n.Stats().Dropped == 2*round+2 })
	}
}

// spin waits, for what is over too soon for eventually, until something is so.
func spin(t *testing.T, is func() bool) {
	t.Helper()
	for begun := time.Now(); !is(); runtime.Gosched() {
		if time.Since(begun) > 5*time.Second {
			t.Fatal("not within 5 s")
		}
	}
}

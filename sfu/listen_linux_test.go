package sfu

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
)

// What comes from one address comes to one of the sockets that share a port,
// always the same, and each has its part.
func TestSocketsShareThePort(t *testing.T) {
	const sources, each = 64, 5
	sockets, tcp, err := listenBoth("127.0.0.1", "0", 2)
	must(t, err)
	defer tcp.Close()
	if len(sockets) != 2 {
		t.Fatalf("%d sockets", len(sockets))
	}
	var mu sync.Mutex
	owner, count := map[netip.AddrPort]int{}, map[netip.AddrPort]int{}
	all := make(chan struct{}, sources*each)
	var readers sync.WaitGroup
	for i, c := range sockets {
		readers.Go(func() {
			for buf := make([]byte, 16); ; {
				_, from, err := c.ReadFromUDPAddrPort(buf)
				if err != nil {
					return
				}
				mu.Lock()
				if at, known := owner[from]; known && at != i {
					t.Errorf("what one address sends comes to both sockets")
				}
				owner[from] = i
				count[from]++
				mu.Unlock()
				all <- struct{}{}
			}
		})
	}
	for range sources {
		c, err := net.Dial("udp", sockets[0].LocalAddr().String())
		must(t, err)
		t.Cleanup(func() { _ = c.Close() })
		for range each {
			_, err := c.Write([]byte("x"))
			must(t, err)
		}
	}
	for range sources * each {
		<-all
	}
	for _, c := range sockets {
		_ = c.Close()
	}
	readers.Wait()
	got := map[int]int{}
	for from, n := range count {
		got[owner[from]] += n
	}
	if got[0] == 0 || got[1] == 0 {
		t.Errorf("one socket has it all: %v", got)
	}
}

// People whose packets come in by different sockets are in one room.
func TestRoomAcrossSockets(t *testing.T) {
	n, err := New(Config{Address: "127.0.0.1:0", Sockets: 4})
	must(t, err)
	t.Cleanup(func() { _ = n.Close() })
	if len(n.udp) != 4 {
		t.Fatalf("%d sockets", len(n.udp))
	}
	var people []*testPeer
	for i := range 5 {
		people = append(people, join(t, n.Room("r"), fmt.Sprint(i), "in", peerOptions{sections: 4}))
	}
	for _, a := range people {
		for _, b := range people {
			if a != b {
				eventually(t, a.seat+" gets "+b.seat, both(a, b.seat))
			}
		}
	}
	people[0].peer.Close()
	eventually(t, "somebody leaves", func() bool { return people[1].slotOf("0", Audio) == "" })
}

// What comes by TCP or a relay goes out by different sockets.
func TestWorkersShareTheSockets(t *testing.T) {
	n, err := New(Config{Address: "127.0.0.1:0", Sockets: 4})
	must(t, err)
	t.Cleanup(func() { _ = n.Close() })
	used := map[*udpConn]int{}
	for range 2 * len(n.udp) {
		used[n.workers.Get().(*worker).out.conn]++
	}
	for _, s := range n.udp {
		if used[s.conn] != 2 {
			t.Errorf("a socket has %d of %d workers", used[s.conn], 2*len(n.udp))
		}
	}
}

// That a port can be shared must not let a second gateway take half of what
// comes to the first, not even until it is refused.
func TestSecondNodeOnAPortIsRefused(t *testing.T) {
	n := newTestNode(t)
	other, err := New(Config{Address: n.Addr().String()})
	if err == nil {
		_ = other.Close()
		t.Fatal("two nodes have one port")
	}
	if !strings.Contains(err.Error(), "in use") {
		t.Error(err)
	}
	refused := make(chan struct{})
	go func() {
		defer close(refused)
		for range 100 {
			_, _ = New(Config{Address: n.Addr().String()})
		}
	}()
	for sent := uint64(1); ; sent++ {
		select {
		case <-refused:
			return
		default:
		}
		c, err := net.Dial("udp", n.Addr().String())
		must(t, err)
		_, err = c.Write([]byte("noise"))
		must(t, err)
		must(t, c.Close())
		spin(t, func() bool { return n.Stats().Dropped == sent })
	}
}

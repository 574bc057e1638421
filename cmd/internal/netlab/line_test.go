package netlab

import (
	"fmt"
	"io"
	"net"
	"testing"
	"time"
)

// transmit sends numbered packets through a path and returns the numbers that
// came through. The line is made perfect before the end is sent, so that the
// end arrives.
func transmit(t *testing.T, from *Node, path Path, count int) []int {
	t.Helper()
	to := from.lab.Node("sink")
	in, out := to.ListenUDP(9000), from.ListenUDP(0)
	if err := in.SetReadBuffer(4 << 20); err != nil {
		t.Fatal(err)
	}
	from.SetLine(path, Path{})
	result := sink(in)
	for i := range count {
		send(t, out, in.LocalAddr(), fmt.Sprintf("%-100d", i))
		if i%50 == 49 { // let devices with short queues follow
			drain(t, from)
		}
	}
	from.SetLine(Path{}, Path{})
	send(t, out, in.LocalAddr(), "end")
	return <-result
}

// drain waits until the node's relay, if it has one, has passed on what it
// holds.
func drain(t *testing.T, n *Node) {
	t.Helper()
	if n.relay == nil {
		return
	}
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	deadline := time.After(5 * time.Second)
	for len(n.relay.up.due) > 0 {
		select {
		case <-look.C:
		case <-deadline:
			t.Fatal("the relay does not pass on what it holds")
		}
	}
}

// TestLoss holds the share of independent loss to five standard deviations: a
// test that is right fails once in a million runs.
func TestLoss(t *testing.T) {
	for name, node := range map[string]func(*Lab, string) *Node{"near": (*Lab).Node, "far": (*Lab).FarNode} {
		t.Run(name, func(t *testing.T) {
			const count, share, bound = 4000, 0.1, 95 // sqrt(4000 × 0.1 × 0.9) × 5
			got := count - len(transmit(t, node(New(t), "person"), Path{Loss: share}, count))
			if got < count*share-bound || got > count*share+bound {
				t.Errorf("lost %d of %d packets, want %v ± %d", got, count, count*share, bound)
			}
		})
	}
}

// TestBurst holds share and length of bursts of loss. The relay's random
// numbers are the same in each run.
func TestBurst(t *testing.T) {
	const count = 4000
	seen := transmit(t, New(t).FarNode("person"), Path{Loss: 0.1, Burst: 5}, count)
	lost, bursts, next := 0, 0, 0
	for _, i := range append(seen, count) {
		if i > next {
			bursts++
			lost += i - next
		}
		next = i + 1
	}
	if share := float64(lost) / count; share < 0.06 || share > 0.14 {
		t.Errorf("lost %.3f of the packets, want about 0.1", share)
	}
	if mean := float64(lost) / float64(bursts); mean < 3.5 || mean > 6.5 {
		t.Errorf("bursts of %.1f packets, want about 5", mean)
	}
}

// TestDelay holds that packets take as long as they are to, keep their order,
// and that jitter adds to some.
func TestDelay(t *testing.T) {
	lab := New(t)
	person, server := lab.FarNode("person"), lab.Node("server")
	person.SetLine(Path{Delay: 30 * time.Millisecond, Jitter: 20 * time.Millisecond}, Path{Delay: 10 * time.Millisecond})
	a, b := person.ListenUDP(0), server.ListenUDP(9000)
	shortest, longest := time.Hour, time.Duration(0)
	for i := range 30 {
		text := fmt.Sprint(i)
		begin := time.Now()
		send(t, a, b.LocalAddr(), text)
		if got, _ := receive(t, b); got != text {
			t.Fatalf("got %q, want %q", got, text)
		}
		send(t, b, a.LocalAddr(), text)
		receive(t, a)
		took := time.Since(begin)
		shortest, longest = min(shortest, took), max(longest, took)
	}
	if shortest < 40*time.Millisecond || shortest > 55*time.Millisecond {
		t.Errorf("shortest round trip %v, want 40 to 55 ms", shortest)
	}
	if longest < 50*time.Millisecond {
		t.Errorf("longest round trip %v: no jitter", longest)
	}
}

// TestRate holds that a transfer is as slow as the line, in both directions and
// on both kinds of line.
func TestRate(t *testing.T) {
	const rate, size = 4_000_000, 250_000 // half a second's worth
	lab := New(t)
	server := lab.Node("server")
	l := server.Listen(9000)
	for _, person := range []*Node{lab.Node("near"), lab.FarNode("far")} {
		for name, line := range map[string][2]Path{"up": {{Rate: rate}, {}}, "down": {{}, {Rate: rate}}} {
			person.SetLine(line[0], line[1])
			sender, receiver := connect(t, person, l)
			if name == "down" {
				sender, receiver = receiver, sender
			}
			took := transfer(t, sender, receiver, size)
			// Headers take some, the shaper's burst gives some back.
			if got := float64(size*8) / took.Seconds(); got > 1.2*rate || got < 0.6*rate {
				t.Errorf("%s %s: %.2f Mbit/s, want about %.2f", person.name, name, got/1e6, float64(rate)/1e6)
			}
		}
	}
}

func connect(t *testing.T, person *Node, l net.Listener) (near, far net.Conn) {
	t.Helper()
	near, err := person.DialContext(t.Context(), "tcp4", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close() })
	if far, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { far.Close() })
	return near, far
}

func transfer(t *testing.T, sender, receiver net.Conn, size int) time.Duration {
	t.Helper()
	sent := make(chan error, 1)
	begin := time.Now()
	go func() {
		_, err := sender.Write(make([]byte, size))
		sent <- err
	}()
	if _, err := io.ReadFull(receiver, make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	took := time.Since(begin)
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	return took
}

package sfu

import (
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"testing"
	"time"
)

// BenchmarkListenAddress measures the whole way of a packet, from the system call
// that receives it to those that send it, on a socket that listens on all
// addresses of a machine, and in turns with it on one that listens on a single
// address. The first is told of each datagram which address it came to, and says
// from which one it sends. It reports processor time for each packet sent, and the
// ratio of the two. "x16" is under load, where a receive call brings 16 packets.
func BenchmarkListenAddress(b *testing.B) {
	for _, receivers := range []int{1, 7} {
		for _, burst := range []int{1, readBatch} {
			b.Run(fmt.Sprintf("to%d/x%d", receivers, burst), func(b *testing.B) {
				benchListen(b, receivers, burst)
			})
		}
	}
}

func benchListen(b *testing.B, receivers, burst int) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	all, one := newListenBench(b, ":0", receivers), newListenBench(b, "127.0.0.1:0", receivers)
	for first := 0; b.Loop(); first += benchChunk {
		all.run(b, first, burst)
		one.run(b, first, burst)
	}
	b.ReportMetric(all.perPacket(), "all-ns/out")
	b.ReportMetric(one.perPacket(), "one-ns/out")
	b.ReportMetric(all.perPacket()/one.perPacket(), "ratio")
	b.ReportMetric(0, "ns/op")
}

// listenBench forwards what a client sends to a socket that nobody else reads.
type listenBench struct {
	*forwardBench
	conn   *udpConn
	client *net.UDPConn
	cpu    time.Duration
}

func newListenBench(b *testing.B, address string, receivers int) *listenBench {
	at, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		b.Fatal(err)
	}
	c, err := net.ListenUDP("udp", at)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	port := c.LocalAddr().(*net.UDPAddr).Port
	l := &listenBench{forwardBench: newForwardBench(b, Camera, receivers)}
	if l.conn, err = newUDPConn(c); err != nil {
		b.Fatal(err)
	}
	if l.client, err = net.DialUDP("udp4", nil, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.client.Close() })
	l.w = newWorker(l.n, l.conn)
	return l
}

// run has so many packets wait for each receive call.
func (l *listenBench) run(b *testing.B, first, burst int) {
	l.prepare(first)
	for at := 0; at < benchChunk; at += burst {
		for _, d := range l.bufs[at : at+burst] {
			if _, err := l.client.Write(d[headroom:]); err != nil {
				b.Fatal(err)
			}
		}
		l.cpu += cpuTime(b, func() { l.take(b, burst) })
	}
}

func (l *listenBench) take(b *testing.B, left int) {
	for left > 0 {
		if err := l.conn.wait(); err != nil {
			b.Fatal(err)
		}
		l.w.now = l.n.now()
		l.conn.each(func(_ netip.AddrPort, _ netip.Addr, d []byte) {
			l.sender.receive(l.w, d)
			left--
		})
		l.w.out.flush()
	}
}

func (l *listenBench) perPacket() float64 {
	return float64(l.cpu.Nanoseconds()) / float64(l.n.count.packetsOut.Load())
}

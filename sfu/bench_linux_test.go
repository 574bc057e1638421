package sfu

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"golang.org/x/sys/unix"
)

// BenchmarkForward measures what one received packet costs, from the datagram
// to the system calls that send it to all receivers, without receiving it; and
// in turns with it the floor: a bare program that decrypts once with AES-GCM,
// encrypts once for each receiver and sends, with a call for each. It reports
// processor time for each packet sent, and the ratio of the two. "x8" is under
// load, where one receive call brings eight packets.
func BenchmarkForward(b *testing.B) {
	for _, receivers := range []int{1, 7, 15} {
		for _, kind := range []Kind{Audio, Camera} {
			for _, burst := range []int{1, 8} {
				b.Run(fmt.Sprintf("%s/to%d/x%d", kind, receivers, burst), func(b *testing.B) {
					benchBoth(b, kind, receivers, burst)
				})
			}
		}
	}
}

func benchBoth(b *testing.B, kind Kind, receivers, burst int) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ours, floor := newForwardBench(b, kind, receivers), newFloorBench(b, kind, receivers)
	var cpuOurs, cpuFloor time.Duration
	packets := 0
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		ours.prepare(packets)
		b.StartTimer()
		cpuOurs += cpuTime(b, func() { ours.run(burst) })
		cpuFloor += cpuTime(b, floor.run)
		packets += benchChunk
	}
	out := ours.n.count.packetsOut.Load()
	if out != uint64(packets*receivers) {
		b.Fatalf("%d packets out, %d expected", out, packets*receivers)
	}
	b.ReportMetric(float64(cpuOurs.Nanoseconds())/float64(out), "ns/out")
	b.ReportMetric(float64(cpuFloor.Nanoseconds())/float64(out), "floor-ns/out")
	b.ReportMetric(float64(cpuOurs)/float64(cpuFloor), "ratio")
	b.ReportMetric(0, "ns/op")
}

// cpuTime is the processor time that f took on this thread.
func cpuTime(b *testing.B, f func()) time.Duration {
	var before, after unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &before); err != nil {
		b.Fatal(err)
	}
	f()
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &after); err != nil {
		b.Fatal(err)
	}
	return time.Duration(after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano())
}

const benchOffer = chromeOffer + "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=mid:a%d\r\na=bundle-only\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"

const benchChunk = 512

var benchKey, benchSalt = make([]byte, 32), make([]byte, 12)

func benchContext(tb testing.TB) *srtp.Context {
	c, err := srtp.CreateContext(benchKey, benchSalt, srtp.ProtectionProfileAeadAes256Gcm, srtp.SRTPReplayProtection(srtpWindow))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// benchPacket is a packet of the size that a client sends: sound 50 times a
// second, about 1 Mbit/s of picture.
func benchPacket(kind Kind, n int) []byte {
	h := rtp.Header{Version: 2, PayloadType: 111, SSRC: 3570614608, SequenceNumber: uint16(n), Timestamp: uint32(n) * 960}
	payload := make([]byte, 100)
	if kind == Camera {
		h.PayloadType, h.SSRC, h.Marker = 96, 77, true
		payload = testVP8(n == 0, uint16(n), 0, string(make([]byte, 1090)))
	}
	raw, _ := (&rtp.Packet{Header: h, Payload: payload}).Marshal()
	return raw
}

// benchNode is a room with one sender and receivers that need no handshake:
// their keys are known, and what is sent to them goes to a socket that nobody
// reads.
func benchNode(b testing.TB, receivers int) (n *Node, sender *transport) {
	n, err := New(Config{Address: "127.0.0.1:0"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = n.Close() })
	return n, benchRoom(b, n, "r", receivers)
}

func benchRoom(b testing.TB, n *Node, room string, receivers int) (sender *transport) {
	for i := range receivers + 1 {
		p, err := n.Room(room).Open(fmt.Sprint(i), Events{})
		if err != nil {
			b.Fatal(err)
		}
		sections := "a=group:BUNDLE 0 1 2"
		if _, err := p.Offer(b.Context(), replaceOnce(fmt.Sprintf(benchOffer, i), sections, fmt.Sprintf("%s a%d", sections, i))); err != nil {
			b.Fatal(err)
		}
		p.Allow(true, true, false)
		t := p.link.Load()
		t.in, t.out = benchContext(b), benchContext(b)
		t.up.Store(true)
		t.path.Store(&path{addr: benchSink(b), local: netip.MustParseAddr("127.0.0.1")})
		if i == 0 {
			sender = t
		}
	}
	for i := range receivers {
		// Only the first sends, so that all have it on their sections.
		n.rooms[room].peers[fmt.Sprint(i+1)].tracks = [3]*track{}
	}
	for _, p := range n.rooms[room].ordered() {
		p.Join("in")
	}
	p := n.rooms[room].peers["0"]
	sender.recv.bindSSRC(p.tracks[1].layers[0], 77, false)
	sender.recv.media.rate, sender.recv.media.burst, sender.recv.media.level = 1<<40, 1<<50, 1<<50
	return sender
}

func benchSink(b testing.TB) netip.AddrPort {
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	return c.LocalAddr().(*net.UDPAddr).AddrPort()
}

// forwardBench feeds packets that were received.
type forwardBench struct {
	n      *Node
	sender *transport
	kind   Kind
	ctx    *srtp.Context
	w      *worker
	bufs   [benchChunk][]byte
}

func newForwardBench(b *testing.B, kind Kind, receivers int) *forwardBench {
	f := &forwardBench{kind: kind, ctx: benchContext(b)}
	f.n, f.sender = benchNode(b, receivers)
	f.w = newWorker(f.n, f.n.udp[0].conn)
	return f
}

// BenchmarkSockets measures how the way of a packet shares processors: rooms of
// 8 on one node, each on a goroutine and a socket of its own, packets sent for
// each second of the clock. More goroutines than processors tell nothing.
func BenchmarkSockets(b *testing.B) {
	for _, sockets := range []int{1, 2, 4, 8} {
		if sockets > runtime.GOMAXPROCS(0) {
			break
		}
		b.Run(fmt.Sprint(sockets), func(b *testing.B) {
			n, err := New(Config{Address: "127.0.0.1:0", Sockets: sockets})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = n.Close() })
			var all []*forwardBench
			for i, s := range n.udp {
				f := &forwardBench{kind: Camera, ctx: benchContext(b), n: n, w: newWorker(n, s.conn)}
				f.sender = benchRoom(b, n, fmt.Sprint(i), 7)
				all = append(all, f)
			}
			benchTogether(b, all)
			b.ReportMetric(float64(n.count.packetsOut.Load())/b.Elapsed().Seconds(), "packets/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func benchTogether(b *testing.B, all []*forwardBench) {
	for first := 0; b.Loop(); first += benchChunk {
		b.StopTimer()
		for _, f := range all {
			f.prepare(first)
		}
		b.StartTimer()
		var running sync.WaitGroup
		for _, f := range all {
			running.Go(func() { f.run(8) })
		}
		running.Wait()
	}
}

func (f *forwardBench) prepare(first int) {
	for i := range f.bufs {
		enc, err := f.ctx.EncryptRTP(nil, benchPacket(f.kind, first+i), nil)
		if err != nil {
			panic(err)
		}
		f.bufs[i] = append(append(f.bufs[i][:0], make([]byte, headroom)...), enc...)
	}
}

func (f *forwardBench) run(burst int) {
	for i, b := range f.bufs {
		if i%burst == 0 {
			f.w.now = f.n.now()
		}
		f.sender.receive(f.w, b)
		if i%burst == burst-1 {
			f.w.out.flush()
		}
	}
}

// floorBench is the bare program.
type floorBench struct {
	conn   *net.UDPConn
	sinks  []netip.AddrPort
	aeads  []cipher.AEAD
	plain  []byte
	sealed []byte
	nonce  [12]byte
	in     [maxDatagram]byte
	out    [maxDatagram]byte
}

func newFloorBench(b *testing.B, kind Kind, receivers int) *floorBench {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	f := &floorBench{conn: conn, plain: benchPacket(kind, 1)}
	for i := range receivers + 1 {
		block, err := aes.NewCipher(benchKey)
		if err != nil {
			b.Fatal(err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			b.Fatal(err)
		}
		f.aeads = append(f.aeads, aead)
		if i > 0 {
			f.sinks = append(f.sinks, benchSink(b))
		}
	}
	f.sealed = f.aeads[0].Seal(append([]byte(nil), f.plain[:12]...), f.nonce[:], f.plain[12:], f.plain[:12])
	return f
}

func (f *floorBench) run() {
	for i := range benchChunk {
		f.nonce = [12]byte{}
		opened, err := f.aeads[0].Open(f.in[:0], f.nonce[:], f.sealed[12:], f.sealed[:12])
		if err != nil {
			panic(err)
		}
		binary.BigEndian.PutUint32(f.nonce[4:], uint32(i))
		for j, a := range f.aeads[1:] {
			copy(f.out[:], f.plain[:12])
			enc := a.Seal(f.out[:12], f.nonce[:], opened, f.out[:12])
			if _, err := f.conn.WriteToUDPAddrPort(enc, f.sinks[j]); err != nil {
				panic(err)
			}
		}
	}
}

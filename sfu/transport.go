package sfu

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/srtp/v3"
)

// transport is one client's connection: ICE, DTLS, SRTP, in that order.
//
//	offered ──check──▶ checked ──DTLS──▶ connected ──▶ closed
//
// Locks, in the order in which they may be taken: room.mu, inMu, outMu,
// history.mu. inMu and outMu are held for the handling of one packet; each has
// one busy user (the goroutine that receives the client's packets, or that of
// whoever is being forwarded), so that they are hardly ever waited for.
type transport struct {
	node        *Node
	peer        *Peer
	fingerprint string // of the client's certificate
	pipe        *dtlsPipe
	ctx         context.Context
	cancel      context.CancelFunc

	creds  []iceCredentials     // guarded by node.iceMu; at most two generations
	path   atomic.Pointer[path] // where to send
	routes atomic.Int32         // source addresses known of it
	conns  atomic.Int32         // TCP connections of it
	closed atomic.Bool
	up     atomic.Bool // connected

	lastCheck atomic.Int64 // time.Duration since the node's start

	inMu sync.Mutex
	in   *srtp.Context // guarded by inMu, like all that follows to outMu
	recv receiver

	outMu sync.Mutex
	out   *srtp.Context // guarded by outMu, like all that follows
	snd   sender
}

func newTransport(p *Peer, o *offer) *transport {
	t := &transport{node: p.room.node, peer: p, fingerprint: o.fingerprint}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	t.pipe = newDTLSPipe(t)
	t.recv.init(t)
	t.snd.init(t)
	t.lastCheck.Store(int64(t.node.now()))
	return t
}

// heard notes a verified check that came by p.
func (t *transport) heard(w *worker, p *path, nominated bool) {
	t.lastCheck.Store(int64(w.now))
	if nominated || t.path.Load() == nil {
		t.path.Store(p)
	}
}

// receive handles a datagram (with headroom in front) that is not STUN (RFC
// 7983).
func (t *transport) receive(w *worker, b []byte) {
	d := b[headroom:]
	switch {
	case t.closed.Load():
	case d[0] >= 20 && d[0] <= 63:
		_, _ = t.pipe.buf.Write(d) // full: DTLS sends again
	case d[0] < 128 || d[0] > 191:
		t.node.count.dropped.Add(1)
	case d[1]&0x7f >= 64 && d[1]&0x7f <= 95:
		t.receiveRTCP(w, d)
	default:
		t.receiveRTP(w, b)
	}
}

// sendRaw sends a datagram as it is.
func (t *transport) sendRaw(w *worker, d []byte) {
	p := t.path.Load()
	if p == nil || t.closed.Load() && len(d) > 256 { // a closing alert may still go
		return
	}
	w.send(p, copy(w.out.next(), d))
}

// sendRTCP encrypts and sends a compound packet.
func (t *transport) sendRTCP(w *worker, pkts ...rtcp.Packet) {
	raw, err := rtcp.Marshal(pkts)
	if err != nil || len(raw) > maxDatagram {
		return
	}
	t.outMu.Lock()
	defer t.outMu.Unlock()
	t.sendRTCPLocked(w, raw)
}

func (t *transport) sendRTCPLocked(w *worker, raw []byte) {
	p := t.path.Load()
	if p == nil || t.out == nil || t.closed.Load() {
		return
	}
	enc, err := t.out.EncryptRTCP(w.out.next()[:0], raw, nil)
	if err != nil {
		return
	}
	w.send(p, len(enc))
}

// connected is called once, when media can flow.
func (t *transport) connected() {
	if t.closed.Load() {
		return
	}
	t.up.Store(true)
	t.peer.connected()
}

// ended is called when the client or the network ended the connection.
func (t *transport) ended(why Reason) {
	if !t.closed.Load() {
		t.peer.end(why)
	}
}

// close stops everything of the transport. When it returns no packet of it is
// being handled.
func (t *transport) close() {
	if t.closed.Swap(true) {
		return
	}
	t.cancel()
	_ = t.pipe.Close()
	t.node.forgetICE(t)
	t.inMu.Lock()
	t.in = nil
	t.inMu.Unlock()
	t.outMu.Lock()
	t.out = nil
	t.outMu.Unlock()
	t.node.udp.wake()
}

// silent reports whether no check was heard for too long.
func (t *transport) silent(now time.Duration) bool {
	return now-time.Duration(t.lastCheck.Load()) > consentTimeout
}

package sfu

import (
	"crypto/tls"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Node is one media port and the rooms behind it. Its methods may be called
// from any goroutine.
type Node struct {
	// Static after New.
	epoch       time.Time
	log         *eventLog
	addr        netip.AddrPort
	cert        tls.Certificate
	fingerprint string
	public      []netip.AddrPort // that candidates name
	candidates  []string
	udp         udpPort
	tcp         *tcpListener
	workers     sync.Pool
	done        chan struct{}

	closing atomic.Bool
	wg      sync.WaitGroup // all goroutines but those of TCP connections
	wake    chan struct{}  // of the clock
	count   counters

	transports atomic.Pointer[[]*transport] // immutable; replaced under mu

	iceMu sync.RWMutex
	ice   map[string]iceEntry // guarded by iceMu; by user fragment

	mu    sync.Mutex
	rooms map[string]*room // guarded by mu, which may be taken under a room.mu
}

// New listens on the media port.
func New(cfg Config) (*Node, error) {
	cert, fingerprint, err := newCertificate()
	if err != nil {
		return nil, err
	}
	n := &Node{
		epoch: time.Now(), log: newEventLog(cfg.Logger),
		cert: cert, fingerprint: fingerprint,
		done: make(chan struct{}), wake: make(chan struct{}, 1),
		ice: map[string]iceEntry{}, rooms: map[string]*room{},
	}
	n.transports.Store(&[]*transport{})
	if err := n.listen(cfg); err != nil {
		return nil, err
	}
	var made atomic.Uint32
	n.workers.New = func() any { return newWorker(n, n.udp[int(made.Add(1))%len(n.udp)].conn) }
	for _, s := range n.udp {
		n.wg.Go(s.run)
	}
	n.wg.Go(n.tcp.run)
	n.wg.Go(n.runClock)
	return n, nil
}

// Addr is the address listened on, with the port that was picked.
func (n *Node) Addr() netip.AddrPort { return n.addr }

// Advertised are the addresses and the port that clients are told, in the order
// of preference; the same for UDP and TCP.
func (n *Node) Advertised() []netip.AddrPort { return slices.Clone(n.public) }

// Room returns the room of that id. A room without peers costs nothing.
func (n *Node) Room(id string) *Room { return &Room{node: n, id: id} }

// Close ends all peers and the port. When it returns no goroutine is left.
func (n *Node) Close() error {
	if n.closing.Swap(true) {
		return nil
	}
	for _, r := range n.liveRooms() {
		r.mu.Lock()
		peers := r.ordered()
		r.mu.Unlock()
		for _, p := range peers {
			p.Close()
		}
	}
	close(n.done)
	n.udp.close()
	n.tcp.close()
	n.wg.Wait()
	return nil
}

func (n *Node) now() time.Duration { return time.Since(n.epoch) }

// room gets or makes the state of a room.
func (n *Node) room(id string) (*room, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closing.Load() {
		return nil, ErrClosed
	}
	r := n.rooms[id]
	if r == nil {
		r = &room{node: n, id: id, peers: map[string]*Peer{}}
		n.rooms[id] = r
	}
	return r, nil
}

// bury forgets a room that is still without peers.
func (n *Node) bury(r *room) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(r.peers) == 0 && !r.dead {
		r.dead = true
		delete(n.rooms, r.id)
	}
}

func (n *Node) liveRooms() []*room {
	n.mu.Lock()
	defer n.mu.Unlock()
	all := make([]*room, 0, len(n.rooms))
	for _, r := range n.rooms {
		all = append(all, r)
	}
	return all
}

// start begins the handshake of a transport and puts it on the clock.
func (n *Node) start(t *transport) {
	n.mu.Lock()
	all := append(slices.Clone(*n.transports.Load()), t)
	n.transports.Store(&all)
	n.mu.Unlock()
	select {
	case n.wake <- struct{}{}:
	default:
	}
	n.wg.Add(1)
	go t.runDTLS()
}

func (n *Node) remove(t *transport) {
	n.mu.Lock()
	defer n.mu.Unlock()
	all := slices.Clone(*n.transports.Load())
	all = slices.DeleteFunc(all, func(x *transport) bool { return x == t })
	n.transports.Store(&all)
}

// credentials are the newest of a transport.
func (n *Node) credentials(t *transport) iceCredentials {
	n.iceMu.RLock()
	defer n.iceMu.RUnlock()
	return t.creds[len(t.creds)-1]
}

package turn

import (
	"crypto/rand"
	"errors"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"

	"anteroom/sfu"
)

const (
	realm = "media" // says nothing of who runs this

	// Browsers make an allocation for each of their addresses and each URL.
	maxOwned = 32
	maxAll   = 4096

	maxFrame = 1600 // a datagram with what TURN puts around it
	// spareChannels are those of one allocation beyond one for each address of the
	// media port.
	spareChannels = 8
)

// Media is the gateway that is relayed to: a [sfu.Node].
type Media interface {
	Relay(addr netip.AddrPort) (*sfu.Relay, error)
	Advertised() []netip.AddrPort
}

// Server is a TURN server. Its methods may be called from any goroutine.
type Server struct {
	// Static after New.
	media Media
	key   []byte

	allocated, refused atomic.Uint64
	door               *door // streams on their way to Pion
	done               chan struct{}
	wg                 sync.WaitGroup

	mu        sync.Mutex
	servers   []*turn.Server              // guarded by mu, like all below
	listeners map[net.Listener]struct{}   // of Serve
	streams   map[string]*stream          // by the client's address
	strays    sfu.Strays                  // streams without an allocation
	relays    map[netip.AddrPort]*relayed // by relayed address
	owned     map[string]int              // relays of an owner
	next      uint16                      // relayed port to try
	closed    bool
}

// New makes a server that relays to this gateway and does not listen yet.
func New(media Media) (*Server, error) {
	s := &Server{
		media: media, key: make([]byte, 32), door: newDoor(), done: make(chan struct{}),
		listeners: map[net.Listener]struct{}{}, streams: map[string]*stream{},
		relays: map[netip.AddrPort]*relayed{}, owned: map[string]int{},
	}
	_, _ = rand.Read(s.key) // never fails
	cfg := s.config()
	cfg.ListenerConfigs = []turn.ListenerConfig{{Listener: s.door, RelayAddressGenerator: s, PermissionHandler: s.permit}}
	return s, s.start(cfg)
}

func (s *Server) config() turn.ServerConfig {
	return turn.ServerConfig{
		Realm: realm, AuthHandler: s.authenticate, QuotaHandler: s.mayAllocate, InboundMTU: maxFrame + 1,
		EventHandler: turn.EventHandler{
			OnAllocationCreated: s.allocationMade, OnAllocationDeleted: s.allocationEnded,
			OnAuth: s.authenticated, OnChannelCreated: s.channelMade,
		},
		// What is reached is always in this process: which family of addresses
		// the client came by does not matter.
		StrictAddressFamily: s.has(netip.Addr.Is4),
		// Its text holds addresses. What matters is counted.
		LoggerFactory: &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled},
	}
}

func (s *Server) start(cfg turn.ServerConfig) error {
	one, err := turn.NewServer(cfg)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.servers = append(s.servers, one)
	return nil
}

// ServePackets serves UDP on a socket, which the server closes in the end. It
// returns at once.
func (s *Server) ServePackets(c net.PacketConn) error {
	return s.servePackets(newStrangers(c, &s.refused))
}

func (s *Server) servePackets(c net.PacketConn) error {
	cfg := s.config()
	cfg.PacketConnConfigs = []turn.PacketConnConfig{{PacketConn: c, RelayAddressGenerator: s, PermissionHandler: s.permit}}
	return s.start(cfg)
}

// Stats are counters and gauges without identifiers.
type Stats struct {
	Allocations int    // at the moment
	Allocated   uint64 // since the start
	Refused     uint64 // requests with wrong or old credentials, over a quota, or too many to be answered
}

// Stats returns the counters since the start.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{Allocations: len(s.relays), Allocated: s.allocated.Load(), Refused: s.refused.Load()}
}

// Close ends all allocations, connections and listeners.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.done)
	for l := range s.listeners {
		_ = l.Close()
	}
	streams, servers := slices.Collect(maps.Values(s.streams)), s.servers
	s.mu.Unlock()
	var errs []error
	for _, one := range servers {
		errs = append(errs, one.Close())
	}
	for _, c := range streams {
		_ = c.Close()
	}
	s.wg.Wait()
	return errors.Join(errs...)
}

// authenticated is told of each request whose user name was well-formed.
func (s *Server) authenticated(_, _ net.Addr, _, _, _, _ string, right bool) {
	if !right {
		s.refused.Add(1)
	}
}

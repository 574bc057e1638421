package signaling

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"anteroom/room"
	"anteroom/room/account"
	"anteroom/sfu"
	"anteroom/signaling/provider"
)

// Server answers the HTTP API and the websockets. Make one with New, mount
// Handler, and Close it.
type Server struct {
	cfg      Config
	origin   string
	origins  map[string]bool
	sessions *room.Sessions
	media    *sfu.Node
	upgrader websocket.Upgrader
	joins    *limiter
	opened   *crowd // connections
	sockets  *crowd // websockets, by their clients
	signins  *limiter
	signin   string // what the sign-in link carries; new with every start
	log      *slog.Logger
	counts   counters
	ready    readiness

	complaints complaints
	node       string // what this node signs leases with
	peering    peering
	people     people
	marker     *marker
	nodes      nodes
	draining   atomic.Bool
	cut        atomic.Bool // this node alone does not reach the store: cutoff.go

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	work   sync.WaitGroup // live sessions, connections, the janitor

	mu     sync.Mutex
	closed bool                     // guarded by mu; nothing new is spawned
	live   map[room.SessionID]*live // guarded by mu
}

// New makes a server for the sessions in a store and the media of a node. It
// owns neither.
func New(cfg Config, sessions *room.Sessions, media *sfu.Node) (*Server, error) {
	cfg = cfg.withDefaults()
	origin, err := Origin(cfg.PublicURL)
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg: cfg, origin: origin, origins: map[string]bool{origin: true},
		opened: newCrowd(), sockets: newCrowd(), sessions: sessions, media: media, log: cfg.Logger, live: map[room.SessionID]*live{},
		joins: newLimiter(cfg.JoinRate, cfg.JoinBurst), signins: newLimiter(0.5, 30),
		signin: newID(), marker: &marker{store: sessions.Store()},
	}
	s.node = strings.TrimSpace(cfg.Node + " " + cfg.InternalURL)
	if s.peering, err = newPeering(sessions.Keys().NodeKeys()); err != nil {
		return nil, err
	}
	if s.people, err = s.newPeople(); err != nil {
		return nil, err
	}
	for _, more := range cfg.MoreOrigins {
		s.origins[more] = true
	}
	s.upgrader = websocket.Upgrader{
		Subprotocols: []string{Subprotocol}, CheckOrigin: s.originAllowed, HandshakeTimeout: 10 * time.Second,
		// Small, for there is one for each person who waits; what is larger is read past it.
		ReadBufferSize: 256, WriteBufferSize: 1024, WriteBufferPool: &sync.Pool{},
		Error: func(w http.ResponseWriter, _ *http.Request, _ int, _ error) {
			s.refuse(w, room.Refused(room.CodeBadRequest))
		},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.spawn(s.sweep)
	s.spawn(s.renewPeople)
	s.nodes.key = "peer-" + newID()
	if cfg.InternalURL != "" {
		s.spawn(s.beatLoop)
		s.spawn(s.contactLoop)
	}
	return s, nil
}

// Handler returns the handler of everything under /v1/ and of the health
// checks.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for pattern, handle := range s.routes() {
		mux.HandleFunc(pattern, handle)
	}
	mux.HandleFunc("/v1/", func(w http.ResponseWriter, _ *http.Request) { s.refuse(w, room.Refused(room.CodeNotFound)) })
	return apiHeaders(mux)
}

// routes are the calls that openapi.yaml describes; a test holds the two
// together.
func (s *Server) routes() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /v1/signin":                               s.ways,
		"POST /v1/signin":                              s.signingIn(withBody(s.signInByLink)),
		"POST /v1/signin/password":                     s.signingIn(withBody(s.signInByPassword)),
		"POST /v1/signin/passkey/options":              s.byPasskey(s.passkeyOptions),
		"POST /v1/signin/passkey":                      s.byPasskey(withBody(s.signInByPasskey)),
		"GET /v1/signin/provider":                      s.toProvider,
		"GET " + provider.ReturnPath:                   s.fromProvider,
		"POST /v1/enrol":                               s.signingIn(withBody(s.lookAtEnrolment)),
		"POST /v1/enrol/password":                      s.signingIn(withBody(s.enrolPassword)),
		"POST /v1/enrol/passkey/options":               s.byPasskey(withBody(s.enrolPasskeyOptions)),
		"POST /v1/enrol/passkey":                       s.byPasskey(withBody(s.enrolPasskey)),
		"POST /v1/signout":                             s.handleSignOut,
		"GET " + mePath:                                s.owned(account.ScopeRead, s.me),
		"GET /v1/me/ways":                              s.owned(account.ScopeSelf, s.ownWays),
		"POST /v1/me/confirm/password":                 s.confirming(s.confirmByPassword),
		"POST /v1/me/confirm/passkey":                  s.confirming(s.confirmByPasskey),
		"POST /v1/me/passkeys/options":                 s.changing(s.newPasskeyOptions),
		"POST /v1/me/passkeys":                         s.changing(s.addPasskey),
		"DELETE /v1/me/passkeys/{id}":                  s.changing(s.removePasskey),
		"POST /v1/me/app":                              s.changing(s.offerApp),
		"POST /v1/me/password":                         s.changing(s.changePassword),
		"POST /v1/me/recovery":                         s.changing(s.newRecovery),
		"GET /v1/sessions":                             s.owned(account.ScopeRead, s.listSessions),
		"POST /v1/sessions":                            s.owned(account.ScopeWrite, s.createSession),
		"GET /v1/sessions/{id}":                        s.owned(account.ScopeRead, s.getSession),
		"POST /v1/sessions/{id}/end":                   s.owned(account.ScopeWrite, s.endSession),
		"POST /v1/sessions/{id}/invites":               s.owned(account.ScopeWrite, s.addInvite),
		"POST /v1/sessions/{id}/invites/{iid}/reissue": s.owned(account.ScopeWrite, s.reissueInvite),
		"DELETE /v1/sessions/{id}/invites/{iid}":       s.owned(account.ScopeWrite, s.withdrawInvite),
		"GET /v1/hosts":                                s.owned(account.ScopeAdmin, s.listHosts),
		"POST /v1/hosts":                               s.owned(account.ScopeAdmin, s.addHost),
		"POST /v1/hosts/{name}/disable":                s.owned(account.ScopeAdmin, s.setHostDisabled(true)),
		"POST /v1/hosts/{name}/enable":                 s.owned(account.ScopeAdmin, s.setHostDisabled(false)),
		"POST /v1/hosts/{name}/reset":                  s.owned(account.ScopeAdmin, s.resetHost),
		"DELETE /v1/hosts/{name}":                      s.owned(account.ScopeAdmin, s.removeHost),
		"GET /v1/keys":                                 s.owned(account.ScopeAdmin, s.listKeys),
		"POST /v1/keys":                                s.owned(account.ScopeAdmin, s.addKey),
		"DELETE /v1/keys/{id}":                         s.owned(account.ScopeAdmin, s.removeKey),
		"GET /v1/metrics":                              s.owned(account.ScopeMetrics, s.metrics),
		"POST /v1/preview":                             s.joining(withBody(s.preview)),
		"POST /v1/nonce":                               s.joining(s.nonce),
		"POST /v1/join":                                s.joining(withBody(s.join)),
		"GET /v1/about":                                s.about,
		"GET /v1/ws":                                   s.handleSocket,
		"GET /healthz":                                 s.healthz,
		"GET /readyz":                                  s.readyz,
	}
}

// Close ends all connections and live sessions and waits for them. The sessions
// stay in the store.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	s.work.Wait()
}

// spawn runs fn on a goroutine that Close waits for; false once it is closing.
func (s *Server) spawn(fn func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.work.Go(fn)
	}
	return !s.closed
}

func (s *Server) now() time.Time { return s.cfg.Now() }

// apiHeaders are those of answers that no cache and no frame may keep.
func apiHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

// originAllowed refuses pages of other sites. Programs send no Origin.
func (s *Server) originAllowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin == "" || s.origins[origin]
}

// originOf is the origin that a signature of this request is about.
func (s *Server) originOf(r *http.Request) string {
	if origin := r.Header.Get("Origin"); origin != "" {
		return origin
	}
	return s.origin
}

// hostname is the public one, without a port.
func (s *Server) hostname() string {
	u, _ := url.Parse(s.origin) // Origin has parsed it before
	return u.Hostname()
}

// secure reports whether browsers reach the service over TLS.
func (s *Server) secure() bool { return strings.HasPrefix(s.origin, "https:") }

// newID returns 128 random bits as base64url. crypto/rand never fails.
func newID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

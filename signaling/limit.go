package signaling

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"anteroom/room"
)

// maxTracked bounds the addresses that a limiter remembers. When it is full it
// forgets those that have their whole burst back, and failing that, all.
const maxTracked = 10000

// limiter bounds requests for each address, or each name; an IPv6 network of 64
// bits counts as one. It keeps them in memory only and tells nobody.
type limiter struct {
	rate  rate.Limit
	burst int

	mu sync.Mutex
	by map[string]*rate.Limiter // guarded by mu
}

func newLimiter(perSecond float64, burst int) *limiter {
	return &limiter{rate: rate.Limit(perSecond), burst: burst, by: map[string]*rate.Limiter{}}
}

// take counts one request, or refuses it with the time to try again.
func (l *limiter) take(from netip.Addr, now time.Time) error {
	return l.takeFor(networkOf(from).String(), now)
}

// takeFor is take for something else than an address.
func (l *limiter) takeFor(key string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.by) >= maxTracked {
		l.forgetLocked(now)
	}
	one := l.by[key]
	if one == nil {
		one = rate.NewLimiter(l.rate, l.burst)
		l.by[key] = one
	}
	if one.AllowN(now, 1) {
		return nil
	}
	refusal := room.Refused(room.CodeRateLimited)
	refusal.RetryAt = now.Add(time.Duration(float64(time.Second) / float64(l.rate))).Truncate(time.Second).Add(time.Second)
	return refusal
}

func (l *limiter) forgetLocked(now time.Time) {
	for key, one := range l.by {
		if one.TokensAt(now) >= float64(l.burst) {
			delete(l.by, key)
		}
	}
	if len(l.by) >= maxTracked {
		clear(l.by)
	}
}

func networkOf(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}

// handler answers a request, or says why not.
type handler func(w http.ResponseWriter, r *http.Request) error

// limited guards a call that anybody on the network can make: our own pages or
// programs, and not too often from one address.
func (s *Server) limited(by *limiter, handle handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := error(room.Refused(room.CodeNotAllowed))
		if s.originAllowed(r) {
			err = by.take(s.clientOf(r), s.now())
		}
		if err == nil {
			err = handle(w, r)
		}
		if err != nil {
			s.refuse(w, err)
		}
	}
}

// joining is a call on the way into a session.
func (s *Server) joining(handle handler) http.HandlerFunc { return s.limited(s.joins, handle) }

// signingIn is a call by which a host signs in.
func (s *Server) signingIn(handle handler) http.HandlerFunc { return s.limited(s.signins, handle) }

// clientOf is the address a request comes from: the connection's, or, when that
// is a trusted proxy, the last one in X-Forwarded-For that is not.
func (s *Server) clientOf(r *http.Request) netip.Addr {
	addr := addressOf(r.RemoteAddr)
	// A proxy may add a line of its own under one that the client sent.
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusted(addr); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = next
	}
	return addr
}

// addressOf is the address in address:port; the zero one if there is none.
func addressOf(place string) netip.Addr {
	host, _, err := net.SplitHostPort(place)
	if err != nil {
		host = place
	}
	addr, _ := netip.ParseAddr(host)
	return addr
}

func (s *Server) trusted(a netip.Addr) bool {
	for _, p := range s.cfg.TrustedProxies {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

package signaling

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"anteroom/signaling/provider"
)

// Config is what a Server needs to know.
type Config struct {
	// PublicURL is the origin under which browsers reach the service, without
	// a path: https://hello.example.
	PublicURL string
	// MoreOrigins are further origins that pages may come from, for trying out
	// on one machine (localhost beside 127.0.0.1).
	MoreOrigins []string
	// APIKey lets programs manage sessions; empty lets none.
	APIKey APIKey
	// TrustedProxies may say in X-Forwarded-For who the client is.
	TrustedProxies []netip.Prefix
	// About is what the operator says of itself.
	About About
	// JoinRate and JoinBurst bound the requests that one address may make to
	// join: requests per second, and at once.
	JoinRate  float64
	JoinBurst int
	// TURN makes what a seat needs to reach a TURN server of this node, for an
	// owner that nobody else is; nil if there is none.
	TURN func(owner string) TURN
	// Connections are how many connections one address may have open at a time,
	// and how many websockets one client behind a trusted proxy.
	Connections int
	// Node names this process among those of a deployment; random if empty.
	Node string
	// InternalURL is where other nodes of the deployment reach what Internal
	// returns: https://host:port. Empty: none does, and a session that another
	// node holds is CodeUnavailable here.
	InternalURL string
	// Shared says that the store is a server of its own, which may come back
	// empty: then sessions that run here are written into it again.
	Shared bool
	// Events is told what happens in sessions that this node serves, from many
	// goroutines. It must not block; nil: nobody is told.
	Events func(Event)
	// Provider is the identity provider at which hosts sign in; nil if none. Its
	// Origin is filled in.
	Provider *provider.Config
	// Metrics shows the program's figures to keys with that scope; nil: nobody sees
	// them.
	Metrics http.Handler
	// Now is the clock; time.Now if nil.
	Now func() time.Time
	// Logger gets events without identities; nothing is logged if nil.
	Logger *slog.Logger
}

// About is what the operator says of itself on the pages; each may be empty.
type About struct {
	Practice string `json:"practice"`
	Location string `json:"location"`
	Contact  string `json:"contact"`
	Reviewed string `json:"reviewed"`
	// Crisis is where people find help at once; nil if the operator names nothing.
	Crisis *Crisis `json:"crisis,omitempty"`
	// Checklist replaces the lines of the page's own privacy checklist.
	Checklist []string `json:"checklist,omitempty"`
	// Invitation replaces the words that a host copies with a link, with
	// {when} and {link} in it.
	Invitation string `json:"invitation,omitempty"`
}

// Crisis is where people find help at once.
type Crisis struct {
	Reviewed  string     `json:"reviewed"`
	Resources []Resource `json:"resources"`
}

// Resource is one place that helps, and how to reach it; at least one of the
// ways is there.
type Resource struct {
	Name  string `json:"name"`
	Phone string `json:"phone,omitempty"`
	URL   string `json:"url,omitempty"`
	Text  string `json:"text,omitempty"`
}

// APIKey cannot be printed by accident.
type APIKey string

// Format implements fmt.Formatter and prints "[redacted]" for every verb.
func (APIKey) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted]")) }

// LogValue implements slog.LogValuer.
func (APIKey) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// Defaults of Config.
const (
	DefaultJoinRate  = 50
	DefaultJoinBurst = 400

	DefaultConnections = 1000
)

func (c Config) withDefaults() Config {
	if c.JoinRate <= 0 {
		c.JoinRate = DefaultJoinRate
	}
	if c.JoinBurst <= 0 {
		c.JoinBurst = DefaultJoinBurst
	}
	if c.Connections <= 0 {
		c.Connections = DefaultConnections
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Node == "" {
		c.Node = newID()
	}
	return c
}

// Origin reduces a public URL to its origin and refuses what has more.
func Origin(public string) (string, error) {
	u, err := url.Parse(public)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil ||
		(u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("signaling: the public URL must be http:// or https:// and a host, without a path")
	}
	return u.Scheme + "://" + u.Host, nil
}

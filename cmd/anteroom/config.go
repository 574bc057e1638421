package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/netip"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"anteroom/room"
	"anteroom/signaling"
	"anteroom/web"
)

// Config is everything that an operator can say. configs/anteroom.yaml explains
// each key; a test holds that file to the defaults.
type Config struct {
	Listen          string       `yaml:"listen"`
	PublicURL       string       `yaml:"public_url"`
	TLSCert         string       `yaml:"tls_cert"`
	TLSKey          string       `yaml:"tls_key"`
	ACME            []string     `yaml:"acme"`
	ACMEEmail       string       `yaml:"acme_email"`
	ACMEDirectory   string       `yaml:"acme_directory"`
	StateDir        string       `yaml:"state_dir"`
	Store           string       `yaml:"store"`
	Secret          hidden       `yaml:"secret"`
	PreviousSecret  hidden       `yaml:"previous_secret"`
	APIKey          hidden       `yaml:"api_key"`
	OIDC            OIDC         `yaml:"oidc"`
	OIDCSecret      hidden       `yaml:"oidc_client_secret"`
	MediaAddress    string       `yaml:"media_address"`
	MediaAdvertise  []netip.Addr `yaml:"media_advertise"`
	TURN            TURN         `yaml:",inline"`
	AdminListen     string       `yaml:"admin_listen"`
	InternalListen  string       `yaml:"internal_listen"`
	InternalURL     string       `yaml:"internal_url"`
	DrainTimeout    duration     `yaml:"drain_timeout"`
	TrustedProxies  []prefix     `yaml:"trusted_proxies"`
	Title           string       `yaml:"title"`
	ExitURL         string       `yaml:"exit_url"`
	EmbedOrigins    []string     `yaml:"embed_origins"`
	SecurityContact string       `yaml:"security_contact"`
	Practice        Practice     `yaml:"practice"`
	Crisis          Crisis       `yaml:"crisis"`
	Look            Look         `yaml:"look"`
	Words           Wording      `yaml:"words"`
	Limits          Limits       `yaml:"limits"`
	WebhookURLs     []hidden     `yaml:"webhook_urls"` // they may carry a secret
	WebhookSecret   hidden       `yaml:"webhook_secret"`
	WebhookPrevious hidden       `yaml:"webhook_previous_secret"`
}

// Limits bound what one address may do.
type Limits struct {
	JoinRate  float64 `yaml:"join_rate"`
	JoinBurst int     `yaml:"join_burst"`
	// Connections are at a time.
	Connections int `yaml:"connections"`
}

// hidden is configuration that is never printed.
type hidden string

// Format implements fmt.Formatter.
func (hidden) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted]")) }

// prefix is an address or a network.
type prefix struct{ netip.Prefix }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *prefix) UnmarshalText(text []byte) error {
	if addr, err := netip.ParseAddr(string(text)); err == nil {
		p.Prefix = netip.PrefixFrom(addr, addr.BitLen())
		return nil
	}
	parsed, err := netip.ParsePrefix(string(text))
	p.Prefix = parsed
	return err
}

func defaults() Config {
	return Config{
		Listen: "127.0.0.1:8080", Store: "bolt:anteroom.db", MediaAddress: ":7900", Title: "Hello", ExitURL: "about:blank",
		TURN:   TURN{TLSListen: turnShared},
		Limits: Limits{JoinRate: signaling.DefaultJoinRate, JoinBurst: signaling.DefaultJoinBurst, Connections: signaling.DefaultConnections},
	}
}

// readFile lays a file over the configuration. Unknown keys are refused: a
// mistyped one would silently leave something at its default.
func (c *Config) readFile(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(c); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("configuration %s: %w", path, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("configuration %s: there is more than one document in it", path)
	}
	return nil
}

// complete fills in what follows from other keys and from the machine, and
// refuses what cannot work.
func (c *Config) complete(getenv func(string) string) error {
	if err := errors.Join(c.completeTLS(), c.TURN.complete(c.hasTLS()), checkSecurityContact(c.SecurityContact)); err != nil {
		return err
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://" + reachable(c.Listen)
	}
	origin, err := signaling.Origin(c.PublicURL)
	if err != nil {
		return fmt.Errorf("public_url: %w", err)
	}
	c.PublicURL = origin
	if c.StateDir == "" {
		c.StateDir = stateDir(getenv)
	}
	for name, secret := range map[string]hidden{"secret": c.Secret, "previous_secret": c.PreviousSecret} {
		if secret != "" && len(secret) < room.MinSecret {
			return fmt.Errorf("%s: %d characters are too few, it needs %d or more, random", name, len(secret), room.MinSecret)
		}
	}
	if err := c.completeInternal(); err != nil {
		return err
	}
	if err := errors.Join(c.Limits.check(), c.checkProvider(), c.checkWebhooks(), c.checkEmbedding()); err != nil {
		return err
	}
	return c.checkWords()
}

// check refuses limits that nobody could mean; so that "no limit" is not taken
// for the default in silence.
func (l Limits) check() error {
	switch {
	case !(l.JoinRate > 0) || math.IsInf(l.JoinRate, 0):
		return errors.New("limits.join_rate: it must be a number above 0")
	case l.JoinBurst < 1:
		return errors.New("limits.join_burst: it must be 1 or more")
	case l.Connections < 1:
		return errors.New("limits.connections: it must be 1 or more")
	}
	return nil
}

func (c *Config) checkEmbedding() error {
	if err := web.CheckOrigins(c.EmbedOrigins); err != nil {
		return fmt.Errorf("embed_origins: %w", err)
	}
	return nil
}

// reachable turns a listen address into what a browser on this machine opens.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// stateDir is where the program keeps its files: what the service manager
// gives, or the user's state directory.
func stateDir(getenv func(string) string) string {
	if dir := getenv("STATE_DIRECTORY"); dir != "" {
		return dir
	}
	if dir := getenv("XDG_STATE_HOME"); dir != "" {
		return filepath.Join(dir, "anteroom")
	}
	if home := getenv("HOME"); home != "" {
		return filepath.Join(home, ".local", "state", "anteroom")
	}
	return "anteroom-state"
}

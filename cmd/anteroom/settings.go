package main

import (
	"flag"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
)

// setting is one key that the environment and a flag can set too.
type setting struct {
	flag, env, help string
	set             func(c *Config, value string) error
	secret          bool // no flag: a command line is visible to others
}

func settings() []setting {
	return []setting{
		{flag: "listen", env: "ANTEROOM_LISTEN", help: "address of the pages and the API", set: text(func(c *Config) *string { return &c.Listen })},
		{flag: "public-url", env: "ANTEROOM_PUBLIC_URL", help: "origin that browsers use, https://host", set: text(func(c *Config) *string { return &c.PublicURL })},
		{flag: "tls-cert", env: "ANTEROOM_TLS_CERT", help: "file of the TLS certificate", set: text(func(c *Config) *string { return &c.TLSCert })},
		{flag: "tls-key", env: "ANTEROOM_TLS_KEY", help: "file of its key", set: text(func(c *Config) *string { return &c.TLSKey })},
		{flag: "acme", env: "ANTEROOM_ACME", help: "host names to get TLS certificates for, with commas between", set: setACME},
		{flag: "acme-email", env: "ANTEROOM_ACME_EMAIL", help: "where the certificate authority writes to", set: text(func(c *Config) *string { return &c.ACMEEmail })},
		{flag: "acme-directory", env: "ANTEROOM_ACME_DIRECTORY", help: "the certificate authority", set: text(func(c *Config) *string { return &c.ACMEDirectory })},
		{flag: "state-dir", env: "ANTEROOM_STATE_DIR", help: "directory of the program's files", set: text(func(c *Config) *string { return &c.StateDir })},
		{flag: "store", env: "ANTEROOM_STORE", help: "bolt:PATH, memory, or a redis:// URL", set: text(func(c *Config) *string { return &c.Store })},
		{env: "ANTEROOM_SECRET", secret: true, set: text(func(c *Config) *hidden { return &c.Secret })},
		{env: "ANTEROOM_PREVIOUS_SECRET", secret: true, set: text(func(c *Config) *hidden { return &c.PreviousSecret })},
		{env: "ANTEROOM_API_KEY", secret: true, set: text(func(c *Config) *hidden { return &c.APIKey })},
		{env: "ANTEROOM_OIDC_CLIENT_SECRET", secret: true, set: text(func(c *Config) *hidden { return &c.OIDCSecret })},
		{flag: "media-address", env: "ANTEROOM_MEDIA_ADDRESS", help: "UDP and TCP address of the media", set: text(func(c *Config) *string { return &c.MediaAddress })},
		{flag: "media-advertise", env: "ANTEROOM_MEDIA_ADVERTISE", help: "public addresses of the media, with commas between", set: setAdvertise},
		{flag: "turn-listen", env: "ANTEROOM_TURN_LISTEN", help: "UDP and TCP address of the TURN server", set: text(func(c *Config) *string { return &c.TURN.Listen })},
		{flag: "turn-tls-listen", env: "ANTEROOM_TURN_TLS_LISTEN", help: "its address for TLS, or shared (with the pages), or none", set: text(func(c *Config) *string { return &c.TURN.TLSListen })},
		{flag: "turn-tls-cert", env: "ANTEROOM_TURN_TLS_CERT", help: "file of its certificate", set: text(func(c *Config) *string { return &c.TURN.TLSCert })},
		{flag: "turn-tls-key", env: "ANTEROOM_TURN_TLS_KEY", help: "file of its key", set: text(func(c *Config) *string { return &c.TURN.TLSKey })},
		{flag: "turn-urls", env: "ANTEROOM_TURN_URLS", help: "what browsers are told of it, with commas between", set: setTURNURLs},
		{flag: "admin-listen", env: "ANTEROOM_ADMIN_LISTEN", help: "address of health and metrics for operators", set: text(func(c *Config) *string { return &c.AdminListen })},
		{flag: "internal-listen", env: "ANTEROOM_INTERNAL_LISTEN", help: "address for the other machines of a deployment", set: text(func(c *Config) *string { return &c.InternalListen })},
		{flag: "internal-url", env: "ANTEROOM_INTERNAL_URL", help: "where the other machines reach that, https://host:port", set: text(func(c *Config) *string { return &c.InternalURL })},
		{flag: "drain-timeout", env: "ANTEROOM_DRAIN_TIMEOUT", help: "how long to wait for sessions to end before stopping", set: setDrainTimeout},
		{flag: "trusted-proxies", env: "ANTEROOM_TRUSTED_PROXIES", help: "proxies that may name the client, with commas between", set: setProxies},
		{flag: "title", env: "ANTEROOM_TITLE", help: "neutral title of every page", set: text(func(c *Config) *string { return &c.Title })},
		{flag: "exit-url", env: "ANTEROOM_EXIT_URL", help: "where the quick exit leads", set: text(func(c *Config) *string { return &c.ExitURL })},
		{flag: "embed-origins", env: "ANTEROOM_EMBED_ORIGINS", help: "origins that may show the page of a link in a frame, with commas between", set: setEmbedOrigins},
		{flag: "security-contact", env: "ANTEROOM_SECURITY_CONTACT", help: "whom to tell of faults: mailto:, https:// or tel:", set: text(func(c *Config) *string { return &c.SecurityContact })},
		{env: "ANTEROOM_WEBHOOK_URLS", secret: true, set: setWebhookURLs},
		{env: "ANTEROOM_WEBHOOK_SECRET", secret: true, set: text(func(c *Config) *hidden { return &c.WebhookSecret })},
		{env: "ANTEROOM_WEBHOOK_PREVIOUS_SECRET", secret: true, set: text(func(c *Config) *hidden { return &c.WebhookPrevious })},
		{env: "ANTEROOM_JOIN_RATE", set: setJoinRate},
		{env: "ANTEROOM_JOIN_BURST", set: setJoinBurst},
		{env: "ANTEROOM_CONNECTIONS", set: setConnections},
	}
}

func text[T ~string](field func(*Config) *T) func(*Config, string) error {
	return func(c *Config, value string) error {
		*field(c) = T(value)
		return nil
	}
}

func setAdvertise(c *Config, value string) error {
	c.MediaAdvertise = nil
	for _, part := range list(value) {
		addr, err := netip.ParseAddr(part)
		if err != nil {
			return err
		}
		c.MediaAdvertise = append(c.MediaAdvertise, addr)
	}
	return nil
}

func setProxies(c *Config, value string) error {
	c.TrustedProxies = nil
	for _, part := range list(value) {
		var p prefix
		if err := p.UnmarshalText([]byte(part)); err != nil {
			return err
		}
		c.TrustedProxies = append(c.TrustedProxies, p)
	}
	return nil
}

func setACME(c *Config, value string) error {
	c.ACME = list(value)
	return nil
}

func setWebhookURLs(c *Config, value string) error {
	c.WebhookURLs = nil
	for _, url := range list(value) {
		c.WebhookURLs = append(c.WebhookURLs, hidden(url))
	}
	return nil
}

func setEmbedOrigins(c *Config, value string) error {
	c.EmbedOrigins = list(value)
	return nil
}

func setTURNURLs(c *Config, value string) error {
	c.TURN.URLs = list(value)
	return nil
}

func setJoinRate(c *Config, value string) (err error) {
	c.Limits.JoinRate, err = strconv.ParseFloat(value, 64)
	return err
}

func setJoinBurst(c *Config, value string) (err error) {
	c.Limits.JoinBurst, err = strconv.Atoi(value)
	return err
}

func setConnections(c *Config, value string) (err error) {
	c.Limits.Connections, err = strconv.Atoi(value)
	return err
}

func list(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
}

// usage stands above the list of flags.
const usage = `anteroom [flags]           runs the gateway
anteroom doctor [flags]    looks whether everything is right, and says what to do
anteroom health [flags]    asks the running gateway whether it is ready
anteroom session --help    makes, lists and ends sessions
anteroom host --help       manages who may sign in
anteroom key --help        manages keys for programs
anteroom sbom              prints what the program is made of
anteroom version           prints its version

Flags, with the variable of the environment for each:

`

// load reads the configuration: defaults, then the file, then the environment,
// then flags.
func load(args []string, getenv func(string) string, help io.Writer) (Config, error) {
	c := defaults()
	flags := flag.NewFlagSet("anteroom", flag.ContinueOnError)
	flags.SetOutput(help)
	flags.Usage = func() { _, _ = io.WriteString(help, usage); flags.PrintDefaults() }
	file := flags.String("config", getenv("ANTEROOM_CONFIG"), "configuration file (YAML)")
	given := map[string]string{}
	for _, s := range settings() {
		if !s.secret && s.flag != "" {
			flags.Func(s.flag, s.help+" ("+s.env+")", func(value string) error { given[s.flag] = value; return nil })
		}
	}
	if err := flags.Parse(args); err != nil {
		return c, err
	}
	if flags.NArg() > 0 {
		return c, fmt.Errorf("unknown argument %q; see anteroom --help", flags.Arg(0))
	}
	if *file != "" {
		if err := c.readFile(*file); err != nil {
			return c, err
		}
	}
	if err := c.override(getenv, given); err != nil {
		return c, err
	}
	return c, c.complete(getenv)
}

func (c *Config) override(getenv func(string) string, flags map[string]string) error {
	for _, s := range settings() {
		if value := getenv(s.env); value != "" {
			if err := s.set(c, value); err != nil {
				return fmt.Errorf("%s: not a valid value", s.env)
			}
		}
		if value, ok := flags[s.flag]; ok && s.flag != "" {
			if err := s.set(c, value); err != nil {
				return fmt.Errorf("--%s: not a valid value", s.flag)
			}
		}
	}
	return nil
}

package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"anteroom/sfu/turn"
)

// onTLS is a program with TLS of its own at localhost, and who vouches for it.
func onTLS(t *testing.T, change ...func(*Config)) (*launched, *authority, *x509.CertPool) {
	t.Helper()
	ca, dir, roots := newAuthority(t), t.TempDir(), x509.NewCertPool()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	ca.put(1, cert, key, "localhost")
	roots.AddCert(ca.cert)
	app := launch(t, append(change, func(c *Config) { c.TLSCert, c.TLSKey, c.PublicURL = cert, key, "https://localhost:0" })...)
	return app, ca, roots
}

// Where the program does TLS itself, TURN is on the port of the web pages:
// whether the client says that it speaks TURN, or says nothing, as browsers do;
// and pages are there as before, for clients of each sort too.
func TestTURNSharesThePortOfThePages(t *testing.T) {
	app, ca, roots := onTLS(t)
	urls := app.cfg.turnURLs()
	if len(urls) != 1 || urls[0] != "turns:localhost:"+portOf(app.cfg.Listen)+"?transport=tcp" {
		t.Fatalf("browsers are told %q", urls)
	}
	for _, protocols := range [][]string{nil, {turnProtocol}} {
		if err := turn.Probe(t.Context(), urls[0], &tls.Config{RootCAs: roots, NextProtos: protocols}); err != nil {
			t.Errorf("TURN, saying %q: %v", protocols, err)
		}
	}
	for _, protocols := range [][]string{nil, {"http/1.1"}, {"h2", "http/1.1"}} {
		client := ca.client("localhost")
		transport := client.Transport.(*http.Transport)
		transport.TLSClientConfig.NextProtos = protocols
		transport.ForceAttemptHTTP2 = slices.Contains(protocols, "h2")
		if protocols == nil {
			transport.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
		}
		resp, err := client.Get("https://" + app.cfg.Listen + "/healthz")
		if err != nil {
			t.Errorf("pages, saying %q: %v", protocols, err)
			continue
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK || (resp.ProtoMajor == 2) != transport.ForceAttemptHTTP2 {
			t.Errorf("pages, saying %q: %d by %s", protocols, resp.StatusCode, resp.Proto)
		}
	}
}

// What is neither page nor TURN ends, and what says nothing does not hold up the
// program when it stops.
func TestTURNFrontEndsStrangers(t *testing.T) {
	t.Parallel()
	app, _, roots := onTLS(t)
	dial := func() *tls.Conn {
		t.Helper()
		c, err := tls.Dial("tcp", app.cfg.Listen, &tls.Config{RootCAs: roots, ServerName: "localhost"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	strangers := map[string]*tls.Conn{}
	for _, what := range []string{"\xff\xff\xff\xff\xff", "\x16\x03\x01\x00\x05hello", "\x00\x03\xff\xec\x21\x12\xa4\x42............"} {
		strangers[what] = dial()
		if _, err := strangers[what].Write([]byte(what)); err != nil {
			t.Fatal(err)
		}
	}
	for what, c := range strangers { // each has its time, at once
		_ = c.SetReadDeadline(time.Now().Add(patience))
		if _, err := io.ReadAll(c); err != nil && strings.Contains(err.Error(), "timeout") {
			t.Errorf("%q is not ended", what)
		}
	}
	dial() // says nothing
	raw, err := net.Dial("tcp", app.cfg.Listen)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close() // does not even begin TLS
	begin := time.Now()
	app.Close()
	if took := time.Since(begin); took > frontTime {
		t.Errorf("stopping took %v", took)
	}
}

// TURN has ports of its own too, and the doctor goes to each as a browser does.
func TestTURNOnItsOwnPorts(t *testing.T) {
	app, _, roots := onTLS(t, func(c *Config) { c.TURN = TURN{Listen: "127.0.0.1:0", TLSListen: "127.0.0.1:0"} })
	urls := app.cfg.turnURLs()
	if len(urls) != 3 {
		t.Fatalf("browsers are told %q", urls)
	}
	e := examine(t, app.cfg, func(d *examination) { d.roots = roots })
	e.says(fine, "turn", strings.Join(urls, ", "))
	cfg := app.cfg
	cfg.TURN.URLs = append(urls, "turn:localhost:"+portOf(freePort(t))+"?transport=tcp")
	e = examine(t, cfg, func(d *examination) { d.roots = roots })
	e.says(failure, "turn", cfg.TURN.URLs[3])

	none := launch(t)
	if none.turn != nil || len(none.cfg.turnURLs()) != 0 {
		t.Error("there is a TURN server without anybody's asking")
	}
	cfg = none.cfg
	cfg.PublicURL = "https://hello.example"
	examine(t, cfg).says(warning, "turn", "no TURN server")
	cfg.TURN.Listen = ":3478"
	examine(t, cfg).says(warning, "turn", "no TURN over TLS")
}

func TestTURNConfiguration(t *testing.T) {
	tls := func(c *Config) {
		c.TLSCert, c.TLSKey, c.PublicURL, c.Listen = "a", "b", "https://hello.example", ":443"
	}
	for name, c := range map[string]struct {
		change []func(*Config)
		urls   string // "refused" is
	}{
		"nothing":           {nil, ""},
		"TLS":               {[]func(*Config){tls}, "turns:hello.example:443?transport=tcp"},
		"TLS, none":         {[]func(*Config){tls, func(c *Config) { c.TURN.TLSListen = turnNone }}, ""},
		"TLS, its own port": {[]func(*Config){tls, func(c *Config) { c.TURN.TLSListen = ":5349" }}, "turns:hello.example:5349?transport=tcp"},
		"a port": {[]func(*Config){func(c *Config) { c.TURN.Listen, c.PublicURL = ":3478", "https://hello.example" }},
			"turn:hello.example:3478?transport=udp turn:hello.example:3478?transport=tcp"},
		"an address": {[]func(*Config){func(c *Config) { c.TURN.Listen, c.PublicURL = ":3478", "https://[2001:db8::1]" }},
			"turn:[2001:db8::1]:3478?transport=udp turn:[2001:db8::1]:3478?transport=tcp"},
		"what is told":       {[]func(*Config){tls, func(c *Config) { c.TURN.URLs = []string{"turn:a.example:1"} }}, "turn:a.example:1"},
		"no address":         {[]func(*Config){tls, func(c *Config) { c.TURN.URLs = []string{"https://a.example"} }}, "refused"},
		"too many":           {[]func(*Config){tls, func(c *Config) { c.TURN.URLs = make([]string, maxTURN+1) }}, "refused"},
		"no certificate":     {[]func(*Config){func(c *Config) { c.TURN.TLSListen = ":5349" }}, "refused"},
		"half a certificate": {[]func(*Config){func(c *Config) { c.TURN.TLSListen, c.TURN.TLSCert = ":5349", "a" }}, "refused"},
		"a certificate":      {[]func(*Config){func(c *Config) { c.TURN = TURN{TLSListen: ":5349", TLSCert: "a", TLSKey: "b"} }}, "turns:127.0.0.1:5349?transport=tcp"},
		"one for nothing":    {[]func(*Config){tls, func(c *Config) { c.TURN.TLSCert, c.TURN.TLSKey = "a", "b" }}, "refused"},
	} {
		cfg := defaults()
		for _, one := range c.change {
			one(&cfg)
		}
		err := cfg.complete(func(string) string { return "" })
		if got := strings.Join(cfg.turnURLs(), " "); (err != nil) != (c.urls == "refused") || err == nil && got != c.urls {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

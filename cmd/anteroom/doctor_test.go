package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// examined is a run of the doctor; what it says of a thing begins with the grade.
type examined struct {
	t   *testing.T
	all string
}

func examine(t *testing.T, cfg Config, change ...func(*examination)) examined {
	t.Helper()
	d := &examination{cfg: cfg, now: time.Now()}
	for _, one := range change {
		one(d)
	}
	d.run(t.Context())
	var out bytes.Buffer
	err := d.report(&out)
	if fails := strings.Contains(out.String(), string(failure)); fails != (err != nil) {
		t.Errorf("the report ends with %v:\n%s", err, out.String())
	}
	return examined{t, out.String()}
}

// says checks that there is a finding of that grade, about that, with a text.
func (e examined) says(g grade, what, text string) {
	e.t.Helper()
	for line := range strings.Lines(e.all) {
		if strings.HasPrefix(line, string(g)+" ") && strings.Contains(line, " "+what+" ") && strings.Contains(line, text) {
			return
		}
	}
	e.t.Errorf("it does not say %s %s %q:\n%s", g, what, text, e.all)
}

func (e examined) saysNothingOf(what string) {
	e.t.Helper()
	if strings.Contains(e.all, "  "+what+" ") {
		e.t.Errorf("it speaks of %s:\n%s", what, e.all)
	}
}

func TestDoctorOfARunningGateway(t *testing.T) {
	app := launch(t)
	if err := os.Chmod(app.cfg.StateDir, 0o700); err != nil {
		t.Fatal(err)
	}
	e := examine(t, app.cfg)
	e.says(fine, "gateway", "real connection to the media port")
	e.says(fine, "public_url", "leads to the gateway")
	e.says(fine, "websocket", "gets through")
	e.says(fine, "state", "alone")
	e.says(fine, "media", "127.0.0.1")
	if strings.Contains(e.all, string(failure)) {
		t.Errorf("something fails:\n%s", e.all)
	}
	if strings.Contains(e.all, testKey) {
		t.Error("the report has the API key in it")
	}

	if err := app.store.Close(); err != nil {
		t.Fatal(err)
	}
	broken := launch(t)
	if err := broken.store.Close(); err != nil {
		t.Fatal(err)
	}
	examine(t, broken.cfg).says(failure, "gateway", "not ready (status 503)")
}

func TestDoctorBeforeTheStart(t *testing.T) {
	dir := t.TempDir()
	cfg := defaults()
	cfg.Listen, cfg.MediaAddress, cfg.StateDir = freePort(t), freePort(t), dir
	cfg.Store = "redis://127.0.0.1:1/0"
	cfg.APIKey = "short"
	if err := cfg.complete(func(string) string { return "" }); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, secretFile), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	taken, err := net.ListenPacket("udp", cfg.MediaAddress)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	e := examine(t, cfg)
	e.says(warning, "gateway", "does not answer")
	e.says(warning, "state", "chmod 700")
	e.says(failure, "secret", "chmod 600")
	e.says(failure, "store", "does not answer")
	e.says(failure, "media port", "another program has it")
	e.says(warning, "api_key", "can be guessed")
	e.saysNothingOf("websocket")
}

func TestDoctorOfAddresses(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Config)
		grade  grade
		what   string
		text   string
	}{
		"no TLS":             {func(c *Config) { c.PublicURL = "http://hello.example" }, failure, "public_url", "no camera"},
		"no such name":       {func(c *Config) { c.PublicURL = "https://hello.invalid" }, failure, "public_url", "resolved"},
		"behind translation": {func(c *Config) { c.MediaAddress, c.PublicURL = "10.1.2.3:7900", "https://hello.invalid" }, failure, "media", "media_advertise"},
		"advertised": {func(c *Config) {
			c.MediaAdvertise, c.PublicURL = []netip.Addr{netip.MustParseAddr("203.0.113.7")}, "https://hello.invalid"
		}, fine, "media", "203.0.113.7"},
		"everybody may listen": {func(c *Config) { c.Listen = ":8080" }, warning, "listen", "without TLS"},
		"open metrics":         {func(c *Config) { c.AdminListen = "0.0.0.0:9090" }, warning, "admin", "private address"},
		"an unknown proxy":     {func(c *Config) { c.PublicURL = "https://hello.invalid" }, warning, "proxy", "trusted_proxies"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := defaults()
			cfg.Listen, cfg.StateDir, cfg.PublicURL, cfg.Store = freePort(t), t.TempDir(), "http://127.0.0.1:1", "memory"
			c.change(&cfg)
			d := &examination{cfg: cfg, now: time.Now()}
			d.checkPublicURL(t.Context())
			d.checkExposure(t.Context())
			d.checkProxy(t.Context())
			d.checkMedia(t.Context())
			var out bytes.Buffer
			_ = d.report(&out)
			examined{t, out.String()}.says(c.grade, c.what, c.text)
		})
	}
}

// The certificate as browsers see it: trusted, soon over, over, of nobody.
func TestDoctorOfCertificates(t *testing.T) {
	ca, dir := newAuthority(t), t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	ca.put(1, cert, key, "localhost")
	_, port, _ := net.SplitHostPort(freePort(t))
	app := launch(t, func(c *Config) {
		c.Listen, c.TLSCert, c.TLSKey, c.PublicURL = "127.0.0.1:"+port, cert, key, "https://localhost:"+port
	})
	trusting := func(d *examination) {
		d.roots = x509.NewCertPool()
		d.roots.AddCert(ca.cert)
	}
	e := examine(t, app.cfg, trusting)
	e.says(fine, "public_url", "leads to the gateway")
	e.says(fine, "websocket", "gets through")
	e.says(warning, "certificate", "ends in 0 days")
	examine(t, app.cfg, trusting, func(d *examination) { d.now = time.Now().Add(24 * time.Hour) }).says(failure, "certificate", "expired")
	examine(t, app.cfg, trusting, func(d *examination) { d.now = time.Now().Add(-100 * 24 * time.Hour) }).says(fine, "certificate", "good for 100 days")
	examine(t, app.cfg).says(failure, "public_url", "nobody vouches for it")
	other := app.cfg
	other.PublicURL = "https://127.0.0.1:" + port
	examine(t, other, trusting).says(failure, "public_url", "another name")
}

// A proxy that passes pages but no websockets, and one that leads elsewhere.
func TestDoctorOfProxies(t *testing.T) {
	app := launch(t)
	for name, c := range map[string]struct {
		proxy      http.HandlerFunc
		what, text string
	}{
		"no websockets": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/v1/ws" {
				http.Error(w, "bad", http.StatusBadRequest)
			}
		}, "websocket", "must pass Upgrade"},
		"elsewhere": {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "bad", http.StatusBadGateway) }, "public_url", "status 502"},
	} {
		t.Run(name, func(t *testing.T) {
			proxy := httptest.NewServer(c.proxy)
			defer proxy.Close()
			cfg := app.cfg
			cfg.PublicURL = proxy.URL
			examine(t, cfg).says(failure, c.what, c.text)
		})
	}
}

func TestDoctorCommand(t *testing.T) {
	app := launch(t)
	env := map[string]string{"ANTEROOM_LISTEN": app.cfg.Listen, "ANTEROOM_MEDIA_ADDRESS": app.cfg.MediaAddress, "ANTEROOM_STORE": "memory", "ANTEROOM_STATE_DIR": t.TempDir()}
	var out bytes.Buffer
	if err := run(t.Context(), []string{"doctor"}, func(k string) string { return env[k] }, &out, &out); err != nil {
		t.Errorf("%v:\n%s", err, out.String())
	}
	examined{t, out.String()}.says(fine, "gateway", "ready")
	over, cancel := context.WithCancel(t.Context())
	cancel()
	out.Reset()
	if err := run(over, []string{"doctor", "--media-address", "nonsense"}, func(string) string { return "" }, &out, &out); err == nil {
		t.Errorf("nonsense is fine:\n%s", out.String())
	}
}

package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// authority issues certificates for tests.
type authority struct {
	t    *testing.T
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, key: newECKey(t)}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	a.cert = a.sign(template, template, &a.key.PublicKey)
	return a
}

func newECKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (a *authority) sign(template, parent *x509.Certificate, of crypto.PublicKey) *x509.Certificate {
	a.t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, of, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert
}

// issue makes a certificate for a host.
func (a *authority) issue(serial int64, of crypto.PublicKey, hosts ...string) *x509.Certificate {
	a.t.Helper()
	return a.sign(&x509.Certificate{
		SerialNumber: big.NewInt(serial), DNSNames: hosts, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(12 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, a.cert, of)
}

// put writes a new certificate and its key to the files of a configuration.
func (a *authority) put(serial int64, cert, key, host string) {
	a.t.Helper()
	private := newECKey(a.t)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		a.t.Fatal(err)
	}
	writePEM(a.t, key, "PRIVATE KEY", der)
	writePEM(a.t, cert, "CERTIFICATE", a.issue(serial, &private.PublicKey, host).Raw)
}

func writePEM(t *testing.T, path, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// client trusts the authority alone and reaches a host at an address.
func (a *authority) client(host string, versions ...uint16) *http.Client {
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	cfg := &tls.Config{RootCAs: roots, ServerName: host}
	if len(versions) == 1 {
		cfg.MinVersion, cfg.MaxVersion = versions[0], versions[0]
	}
	tr := &http.Transport{TLSClientConfig: cfg, ForceAttemptHTTP2: true, DisableKeepAlives: true}
	a.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: patience}
}

// Pages and API over TLS from files: modern versions only, and browsers are told
// to come over TLS alone.
func TestTLSFromFiles(t *testing.T) {
	ca, dir := newAuthority(t), t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	ca.put(7, cert, key, "hello.example")
	app := launch(t, func(c *Config) { c.TLSCert, c.TLSKey, c.PublicURL = cert, key, "https://hello.example" })
	for _, path := range []string{"/", "/j", "/v1/about", "/healthz", "/nowhere"} {
		resp, err := ca.client("hello.example").Get("https://" + app.cfg.Listen + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if got := resp.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
			t.Errorf("%s: HSTS is %q", path, got)
		}
		if resp.ProtoMajor != 2 || resp.TLS.PeerCertificates[0].SerialNumber.Int64() != 7 {
			t.Errorf("%s: %s with certificate %v", path, resp.Proto, resp.TLS.PeerCertificates[0].SerialNumber)
		}
	}
	if resp, err := ca.client("hello.example", tls.VersionTLS11).Get("https://" + app.cfg.Listen); err == nil {
		_ = resp.Body.Close()
		t.Error("TLS 1.1 is spoken")
	}
	var out bytes.Buffer
	env := map[string]string{"ANTEROOM_LISTEN": app.cfg.Listen, "ANTEROOM_TLS_CERT": cert, "ANTEROOM_TLS_KEY": key}
	if err := health(t.Context(), nil, func(k string) string { return env[k] }, &out); err != nil || out.String() != "ready\n" {
		t.Errorf("the health check over TLS: %q, %v", out.String(), err)
	}
}

// A certificate that changes on the disk is served without a restart, and a
// broken one is not.
func TestTLSCertificateChanges(t *testing.T) {
	ca, dir := newAuthority(t), t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	ca.put(1, cert, key, "hello.example")
	var log bytes.Buffer
	files, err := newCertificateFiles(cert, key, newLogger(&log))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	files.now = func() time.Time { return now }
	serves := func(serial int64) {
		t.Helper()
		now = now.Add(lookEvery)
		got, err := files.get(nil)
		if err != nil || got.Leaf.SerialNumber.Int64() != serial {
			t.Fatalf("certificate %v is served (%v), not %d", got.Leaf.SerialNumber, err, serial)
		}
	}
	serves(1)
	ca.put(2, cert, key, "hello.example")
	if got, _ := files.get(nil); got.Leaf.SerialNumber.Int64() != 1 {
		t.Error("the files are read with every connection")
	}
	serves(2)
	if err := os.WriteFile(cert, []byte("half a fil"), 0o600); err != nil {
		t.Fatal(err)
	}
	serves(2)
	if err := errors.Join(os.Remove(cert), os.Remove(key)); err != nil {
		t.Fatal(err)
	}
	serves(2)
	ca.put(3, cert, key, "hello.example")
	serves(3)
	for _, want := range []string{"kind=content", "kind=missing", "taken up anew"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %q:\n%s", want, log.String())
		}
	}
	if strings.Contains(log.String(), dir) {
		t.Errorf("the log names files:\n%s", log.String())
	}
}

func TestTLSConfiguration(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Config)
		url    string // "" is refused
	}{
		"none":              {func(*Config) {}, "http://127.0.0.1:8080"},
		"a key is missing":  {func(c *Config) { c.TLSCert = "a" }, ""},
		"two ways":          {func(c *Config) { c.TLSCert, c.TLSKey, c.ACME = "a", "b", []string{"hello.example"} }, ""},
		"a plain URL":       {func(c *Config) { c.TLSCert, c.TLSKey, c.PublicURL = "a", "b", "http://hello.example" }, ""},
		"files":             {func(c *Config) { c.TLSCert, c.TLSKey = "a", "b" }, "https://127.0.0.1:8080"},
		"a host to get one": {func(c *Config) { c.ACME = []string{"hello.example", "www.hello.example"} }, "https://hello.example"},
	} {
		cfg := defaults()
		c.change(&cfg)
		if err := cfg.complete(func(string) string { return "" }); (err != nil) != (c.url == "") || err == nil && cfg.PublicURL != c.url {
			t.Errorf("%s: %q, %v", name, cfg.PublicURL, err)
		}
	}
	for directory, good := range map[string]bool{"": true, "https://ca.example/dir": true, "http://ca.example/dir": false, "ca.example": false, "http://127.0.0.1:14000/dir": true} {
		if err := checkDirectory(directory); (err == nil) != good {
			t.Errorf("acme_directory %q: %v", directory, err)
		}
	}
}

// Without TLS, ours or a proxy's, nobody is told to use it.
func TestNoHSTSOverPlainHTTP(t *testing.T) {
	app := launch(t)
	resp, err := app.http.Get(app.URL())
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if got := resp.Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("HSTS is %q", got)
	}
}

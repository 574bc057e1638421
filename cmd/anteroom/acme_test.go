package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// acmeServer is a certificate authority as far as one host's certificate needs
// it (RFC 8555, RFC 8737). It believes signatures, but connects to the host.
type acmeServer struct {
	*authority
	url string
	at  string // where the host is reached

	mu     sync.Mutex
	status string // of the order; guarded by mu, like all below
	chain  []byte
	asked  string // the host
}

func newACMEServer(t *testing.T) *acmeServer {
	t.Helper()
	s := &acmeServer{authority: newAuthority(t), status: "pending"}
	mux := http.NewServeMux()
	mux.HandleFunc("/dir", s.directory)
	mux.HandleFunc("/nonce", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/account", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", s.url+"/account/1")
		answer(w, http.StatusCreated, map[string]any{"status": "valid"})
	})
	mux.HandleFunc("/order", s.newOrder)
	mux.HandleFunc("/order/1", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, s.order()) })
	mux.HandleFunc("/authz/1", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, s.authorization()) })
	mux.HandleFunc("/challenge/1", s.challenge)
	mux.HandleFunc("/finalize/1", s.finalize)
	mux.HandleFunc("/cert/1", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pem-certificate-chain")
		_, _ = w.Write(s.chain)
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Replay-Nonce", "bm9uY2U")
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// payload is what a request says inside its signature.
func payload(r *http.Request, into any) error {
	var signed struct{ Payload string }
	if err := json.NewDecoder(r.Body).Decode(&signed); err != nil {
		return err
	}
	text, err := base64.RawURLEncoding.DecodeString(signed.Payload)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func (s *acmeServer) directory(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]string{"newNonce": s.url + "/nonce", "newAccount": s.url + "/account", "newOrder": s.url + "/order"})
}

func (s *acmeServer) newOrder(w http.ResponseWriter, r *http.Request) {
	var want struct{ Identifiers []struct{ Value string } }
	if err := payload(r, &want); err != nil || len(want.Identifiers) != 1 {
		http.Error(w, "one host", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.asked = want.Identifiers[0].Value
	s.mu.Unlock()
	w.Header().Set("Location", s.url+"/order/1")
	answer(w, http.StatusCreated, s.order())
}

func (s *acmeServer) identifier() map[string]string {
	return map[string]string{"type": "dns", "value": s.asked}
}

func (s *acmeServer) order() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{
		"status": s.status, "identifiers": []any{s.identifier()}, "authorizations": []string{s.url + "/authz/1"},
		"finalize": s.url + "/finalize/1", "certificate": s.url + "/cert/1",
	}
}

func (s *acmeServer) authorization() map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := "valid"
	if s.status == "pending" {
		state = "pending"
	}
	return map[string]any{"status": state, "identifier": s.identifier(), "challenges": []any{
		map[string]string{"type": "http-01", "url": s.url + "/challenge/2", "status": state, "token": "dG9rZW4"},
		map[string]string{"type": "tls-alpn-01", "url": s.url + "/challenge/1", "status": state, "token": "dG9rZW4"},
	}}
}

// challenge connects to the host as RFC 8737 says.
func (s *acmeServer) challenge(w http.ResponseWriter, _ *http.Request) {
	c, err := tls.Dial("tcp", s.at, &tls.Config{ServerName: s.asked, NextProtos: []string{"acme-tls/1"}, InsecureSkipVerify: true})
	if err != nil {
		http.Error(w, "no connection to the host", http.StatusForbidden)
		return
	}
	defer func() { _ = c.Close() }()
	shown := c.ConnectionState()
	if shown.NegotiatedProtocol != "acme-tls/1" || !provesControl(shown.PeerCertificates[0]) {
		http.Error(w, "the host does not know of this", http.StatusForbidden)
		return
	}
	s.mu.Lock()
	s.status = "ready"
	s.mu.Unlock()
	answer(w, http.StatusOK, map[string]string{"type": "tls-alpn-01", "url": s.url + "/challenge/1", "status": "valid", "token": "dG9rZW4"})
}

func provesControl(cert *x509.Certificate) bool {
	for _, e := range cert.Extensions {
		if e.Id.Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 31}) && e.Critical {
			return true
		}
	}
	return false
}

func (s *acmeServer) finalize(w http.ResponseWriter, r *http.Request) {
	var want struct{ CSR string }
	err := payload(r, &want)
	var csr *x509.CertificateRequest
	if err == nil {
		der, _ := base64.RawURLEncoding.DecodeString(want.CSR)
		csr, err = x509.ParseCertificateRequest(der)
	}
	if err != nil {
		http.Error(w, "no request", http.StatusBadRequest)
		return
	}
	cert := s.issue(99, csr.PublicKey, csr.DNSNames...)
	s.mu.Lock()
	s.chain = append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.cert.Raw})...)
	s.status = "valid"
	s.mu.Unlock()
	answer(w, http.StatusOK, s.order())
}

// A gateway with nothing but a host name gets itself a certificate, over the port
// of its pages alone, and finds it again after a restart.
func TestACME(t *testing.T) {
	ca, state := newACMEServer(t), t.TempDir()
	ca.at = freePort(t)
	configure := func(c *Config) {
		c.StateDir, c.Listen, c.ACME, c.ACMEDirectory, c.ACMEEmail = state, ca.at, []string{"hello.example"}, ca.url+"/dir", "it@hello.example"
	}
	app := launch(t, configure)
	if app.URL() != "https://hello.example" {
		t.Errorf("the public URL is %s", app.URL())
	}
	servesFrom(t, ca)
	app.Close()

	ca.status = "no more orders"
	app = launch(t, configure)
	servesFrom(t, ca)
	app.Close()
	info, err := os.Stat(filepath.Join(state, "certificates"))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("where certificates are kept: %v, %v", info, err)
	}
}

// servesFrom waits until the pages are served with the authority's certificate.
func servesFrom(t *testing.T, ca *acmeServer) {
	t.Helper()
	limit, again := time.NewTimer(patience), time.NewTicker(20*time.Millisecond)
	defer limit.Stop()
	defer again.Stop()
	for {
		resp, err := ca.client("hello.example").Get("https://" + ca.at + "/healthz")
		if err == nil {
			_ = resp.Body.Close()
			if n := resp.TLS.PeerCertificates[0].SerialNumber.Int64(); n != 99 {
				t.Fatalf("certificate %d", n)
			}
			return
		}
		select {
		case <-again.C:
		case <-limit.C:
			t.Fatal(err)
		}
	}
}

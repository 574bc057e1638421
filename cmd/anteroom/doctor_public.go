package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"anteroom/signaling"
)

// local tells whether the gateway is for trying out on this machine alone.
func (d *examination) local() bool {
	u, err := url.Parse(d.cfg.PublicURL)
	return err == nil && isLoopback(u.Hostname())
}

// checkPublicURL goes the way that browsers go.
func (d *examination) checkPublicURL(ctx context.Context) {
	u, _ := url.Parse(d.cfg.PublicURL)
	if u.Scheme != "https" && !d.local() {
		d.found(failure, "public_url", "%s has no TLS: browsers give no camera and no microphone to it. Use https://, with a reverse proxy, tls_cert or acme.", d.cfg.PublicURL)
		return
	}
	if _, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname()); err != nil {
		d.found(failure, "public_url", "the name %s cannot be resolved. Look at its DNS entry.", u.Hostname())
		return
	}
	if !d.running {
		return
	}
	var unknown x509.UnknownAuthorityError
	var wrongName x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch status, err := ask(ctx, d.publicClient(), d.cfg.PublicURL+"/healthz"); {
	case errors.As(err, &unknown), errors.As(err, &wrongName), errors.As(err, &invalid):
		d.found(failure, "public_url", "browsers will not trust the certificate: %v", publicReason(err))
	case err != nil:
		d.found(failure, "public_url", "%s does not answer from here. Look at DNS, the firewall and the reverse proxy (some networks do not reach themselves by their public name).", d.cfg.PublicURL)
	case status != http.StatusOK:
		d.found(failure, "public_url", "%s answers with status %d: does the reverse proxy forward to %s?", d.cfg.PublicURL, status, d.cfg.Listen)
	default:
		d.found(fine, "public_url", "%s leads to the gateway", d.cfg.PublicURL)
	}
}

// publicReason is what is wrong with a certificate.
func publicReason(err error) string {
	var wrongName x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &wrongName):
		return "it is for another name"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "it has expired, or is not valid yet"
	}
	return "nobody vouches for it; is the chain complete?"
}

func (d *examination) publicClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: d.roots, MinVersion: tls.VersionTLS12},
	}}
}

// renewBefore is when a certificate that nobody has renewed becomes worrying:
// authorities' programs renew about a month before its end.
const renewBefore = 10 * 24 * time.Hour

// checkCertificate looks at how long the certificate of the public URL is good.
func (d *examination) checkCertificate(ctx context.Context) {
	u, _ := url.Parse(d.cfg.PublicURL)
	if !d.running || u.Scheme != "https" {
		return
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	dial := tls.Dialer{Config: &tls.Config{ServerName: u.Hostname(), InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}}
	c, err := dial.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return // checkPublicURL has said so
	}
	defer func() { _ = c.Close() }()
	left := c.(*tls.Conn).ConnectionState().PeerCertificates[0].NotAfter.Sub(d.now)
	switch days := int(left.Hours() / 24); {
	case left <= 0:
		d.found(failure, "certificate", "has expired. Renew it.")
	case left < renewBefore:
		d.found(warning, "certificate", "ends in %d days. Look why it was not renewed.", days)
	default:
		d.found(fine, "certificate", "good for %d days", days)
	}
}

// checkWebsocket opens a websocket as a browser does: proxies that pass pages do
// not always pass those.
func (d *examination) checkWebsocket(ctx context.Context) {
	if !d.running {
		return
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.cfg.PublicURL+"/v1/ws", nil)
	if err != nil {
		return
	}
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "YW50ZXJvb20gZG9jdG9yIQ==",
		"Sec-WebSocket-Protocol": signaling.Subprotocol, "Origin": d.cfg.PublicURL,
	} {
		req.Header.Set(name, value)
	}
	resp, err := d.publicClient().Do(req)
	if err != nil {
		return // checkPublicURL has said so
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusSwitchingProtocols || resp.Header.Get("Sec-WebSocket-Protocol") != signaling.Subprotocol {
		d.found(failure, "websocket", "does not get through to the gateway (status %d). The reverse proxy must pass Upgrade and Connection and keep long connections; see the samples in configs.", resp.StatusCode)
		return
	}
	d.found(fine, "websocket", "gets through")
}

// checkProxy holds that the gateway can tell people behind a proxy apart.
func (d *examination) checkProxy(context.Context) {
	if strings.HasPrefix(d.cfg.PublicURL, "https:") && !d.cfg.hasTLS() && len(d.cfg.TrustedProxies) == 0 {
		d.found(warning, "proxy", "TLS is a reverse proxy's, and trusted_proxies is empty: limits count everybody as one. Set it to the proxy's address.")
	}
}

package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// maxAnswer is how much of an answer is read, so that the connection can be used
// again; what it says does not matter.
const maxAnswer = 4 << 10

// poster makes the requests to one receiver.
type poster struct {
	url    string
	keys   [][]byte
	client *http.Client
}

func newPoster(u *url.URL, keys [][]byte, cfg Config) *poster {
	dialer := &net.Dialer{Timeout: cfg.pace.attempt, Control: guard(isLocal(u))}
	transport := &http.Transport{
		DialContext: dialer.DialContext, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 1, IdleConnTimeout: 90 * time.Second,
		TLSHandshakeTimeout: cfg.pace.attempt, MaxResponseHeaderBytes: 16 << 10,
		TLSClientConfig: &tls.Config{RootCAs: cfg.Roots, MinVersion: tls.VersionTLS12},
	}
	return &poster{url: u.String(), keys: keys, client: &http.Client{
		Transport: transport, Timeout: cfg.pace.attempt,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Refusal is what a receiver answered in place of 2xx.
type Refusal struct{ Status int }

// Error implements error.
func (r Refusal) Error() string { return "webhook: answered with status " + strconv.Itoa(r.Status) }

// errUnanswered stands for all that can go wrong on the way; the cause would name
// the receiver.
var errUnanswered = errors.New("webhook: not answered")

// post makes one attempt: nil if it was answered with 2xx.
func (p *poster) post(ctx context.Context, e Event, now time.Time) error {
	body := e.body()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return errUnanswered
	}
	req.Header = http.Header{
		"Content-Type": {"application/json"}, "User-Agent": {"anteroom"},
		"Webhook-Id": {e.ID}, "Webhook-Timestamp": {strconv.FormatInt(now.Unix(), 10)}, "Webhook-Signature": {signatures(p.keys, e.ID, now, body)},
	}
	resp, err := p.client.Do(req)
	switch {
	case errors.Is(err, errAddress):
		return errAddress
	case err != nil:
		return errUnanswered
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.CopyN(io.Discard, resp.Body, maxAnswer)
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return Refusal{resp.StatusCode}
	}
	return nil
}

// Try sends one event, once, and says how that went.
func Try(ctx context.Context, cfg Config, target string, e Event) error {
	cfg.pace = usualPace()
	keys, err := parseSecrets(cfg.Secrets)
	if err != nil {
		return err
	}
	u, err := parseURL(target)
	if err != nil {
		return err
	}
	p := newPoster(u, keys, cfg)
	defer p.client.CloseIdleConnections()
	return p.post(ctx, e, time.Now())
}

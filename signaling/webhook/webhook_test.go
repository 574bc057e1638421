package webhook

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "whsec_YW50ZXJvb20gdGVzdHMgd2ViaG9va3Mu"

// received is a request that a receiver accepted as signed.
type received struct {
	id   string
	body payload
}

// receiver is a program that takes events, and answers as a test wants.
type receiver struct {
	*httptest.Server
	secret string
	got    chan received
	answer atomic.Pointer[http.HandlerFunc]
	calls  atomic.Int64
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{secret: secret, got: make(chan received, 100)}
	r.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { r.take(t, w, req) }))
	t.Cleanup(r.Close)
	return r
}

// take checks the signature as docs/integrating.md tells receivers to.
func (r *receiver) take(t *testing.T, w http.ResponseWriter, req *http.Request) {
	r.calls.Add(1)
	text, err := io.ReadAll(req.Body)
	if err != nil {
		return // the sender gave up
	}
	key, _ := parseSecret(r.secret)
	unix, _ := strconv.ParseInt(req.Header.Get("webhook-timestamp"), 10, 64)
	id, at := req.Header.Get("webhook-id"), time.Unix(unix, 0)
	if !slices.Contains(strings.Split(req.Header.Get("webhook-signature"), " "), sign(key, id, at, text)) || time.Since(at).Abs() > time.Minute {
		t.Error("a request is not signed")
	}
	if answer := r.answer.Load(); answer != nil {
		(*answer)(w, req)
		return
	}
	var p payload
	if err := json.Unmarshal(text, &p); err != nil {
		t.Error(err)
	}
	r.got <- received{id, p}
}

func (r *receiver) answers(fn http.HandlerFunc) { r.answer.Store(&fn) }

func (r *receiver) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(r.Certificate())
	return pool
}

func (r *receiver) next(t *testing.T) received {
	t.Helper()
	select {
	case one := <-r.got:
		return one
	case <-time.After(20 * time.Second):
		t.Fatal("nothing is received")
		return received{}
	}
}

// hasty is a pace for tests.
func hasty() pace {
	return pace{first: 2 * time.Millisecond, most: 20 * time.Millisecond, attempt: 5 * time.Second, keep: time.Hour, flush: 2 * time.Second, queue: 100}
}

func newSender(t *testing.T, roots *x509.CertPool, p pace, urls ...string) *Sender {
	t.Helper()
	s, err := New(Config{URLs: urls, Secrets: []string{secret}, Roots: roots, pace: p})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func event(id string) Event {
	return Event{ID: id, Type: "guest.waiting", At: time.Now(), Session: "s", Invite: "i"}
}

// until waits for a figure.
func until(t *testing.T, s *Sender, want func(Figures) bool) {
	t.Helper()
	tick, deadline := time.NewTicker(time.Millisecond), time.NewTimer(20*time.Second)
	defer tick.Stop()
	defer deadline.Stop()
	for !want(s.Figures()) {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("the figures stay at %+v", s.Figures())
		}
	}
}

// Every receiver gets every event, signed, with nothing in it but what is opaque.
func TestReceiversGetEvents(t *testing.T) {
	r := newReceiver(t)
	s := newSender(t, r.roots(), hasty(), r.URL+"/one", r.URL+"/two?key=1")
	e := event("a")
	s.Send(e)
	for range 2 {
		got := r.next(t)
		if got.id != "a" || got.body.Type != "guest.waiting" || !got.body.Timestamp.Equal(e.At) || got.body.Data != (data{"s", "i"}) {
			t.Errorf("%+v", got)
		}
	}
	until(t, s, func(f Figures) bool { return f == Figures{Delivered: 2} })
}

// While receivers change over to a new secret, both who knows the new one and who
// still has the old one find a request signed.
func TestTwoSecrets(t *testing.T) {
	changed, behind := newReceiver(t), newReceiver(t)
	changed.secret = "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3Rz"
	roots := changed.roots()
	roots.AddCert(behind.Certificate())
	s, err := New(Config{URLs: []string{changed.URL, behind.URL}, Secrets: []string{changed.secret, secret}, Roots: roots})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.Send(event("a"))
	if changed.next(t).id != "a" || behind.next(t).id != "a" {
		t.Error("another event")
	}
	for name, secrets := range map[string][]string{"none": nil, "a bad second": {secret, ""}} {
		if _, err := New(Config{URLs: []string{behind.URL}, Secrets: secrets}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// A receiver that answers 500, redirects, or says nothing gets the event again,
// with the same name; where a redirect leads nobody asks.
func TestReceiversThatFail(t *testing.T) {
	elsewhere := newReceiver(t)
	for name, answer := range map[string]http.HandlerFunc{
		"500": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"410": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) },
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		},
		"endless": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		},
		"torn": func(w http.ResponseWriter, _ *http.Request) {
			if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_ = c.Close()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReceiver(t)
			r.answers(answer)
			s := newSender(t, r.roots(), hasty(), r.URL)
			s.Send(event("a"))
			until(t, s, func(f Figures) bool { return f.Failed >= 4 })
			r.answer.Store(nil)
			if got := r.next(t); got.id != "a" {
				t.Errorf("the event is called %q", got.id)
			}
			until(t, s, func(f Figures) bool { return f.Delivered == 1 && f.Waiting == 0 && f.Dropped == 0 })
		})
	}
	if n := elsewhere.calls.Load(); n != 0 {
		t.Errorf("the redirect was followed %d times", n)
	}
}

// A receiver that takes for ever is given up, delays no other receiver, and
// nobody who sends.
func TestSlowReceiver(t *testing.T) {
	slow, quick := newReceiver(t), newReceiver(t)
	slow.answers(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	roots := slow.roots()
	roots.AddCert(quick.Certificate())
	p := hasty()
	p.attempt, p.queue = 100*time.Millisecond, 10
	s := newSender(t, roots, p, slow.URL, quick.URL)
	began := time.Now()
	for n := range 10 {
		s.Send(event(strconv.Itoa(n)))
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("sending took %v", took)
	}
	for range 10 {
		quick.next(t)
	}
	until(t, s, func(f Figures) bool { return f.Failed >= 2 })
	for n := range 30 { // more than the queue holds
		s.Send(event("more " + strconv.Itoa(n)))
	}
	until(t, s, func(f Figures) bool { return f.Dropped >= 20 && f.Waiting <= 20 })
}

// A receiver that is down gets all when it is up.
func TestReceiverThatIsDown(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	place := l.Addr().String()
	_ = l.Close()
	s := newSender(t, nil, hasty(), "http://"+place)
	s.Send(event("a"))
	s.Send(event("b"))
	until(t, s, func(f Figures) bool { return f.Failed >= 3 })
	r := &receiver{secret: secret, got: make(chan received, 10)}
	if l, err = net.Listen("tcp", place); err != nil {
		t.Fatal(err)
	}
	up := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) { r.take(t, w, req) })}}
	up.Start()
	t.Cleanup(up.Close)
	if got := r.next(t).id + r.next(t).id; got != "ab" && got != "ba" {
		t.Errorf("%q", got)
	}
}

// An event that the receiver cannot take holds up no other, and is given up when
// it is old.
func TestEventThatCannotBeTaken(t *testing.T) {
	r := newReceiver(t)
	r.answers(func(w http.ResponseWriter, req *http.Request) {
		if req.Header.Get("webhook-id") == "bad" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		r.got <- received{id: req.Header.Get("webhook-id")}
	})
	p := hasty()
	p.keep = 300 * time.Millisecond
	s := newSender(t, r.roots(), p, r.URL)
	s.Send(event("bad"))
	s.Send(event("good"))
	if got := r.next(t); got.id != "good" {
		t.Errorf("%q", got.id)
	}
	until(t, s, func(f Figures) bool { return f.Dropped == 1 && f.Waiting == 0 && f.Delivered == 1 })
}

// Closing sends what is left, but waits for nobody for long.
func TestClosing(t *testing.T) {
	r, stuck := newReceiver(t), newReceiver(t)
	stuck.answers(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	roots := r.roots()
	roots.AddCert(stuck.Certificate())
	p := hasty()
	p.flush, p.attempt = 300*time.Millisecond, time.Minute
	s := newSender(t, roots, p, r.URL, stuck.URL)
	for n := range 20 {
		s.Send(event(strconv.Itoa(n)))
	}
	began := time.Now()
	s.Close()
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("closing took %v", took)
	}
	if f := s.Figures(); f.Delivered != 20 || f.Dropped != 20 {
		t.Errorf("%+v", f)
	}
}

// A name that leads to this machine, or a host that leads to nowhere it may, is
// refused when the connection is made.
func TestNamesThatLeadElsewhere(t *testing.T) {
	r := newReceiver(t)
	u, err := url.Parse(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := guard(false)("tcp", u.Host, nil); err == nil {
		t.Error("a name may lead to this machine")
	}
	for address, good := range map[string]bool{
		"93.184.216.34:443": true, "[2001:db8::1]:443": true, "192.168.1.5:443": true,
		"169.254.169.254:80": false, "[fe80::1%eth0]:443": false, "[::ffff:169.254.1.1]:443": false, "nonsense": false, "name:443": false,
	} {
		if err := guard(false)("tcp", address, nil); (err == nil) != good {
			t.Errorf("%s: %v", address, err)
		}
	}
	// The whole way: a name that does not look like this machine's, and is.
	host := strings.Replace(r.URL, "127.0.0.1", "LOCALHOST", 1)
	if err := Try(t.Context(), Config{Secrets: []string{secret}, Roots: r.roots()}, host, event("a")); !errors.Is(err, errAddress) || r.calls.Load() != 0 {
		t.Errorf("%v after %d calls", err, r.calls.Load())
	}
	if err := Try(t.Context(), Config{Secrets: []string{secret}, Roots: r.roots()}, r.URL, event("a")); err != nil {
		t.Error(err)
	}
}

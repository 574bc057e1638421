package browsertest

import (
	"context"
	"net"
	"os/exec"
	"testing"
	"time"
)

// DefaultTimeout is how long a page method waits before it fails the test,
// unless [Options.Timeout] says otherwise: long enough for two cores that several
// browsers share, which costs nothing where what is waited for comes.
const DefaultTimeout = time.Minute

// stopTimeout bounds the graceful end of a browser; after it the processes are
// killed.
const stopTimeout = 10 * time.Second

// Network is the network a browser lives in. It is implemented by the nodes of
// the network laboratory, so that a browser can stand behind a bad line.
type Network interface {
	// Wrap changes a command that has not been started so that it runs inside
	// the network, under the process id the command will report.
	Wrap(cmd *exec.Cmd)
	// DialContext connects from inside the network.
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Options are the choices for a whole browser.
type Options struct {
	// Network is where the browser lives; nil is the network of the test.
	Network Network
	// SecureOrigins are plain-HTTP origins ("http://10.0.0.1:8080") to be
	// treated as secure contexts, which cameras and microphones need. Loopback
	// addresses are secure without it.
	SecureOrigins []string
	// InsecureCertificates accepts any TLS certificate.
	InsecureCertificates bool
	// Flags are further command line flags of Chromium, without the leading
	// dashes: true for a bare flag, else a string. Firefox ignores them.
	Flags map[string]any
	// Prefs are further preferences of Firefox: bool, int or string. Chromium
	// ignores them.
	Prefs map[string]any
	// Timeout is how long page methods wait; 0 is DefaultTimeout.
	Timeout time.Duration
}

// Browser is a running browser. It ends with the test that started it.
type Browser struct {
	name    string
	engine  engine
	house   *house
	timeout time.Duration
	stopped bool
}

// Chromium starts Chromium. The test fails if it is not installed.
func Chromium(t testing.TB, opts ...Options) *Browser {
	t.Helper()
	return start(t, "chromium", []string{"chromium", "chromium-browser", "google-chrome"}, startChromium, opts)
}

// Firefox starts Firefox. The test fails if it is not installed. Firefox does
// not gather ICE candidates for 127.0.0.1: tests with media give the media
// port another address (see package cmd/internal/netlab).
func Firefox(t testing.TB, opts ...Options) *Browser {
	t.Helper()
	return start(t, "firefox", []string{"firefox-esr", "firefox"}, startFirefox, opts)
}

// starter starts an engine for the program at path, at home in the house.
type starter func(ctx context.Context, path string, h *house, o Options) (engine, error)

func start(t testing.TB, name string, programs []string, run starter, opts []Options) *Browser {
	t.Helper()
	if len(opts) > 1 {
		t.Fatalf("browsertest: at most one Options, got %d", len(opts))
	}
	o := Options{Timeout: DefaultTimeout}
	if len(opts) == 1 {
		o = opts[0]
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	path := lookPath(programs)
	if path == "" {
		t.Fatalf("browsertest: %s is not installed: run make test-tools", name)
	}
	h, err := newHouse(name)
	if err != nil {
		t.Fatalf("browsertest: profile for %s: %v", name, err)
	}
	b := &Browser{name: name, house: h, timeout: o.Timeout}
	t.Cleanup(func() { b.end(t) })
	// The browser lives as long as this context; its cancellation is the
	// engine's own affair.
	b.engine, err = run(context.Background(), path, h, o)
	if err != nil {
		t.Fatalf("browsertest: start %s: %v", name, err)
	}
	return b
}

func lookPath(programs []string) string {
	for _, p := range programs {
		if path, err := exec.LookPath(p); err == nil {
			return path
		}
	}
	return ""
}

// Name is "chromium" or "firefox".
func (b *Browser) Name() string { return b.name }

// Home is the directory that holds all the browser writes: profile, caches and
// temporary files. It exists until the test ends.
func (b *Browser) Home() string { return b.house.dir }

// Profile is the profile directory below Home. What a session left behind is
// complete there only after Quit, since browsers write late.
func (b *Browser) Profile() string { return b.house.profile() }

// Quit ends the browser the way a person does, so that it writes what it means
// to keep; the profile directory stays for the test to read. Pages are dead
// afterwards.
func (b *Browser) Quit(t testing.TB) {
	t.Helper()
	if err := b.stop(); err != nil {
		t.Errorf("browsertest: quit %s: %v", b.name, err)
	}
}

func (b *Browser) stop() error {
	if b.stopped || b.engine == nil {
		return nil
	}
	b.stopped = true
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return b.engine.stop(ctx)
}

func (b *Browser) end(t testing.TB) {
	if err := b.stop(); err != nil {
		t.Logf("browsertest: stop %s: %v (killed)", b.name, err)
	}
	if err := b.house.demolish(); err != nil {
		t.Errorf("browsertest: clean up after %s: %v", b.name, err)
	}
}

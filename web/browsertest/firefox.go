package browsertest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// firefox is a running Firefox.
type firefox struct {
	bidi   *bidi
	exited chan struct{} // closed when the process is gone

	mu   sync.Mutex
	tabs map[string]*firefoxTab // guarded by mu; by browsing context
}

func startFirefox(ctx context.Context, path string, h *house, o Options) (engine, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := writePrefs(h.profile(), o); err != nil {
		return nil, err
	}
	cmd := exec.Command(path, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", h.profile())
	cmd.Env = append(os.Environ(), h.environment()...)
	groupLeader(cmd)
	dial := (&net.Dialer{}).DialContext
	if o.Network != nil {
		o.Network.Wrap(cmd)
		dial = o.Network.DialContext
	}
	f := &firefox{exited: make(chan struct{}), tabs: map[string]*firefoxTab{}}
	url, err := f.launch(ctx, cmd, h)
	if err != nil {
		return nil, err
	}
	if f.bidi, err = dialBidi(ctx, url+"/session", dial, f.event); err != nil {
		return nil, err
	}
	return f, f.begin(ctx, o)
}

// launch starts the process and returns the address of its remote agent. The
// kernel is to kill Firefox when the thread that started it ends, so that
// thread waits for it.
func (f *firefox) launch(ctx context.Context, cmd *exec.Cmd, h *house) (string, error) {
	out, err := cmd.StderrPipe()
	if err != nil {
		return "", err
	}
	started := make(chan error, 1)
	address := make(chan string, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer close(f.exited)
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		readAddress(out, address)
		_ = cmd.Wait() // how it ended is the protocol's affair
	}()
	if err := <-started; err != nil {
		return "", err
	}
	if err := h.adopt(cmd.Process.Pid); err != nil {
		return "", errors.Join(err, cmd.Process.Kill())
	}
	select {
	case url := <-address:
		if url == "" {
			return "", errors.New("it ended at once")
		}
		return url, nil
	case <-ctx.Done():
		return "", errors.Join(fmt.Errorf("no address of the remote agent: %w", ctx.Err()), cmd.Process.Kill())
	}
}

// readAddress reads what Firefox prints to its end, and passes on the address.
func readAddress(out io.Reader, address chan<- string) {
	defer close(address)
	sc := bufio.NewScanner(out)
	found := false
	for sc.Scan() {
		if i := strings.Index(sc.Text(), "ws://"); i >= 0 && !found {
			found = true
			address <- strings.TrimSpace(sc.Text()[i:])
		}
	}
	_, _ = io.Copy(io.Discard, out) // after a line too long for the scanner
}

func (f *firefox) begin(ctx context.Context, o Options) error {
	if err := f.bidi.call(ctx, "session.new", map[string]any{"capabilities": map[string]any{
		"alwaysMatch": map[string]any{"acceptInsecureCerts": o.InsecureCertificates},
	}}, nil); err != nil {
		return err
	}
	return f.bidi.call(ctx, "session.subscribe", map[string]any{
		"events": []string{"network.beforeRequestSent", "log.entryAdded", "browsingContext.navigationCommitted"},
	}, nil)
}

func (f *firefox) stop(ctx context.Context) error {
	err := f.bidi.call(ctx, "browser.close", map[string]any{}, nil)
	if errors.Is(err, errGone) {
		err = nil // it closed before it answered
	}
	select {
	case <-f.exited:
	case <-ctx.Done():
		err = errors.Join(err, ctx.Err())
	}
	return errors.Join(err, f.bidi.close())
}

// event runs on the connection's reader.
func (f *firefox) event(method string, params json.RawMessage) {
	var e struct {
		Context string
		Source  struct{ Context string }
		Level   string
		Text    string
		Request struct{ Method, URL string }
	}
	if json.Unmarshal(params, &e) != nil {
		return // an event of a shape we did not ask for
	}
	switch method {
	case "network.beforeRequestSent":
		if t := f.tab(e.Context); t != nil {
			t.rec.request(e.Request.Method, e.Request.URL)
		}
	case "log.entryAdded":
		if t := f.tab(e.Source.Context); t != nil && e.Level == "error" {
			t.rec.consoleError(e.Text)
		}
	case "browsingContext.navigationCommitted":
		if t := f.tab(e.Context); t != nil {
			t.document.leave()
		}
	}
}

func (f *firefox) tab(context string) *firefoxTab {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.tabs[context]
}

func (f *firefox) setTab(context string, t *firefoxTab) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tabs[context] = t
}

func writePrefs(profile string, o Options) error {
	prefs := firefoxPrefs()
	if len(o.SecureOrigins) > 0 {
		var hosts []string
		for _, origin := range o.SecureOrigins {
			u, err := url.Parse(origin)
			if err != nil {
				return fmt.Errorf("secure origin: %w", err)
			}
			hosts = append(hosts, u.Hostname())
		}
		prefs["dom.securecontext.allowlist"] = strings.Join(hosts, ",")
	}
	for k, v := range o.Prefs {
		prefs[k] = v
	}
	var b strings.Builder
	for k, v := range prefs {
		value, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("preference %s: %w", k, err)
		}
		fmt.Fprintf(&b, "user_pref(%q, %s);\n", k, value)
	}
	return os.WriteFile(filepath.Join(profile, "user.js"), []byte(b.String()), 0o600)
}

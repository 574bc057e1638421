package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func runs(t *testing.T, ctx context.Context, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(ctx, args, func(string) string { return "" }, &out, io.Discard)
	return out.String(), err
}

func TestVersion(t *testing.T) {
	out, err := runs(t, t.Context(), "version")
	if err != nil || !regexp.MustCompile(`^anteroom \S+ go1\.\d+`).MatchString(out) {
		t.Errorf("%q, %v", out, err)
	}
}

func TestHelp(t *testing.T) {
	out, err := runs(t, t.Context(), "--help")
	if !errors.Is(err, flag.ErrHelp) {
		t.Errorf("%v", err)
	}
	for _, s := range settings() {
		if s.flag != "" && !strings.Contains(out, "-"+s.flag) || s.secret && strings.Contains(out, s.env) {
			t.Errorf("--%s (%s) in the help", s.flag, s.env)
		}
	}
}

// TestHealthCommand: it ends well only where a program is ready.
func TestHealthCommand(t *testing.T) {
	app := launch(t)
	defer http.DefaultClient.CloseIdleConnections()
	if out, err := runs(t, t.Context(), "health", "--listen", app.cfg.Listen); err != nil || out != "ready\n" {
		t.Errorf("%q, %v", out, err)
	}
	if err := app.store.Close(); err != nil {
		t.Fatal(err)
	}
	broken := launch(t)
	if err := broken.store.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := runs(t, t.Context(), "health", "--listen", broken.cfg.Listen); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("without a store: %v", err)
	}
	if _, err := runs(t, t.Context(), "health", "--listen", freePort(t)); err == nil || !strings.Contains(err.Error(), "not answering") {
		t.Errorf("nobody there: %v", err)
	}
	if _, err := runs(t, t.Context(), "health", "--nonsense"); err == nil {
		t.Error("nonsense is healthy")
	}
}

// TestServe: the program says where it is and how to sign in, and ends when it
// is told to.
func TestServe(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out := &printed{more: make(chan struct{}, 1)}
	ended := make(chan error, 1)
	go func() {
		args := []string{"--listen", "127.0.0.1:0", "--media-address", "127.0.0.1:0", "--state-dir", t.TempDir(), "--store", "memory"}
		ended <- run(ctx, args, func(string) string { return "" }, out, io.Discard)
	}()
	p := &process{t: t, out: out, ended: ended}
	at := p.url()
	if !regexp.MustCompile(`^http://127\.0\.0\.1:\d+$`).MatchString(at) || !strings.Contains(out.String(), at+"/#signin=") {
		t.Errorf("%s", at)
	}
	if status := statusOf(t, at+"/healthz"); status != 200 {
		t.Errorf("status %d", status)
	}
	cancel()
	if err := p.wait(); err != nil {
		t.Errorf("%v", err)
	}
}

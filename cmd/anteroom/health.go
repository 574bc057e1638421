package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"time"
)

// health asks the running program whether it is ready: for containers and
// service managers, which need an exit status.
func health(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	cfg, err := load(args, getenv, out)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+reachable(cfg.Listen)+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("not answering on %s", cfg.Listen)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready (status %d)", resp.StatusCode)
	}
	_, err = fmt.Fprintln(out, "ready")
	return err
}

// version prints what was built.
func version(out io.Writer) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		_, err := fmt.Fprintln(out, "anteroom (unknown build)")
		return err
	}
	_, err := fmt.Fprintln(out, "anteroom", info.Main.Version, info.GoVersion)
	return err
}

package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"anteroom/room/redisstore/redistest"
	"anteroom/signaling/client"
)

// besideIt runs a command as on the gateway's machine: with its state directory and
// without a key.
func besideIt(t *testing.T, app *launched, args ...string) (string, error) {
	t.Helper()
	env := map[string]string{"ANTEROOM_STATE_DIR": app.cfg.StateDir, "ANTEROOM_PUBLIC_URL": app.URL()}
	var out bytes.Buffer
	err := run(t.Context(), args, func(k string) string { return env[k] }, &out, &out)
	return out.String(), err
}

// linkIn is the link in what a command printed.
func linkIn(t *testing.T, printed, prefix string) string {
	t.Helper()
	for line := range strings.Lines(printed) {
		if text := strings.TrimSpace(line); strings.HasPrefix(text, prefix) {
			return text
		}
	}
	t.Fatalf("there is no %s in\n%s", prefix, printed)
	return ""
}

// Sessions from the command line need no key either on the gateway's machine.
func TestSessionCommandsBesideIt(t *testing.T) {
	app := launch(t)
	out, err := besideIt(t, app, "session", "new", "--guest", "S.")
	if err != nil || !strings.Contains(out, "S. (guest)") {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err = besideIt(t, app, "session", "list"); err != nil || !strings.Contains(out, "S. expected") {
		t.Errorf("%v\n%s", err, out)
	}
}

// Accounts from the command line, on the gateway's machine and with the root key.
func TestHostCommands(t *testing.T) {
	app := launch(t)
	out, err := besideIt(t, app, "host", "list")
	if err != nil || !strings.Contains(out, "no accounts yet") {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err = besideIt(t, app, "host", "add", "Dr.Rees")
	if err != nil {
		t.Fatal(err)
	}
	first := linkIn(t, out, app.URL()+"/#enrol=")
	if out, err = commandLine(t, app.URL(), testKey, "host", "reset", "dr.rees"); err != nil || linkIn(t, out, app.URL()+"/#enrol=") == first {
		t.Errorf("%v\n%s", err, out)
	}
	for _, c := range []struct{ args, want string }{
		{"host disable dr.rees", "dr.rees is disabled."}, {"host list", "disabled   dr.rees\n"},
		{"host enable dr.rees", "dr.rees is invited."},
		{"host --url " + app.URL() + " remove dr.rees", "are erased."}, {"host list", "no accounts yet"},
	} {
		if out, err := besideIt(t, app, strings.Fields(c.args)...); err != nil || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v\n%s", c.args, err, out)
		}
	}
}

func TestKeyCommands(t *testing.T) {
	app := launch(t)
	if _, err := besideIt(t, app, "host", "add", "rees"); err != nil {
		t.Fatal(err)
	}
	out, err := besideIt(t, app, "key", "add", "--scope", "sessions:read", "--scope", "sessions:write", "--host", "rees", "--label", "diary")
	if err != nil {
		t.Fatal(err)
	}
	diary := client.API{URL: app.URL(), Key: linkIn(t, out, "anteroom_"), HTTP: app.http}
	if _, err := diary.Create(t.Context(), client.SessionSpec{}); err != nil {
		t.Error(err)
	}
	var all struct{ Sessions []any }
	if app.call(http.MethodGet, "/v1/sessions", nil, &all); len(all.Sessions) != 0 {
		t.Error("the operator sees the host's session")
	}
	if _, err := diary.Hosts(t.Context()); client.CodeOf(err) != client.CodeNotAllowed {
		t.Errorf("it lists the hosts: %v", err)
	}
	out, err = besideIt(t, app, "key", "list")
	id, _, _ := strings.Cut(out, " ")
	if err != nil || strings.Contains(out, diary.Key) || !strings.Contains(out, "rees") || !strings.Contains(out, "diary") {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, err := besideIt(t, app, "key", "remove", id); err != nil {
		t.Error(err)
	}
	if _, err := diary.List(t.Context()); client.CodeOf(err) != client.CodeSignInRequired {
		t.Errorf("a removed key: %v", err)
	}
}

// A key for the figures sees them, over the public address too, and nothing else.
func TestMetricsKey(t *testing.T) {
	app := launch(t)
	out, err := besideIt(t, app, "key", "add", "--scope", "metrics")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]int{linkIn(t, out, "anteroom_"): 200, testKey: 200, "another": 401} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, app.URL()+"/v1/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+key)
		resp, err := app.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		_, _ = body.ReadFrom(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != want || (want == 200) != strings.Contains(body.String(), "anteroom_sessions 0") {
			t.Errorf("%d, not %d", resp.StatusCode, want)
		}
	}
}

// What does not work is said in words, and no secret is made by asking.
func TestHostCommandsRefused(t *testing.T) {
	app := launch(t)
	with := func(state, public string) *launched {
		other := &launched{App: NewApp(app.cfg, nil)}
		other.cfg.StateDir, other.cfg.PublicURL = state, public
		return other
	}
	nowhere, stranger := with(t.TempDir(), app.URL()), with(t.TempDir(), app.URL())
	if err := os.WriteFile(filepath.Join(stranger.cfg.StateDir, secretFile), []byte(strings.Repeat("another ", 8)), 0o600); err != nil {
		t.Fatal(err)
	}
	stopped, open := with(app.cfg.StateDir, "http://"+freePort(t)), with(app.cfg.StateDir, "http://hello.example")
	for name, c := range map[string]struct {
		app        *launched
		args, want string
	}{
		"another state directory": {nowhere, "host list", "no secret of a gateway here"},
		"another's secret":        {stranger, "host list", "the gateway's own configuration"},
		"a stopped gateway":       {stopped, "host list", "does not answer"},
		"a key in the open":       {open, "host list", "without TLS"},
		"no such host":            {app, "host reset nobody", "There is no host of this name"},
		"a bad name":              {app, "host add a/b", "A name has 1 to 64 characters"},
		"no name":                 {app, "host add", "a NAME"},
		"no such command":         {app, "host ad rees", "host list"},
		"no scope":                {app, "key add", "at least one of the scopes"},
		"a scope that is not":     {app, "key add --scope admin", "at least one of the scopes"},
		"no such key":             {app, "key remove x", "There is no key of this name"},
		"a key's host":            {app, "key add --scope metrics --host nobody", "There is no host of this name"},
	} {
		if out, err := besideIt(t, c.app, strings.Fields(c.args)...); err == nil || !strings.Contains(err.Error()+out, c.want) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	if made, _ := filepath.Glob(nowhere.cfg.StateDir + "/*"); len(made) != 0 {
		t.Errorf("made: %v", made)
	}
	for _, help := range []string{"host", "key"} {
		if out, err := besideIt(t, app, help); !errors.Is(err, flag.ErrHelp) || !strings.Contains(out, "anteroom "+help+" add") {
			t.Errorf("%s: %v\n%s", help, err, out)
		}
	}
}

// TestWhatIsPrintedAtTheStart: a link on one's own machine; on the internet what to
// do instead, which works as printed, with the program as it is built and the
// default store; and nothing more once there are accounts.
func TestWhatIsPrintedAtTheStart(t *testing.T) {
	state, at := t.TempDir(), freePort(t)
	program := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(context.WithoutCancel(t.Context()), build(t), args...)
		cmd.Env = []string{"PATH=/usr/bin:/bin", "ANTEROOM_STATE_DIR=" + state, "ANTEROOM_LISTEN=" + at, "ANTEROOM_MEDIA_ADDRESS=127.0.0.1:0"}
		return cmd
	}
	first := spawn(t, program())
	first.url()
	if said := first.out.String(); !strings.Contains(said, "http://"+at+"/#signin=") {
		t.Errorf("on loopback:\n%s", said)
	}
	first.stop()
	public := program("--public-url", "https://hello.example")
	second := spawn(t, public)
	second.url()
	if said := second.out.String(); strings.Contains(said, "#signin=") || !strings.Contains(said, "anteroom host add NAME") {
		t.Errorf("on the internet:\n%s", said)
	}
	add := spawn(t, program("host", "add", "rees", "--url", "http://"+at))
	if err := add.wait(); err != nil || !strings.Contains(add.out.String(), "https://hello.example/#enrol=") {
		t.Fatalf("%v\n%s", err, add.out)
	}
	second.stop()
	third := spawn(t, program())
	third.url()
	if said := third.out.String(); strings.Contains(said, "#signin=") || !strings.Contains(said, "Hosts sign in there") {
		t.Errorf("with an account:\n%s", said)
	}
	third.stop()
}

// Two gateways on one Redis have the same accounts and keys, with one secret.
func TestHostCommandsWithRedis(t *testing.T) {
	server := redistest.Start(t)
	one := func(c *Config) { c.Store, c.Secret = server.URL, hidden(strings.Repeat("s", 32)) }
	first, second := launch(t, one), launch(t, one)
	env := func(app *launched) func(string) string {
		all := map[string]string{"ANTEROOM_SECRET": strings.Repeat("s", 32), "ANTEROOM_PUBLIC_URL": app.URL()}
		return func(name string) string { return all[name] }
	}
	var out bytes.Buffer
	if err := run(t.Context(), []string{"host", "add", "rees"}, env(first), &out, &out); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := run(t.Context(), []string{"host", "list"}, env(second), &out, &out); err != nil || out.String() != "invited    rees\n" {
		t.Errorf("%v\n%s", err, out.String())
	}
	out.Reset()
	if err := run(t.Context(), []string{"key", "add", "--scope", "sessions:read", "--host", "rees"}, env(second), &out, &out); err != nil {
		t.Fatal(err)
	}
	diary := client.API{URL: first.URL(), Key: linkIn(t, out.String(), "anteroom_"), HTTP: first.http}
	if _, err := diary.List(t.Context()); err != nil {
		t.Error(err)
	}
	if err := run(t.Context(), []string{"host", "disable", "rees"}, env(second), &out, &out); err != nil {
		t.Fatal(err)
	}
	if _, err := diary.List(t.Context()); client.CodeOf(err) != client.CodeSignInRequired {
		t.Errorf("disabled at the other: %v", err)
	}
}

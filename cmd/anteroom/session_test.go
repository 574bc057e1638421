package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"strings"
	"testing"
	"time"

	"anteroom/signaling/client"
)

// commandLine runs a command of the program against a gateway.
func commandLine(t *testing.T, url, key string, args ...string) (string, error) {
	t.Helper()
	env := map[string]string{"ANTEROOM_API_KEY": key, "ANTEROOM_PUBLIC_URL": url}
	var out bytes.Buffer
	err := run(t.Context(), args, func(k string) string { return env[k] }, &out, &out)
	return out.String(), err
}

// A session from the command line: its links open, it is listed, and it ends.
func TestSessionCommands(t *testing.T) {
	app := launch(t)
	opens := time.Now().Add(time.Hour).Truncate(time.Minute)
	out, err := commandLine(t, app.URL(), testKey, "session", "new", "--guest", "S.", "--guest", "M. B.", "--host", "Dr R.", "--opens", opens.Format("2006-01-02 15:04"))
	if err != nil {
		t.Fatal(err)
	}
	if n := opensLinks(t, app, out, opens); n != 3 || !strings.Contains(out, "M. B. (guest)") || !strings.Contains(out, "Dr R. (host)") {
		t.Errorf("%d links:\n%s", n, out)
	}
	out, err = commandLine(t, app.URL(), testKey, "session", "new", "--json", "--title", "Tuesday", "--closes", time.Now().Add(2*time.Hour).UTC().Format(time.RFC3339))
	var made client.Session
	if err := errors.Join(err, json.Unmarshal([]byte(out), &made)); err != nil || made.Title != "Tuesday" || len(made.Hosts) != 1 {
		t.Fatalf("%v: %s", err, out)
	}
	out, err = commandLine(t, app.URL(), testKey, "session", "list")
	if err != nil || strings.Count(out, "\n") != 2 || !strings.Contains(out, made.ID) || !strings.Contains(out, "M. B. expected") || strings.Contains(out, "/j#") {
		t.Errorf("the list (%v):\n%s", err, out)
	}
	if _, err := commandLine(t, app.URL(), testKey, "session", "end", made.ID); err != nil {
		t.Error(err)
	}
	if out, err = commandLine(t, app.URL(), testKey, "session", "list", "--json"); err != nil || strings.Contains(out, made.ID) {
		t.Errorf("after the end (%v): %s", err, out)
	}
}

// opensLinks counts the links in what was printed; each must open at that hour.
func opensLinks(t *testing.T, app *launched, printed string, opens time.Time) (n int) {
	t.Helper()
	for line := range strings.Lines(printed) {
		text, ok := strings.CutPrefix(line, "    ")
		if !ok {
			continue
		}
		link, err := client.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		shown, err := client.PreviewLink(t.Context(), link, client.Options{HTTP: app.http})
		if err != nil || !shown.Opens.Equal(opens) {
			t.Errorf("a link opens at %v (%v)", shown.Opens, err)
		}
		n++
	}
	return n
}

// What does not work is said in words, without the key.
func TestSessionCommandsRefused(t *testing.T) {
	app := launch(t)
	for name, c := range map[string]struct {
		url, key, want string
		args           []string
	}{
		"a wrong key":       {app.URL(), "another key, of somebody", "does not know this API key", []string{"list"}},
		"no key":            {app.URL(), "", "set ANTEROOM_API_KEY", []string{"list"}},
		"nobody there":      {"http://" + freePort(t), testKey, "does not answer", []string{"list"}},
		"a key in the open": {"http://hello.example", testKey, "without TLS", []string{"list"}},
		"a wrong hour":      {app.URL(), testKey, "2026-11-24 17:00", []string{"new", "--opens", "tomorrow"}},
		"no such session":   {app.URL(), testKey, "not_found", []string{"end", "nobody"}},
		"an ID with a dash": {app.URL(), testKey, "not_found", []string{"end", "-V9pZ0kD2m0y5o1xk0b3S8"}},
		"no such command":   {app.URL(), testKey, "session new", []string{"nwe"}},
		"no such flag":      {app.URL(), testKey, "not defined: -jsn", []string{"list", "--jsn"}},
		"twice one label":   {app.URL(), testKey, "bad_request", []string{"new", "--guest", "S.", "--guest", "s."}},
	} {
		out, err := commandLine(t, c.url, c.key, append([]string{"session"}, c.args...)...)
		if err == nil || !strings.Contains(err.Error()+out, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && c.key != "" && strings.Contains(err.Error()+out, c.key) {
			t.Errorf("%s: the key is printed", name)
		}
	}
	if out, err := commandLine(t, app.URL(), testKey, "session"); !errors.Is(err, flag.ErrHelp) || !strings.Contains(out, "session new") {
		t.Errorf("the help: %v\n%s", err, out)
	}
}

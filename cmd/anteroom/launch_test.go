package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"anteroom/cmd/internal/netlab"
)

const testKey = "a key for programs, long enough"

// launched is the real program in the test's process, on ports of its own.
type launched struct {
	*App
	t    *testing.T
	http *http.Client
}

func launch(t *testing.T, change ...func(*Config)) *launched {
	t.Helper()
	l := prepare(t, change...)
	l.start()
	return l
}

// launchIn starts the program inside a network of the test's own.
func launchIn(t *testing.T, n *netlab.Node, change ...func(*Config)) *launched {
	t.Helper()
	l := prepare(t, append(change, func(c *Config) {
		c.Listen, c.MediaAddress = n.AddressPort(8080).String(), n.AddressPort(7900).String()
	})...)
	l.http.Transport.(*http.Transport).DialContext = n.DialContext
	n.Do(l.start) // sockets belong to the network that they are made in
	return l
}

func prepare(t *testing.T, change ...func(*Config)) *launched {
	t.Helper()
	cfg := defaults()
	cfg.Listen, cfg.MediaAddress, cfg.StateDir = "127.0.0.1:0", "127.0.0.1:0", t.TempDir()
	cfg.Store, cfg.APIKey = "memory", testKey
	for _, one := range change {
		one(&cfg)
	}
	if err := cfg.complete(func(string) string { return "" }); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	return &launched{App: NewApp(cfg, newLogger(t.Output())), t: t, http: client}
}

func (l *launched) start() {
	l.t.Helper()
	if err := l.Start(l.t.Context()); err != nil {
		l.t.Error(err)
		return
	}
	l.t.Cleanup(l.Close)
}

// call makes a call as the owner and decodes the answer.
func (l *launched) call(method, path string, body, into any) {
	l.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		l.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(l.t.Context(), method, l.URL()+path, bytes.NewReader(data))
	if err != nil {
		l.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+testKey)
	resp, err := l.http.Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= 300 {
		l.t.Fatalf("%s %s: status %d", method, path, resp.StatusCode)
	}
	if into != nil {
		if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
			l.t.Fatal(err)
		}
	}
}

// invited is one person on the register, with the link.
type invited struct{ ID, Label, Role, State, Link string }

// created is a new session with its links.
type created struct {
	ID     string
	Hosts  []invited
	Guests []invited
	t      *testing.T
}

func (c created) host() string { return c.Hosts[0].Link }

func (c created) guest(label string) string {
	c.t.Helper()
	for _, one := range c.Guests {
		if one.Label == label {
			return one.Link
		}
	}
	c.t.Fatalf("nobody is called %s", label)
	return ""
}

type label struct {
	Label string `json:"label"`
}

func (l *launched) createSession(t *testing.T, guests ...string) created {
	t.Helper()
	return l.createWith(t, map[string]any{
		"title": "Tuesday", "greeting": "Hello, good that you are here.", "recognition": "blue kettle",
		"plan_b": "If this fails I ring you within five minutes.", "ground_rules": "What is said here stays here.",
		"policy": map[string]any{"auto_lock": false},
	}, guests...)
}

func (l *launched) createWith(t *testing.T, spec map[string]any, guests ...string) created {
	t.Helper()
	people := []label{}
	for _, one := range guests {
		people = append(people, label{one})
	}
	spec["guests"] = people
	s := created{t: t}
	l.call(http.MethodPost, "/v1/sessions", spec, &s)
	return s
}

// end ends a session for everybody.
func (l *launched) end(s created) {
	l.t.Helper()
	l.call(http.MethodPost, "/v1/sessions/"+s.ID+"/end", nil, nil)
}

// storeIsEmpty checks that no record of any session is left.
func (l *launched) storeIsEmpty(t *testing.T) {
	t.Helper()
	var all struct{ Sessions []any }
	l.call(http.MethodGet, "/v1/sessions", nil, &all)
	if len(all.Sessions) != 0 {
		t.Fatalf("%d sessions are left", len(all.Sessions))
	}
}

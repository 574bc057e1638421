package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"anteroom/signaling"
)

const ownWords = `
practice: {name: Harbour Practice, location: "a data centre in Cardiff, Wales", contact: hello@harbour.example, reviewed: 2026-11-01}
crisis:
  reviewed: 2026-11-01
  resources:
    - {name: Samaritans, phone: "116 123", url: "https://www.samaritans.org"}
    - {name: Emergency services, phone: "999", text: When somebody is in danger now.}
look: {accent: "#6a1b4d", logo: LOGO}
words:
  invitation: "Hello, we meet {when}: {link}"
  checklist: ["Is the door closed?", "Are your headphones on?"]
`

// configured loads a file as the program does.
func configured(t *testing.T, text string) (Config, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "anteroom.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return load([]string{"--config", file}, func(string) string { return "" }, io.Discard)
}

// What an operator writes into the file is what GET /v1/about tells the pages.
func TestOperatorsWords(t *testing.T) {
	logo := filepath.Join(t.TempDir(), "logo.svg")
	if err := os.WriteFile(logo, []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := configured(t, strings.Replace(ownWords, "LOGO", logo, 1))
	if err != nil {
		t.Fatal(err)
	}
	app := launch(t, func(c *Config) { c.Practice, c.Crisis, c.Look, c.Words = cfg.Practice, cfg.Crisis, cfg.Look, cfg.Words })
	var got signaling.About
	app.call(http.MethodGet, "/v1/about", nil, &got)
	want := signaling.About{
		Practice: "Harbour Practice", Location: "a data centre in Cardiff, Wales", Contact: "hello@harbour.example", Reviewed: "2026-11-01",
		Crisis: &signaling.Crisis{Reviewed: "2026-11-01", Resources: []signaling.Resource{
			{Name: "Samaritans", Phone: "116 123", URL: "https://www.samaritans.org"},
			{Name: "Emergency services", Phone: "999", Text: "When somebody is in danger now."},
		}},
		Checklist:  []string{"Is the door closed?", "Are your headphones on?"},
		Invitation: "Hello, we meet {when}: {link}",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("about (-want +got):\n%s", diff)
	}
}

// What cannot be shown is refused at the start, with words that say why.
func TestOperatorsMistakes(t *testing.T) {
	for text, says := range map[string]string{
		"crisis: {resources: [{name: A, phone: '1 2'}]}":                              "reviewed",
		"crisis: {reviewed: x, resources: [{name: A}]}":                               "a phone",
		"crisis: {reviewed: x, resources: [{phone: '123'}]}":                          "name",
		"crisis: {reviewed: x, resources: [{name: A, phone: 'javascript:alert(1)'}]}": "phone",
		"crisis: {reviewed: x, resources: [{name: A, url: 'javascript:alert(1)'}]}":   "https",
		"crisis: {reviewed: x, resources: [{name: A, url: 'http://a.example'}]}":      "https",
		"words: {invitation: come}":                                                   "{link}",
		"words: {checklist: ['']}":                                                    "checklist",
		"practice: {name: \"a\\nb\"}":                                                 "one line",
		"practice: {name: \"" + long(201) + "\"}":                                     "at most",
		"look: {colour: red}":                                                         "colour",
	} {
		if _, err := configured(t, text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.60s: %v", text, err)
		}
	}
	for _, look := range []Look{{Accent: "#ffee00"}, {Logo: "/nowhere/logo.png"}, {Logo: t.TempDir()}} {
		cfg := prepare(t, func(c *Config) { c.Look = look })
		if err := cfg.Start(t.Context()); err == nil {
			cfg.Close()
			t.Errorf("%v was taken", look)
		}
	}
}

func long(n int) string { return strings.Repeat("a", n) }

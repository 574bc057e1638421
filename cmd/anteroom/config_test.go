package main

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

const reference = "../../configs/anteroom.yaml"

// TestReferenceConfiguration holds the reference file to the program: every key
// is in it, with its default, and every variable of the environment is named.
func TestReferenceConfiguration(t *testing.T) {
	text, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	var c Config
	if err := c.readFile(reference); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plain(t, defaults()), plain(t, c)); diff != "" {
		t.Errorf("the defaults (-program +file):\n%s", diff)
	}
	var said map[string]any
	if err := yaml.Unmarshal(text, &said); err != nil {
		t.Fatal(err)
	}
	for _, key := range keys(reflect.TypeFor[Config](), "") {
		if !has(said, strings.Split(key, ".")) {
			t.Errorf("the file does not have %s", key)
		}
	}
	for _, s := range settings() {
		if s.env != "" && !regexp.MustCompile(`\b`+s.env+`\b`).Match(text) {
			t.Errorf("the file does not name %s", s.env)
		}
	}
}

// plain is a configuration as YAML, in which an empty list and none are one.
func plain(t *testing.T, c Config) string {
	t.Helper()
	var out bytes.Buffer
	if err := yaml.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// keys are all keys of a configuration, those of maps and lists left out.
func keys(of reflect.Type, above string) []string {
	var all []string
	for i := range of.NumField() {
		f := of.Field(i)
		key := above + strings.Split(f.Tag.Get("yaml"), ",")[0]
		if f.Type.Kind() == reflect.Struct && f.Type.PkgPath() == of.PkgPath() {
			if key != above { // not inline
				key += "."
			}
			all = append(all, keys(f.Type, key)...)
		} else {
			all = append(all, key)
		}
	}
	return all
}

func has(in map[string]any, path []string) bool {
	v, ok := in[path[0]]
	if len(path) == 1 || !ok {
		return ok
	}
	below, ok := v.(map[string]any)
	return ok && has(below, path[1:])
}

// Defaults, file, environment, flags: the later ones go before. What is not
// known, or cannot be read, is refused, and no secret is printed.
func TestConfigurationOrder(t *testing.T) {
	file := t.TempDir() + "/c.yaml"
	if err := os.WriteFile(file, []byte("listen: 127.0.0.1:1\ntitle: file\nstore: memory\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"ANTEROOM_TITLE": "env", "ANTEROOM_STORE": "bolt:env.db", "ANTEROOM_SECRET": strings.Repeat("s", 32), "HOME": "/srv/x"}
	c, err := load([]string{"--config", file, "--store", "bolt:flag.db"}, func(k string) string { return env[k] }, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(c.Listen, " ", c.Title, " ", c.Store, " ", c.MediaAddress, " ", c.StateDir, " ", c.Secret)
	if want := "127.0.0.1:1 env bolt:flag.db :7900 /srv/x/.local/state/anteroom [redacted]"; got != want {
		t.Errorf("%s\nnot\n%s", got, want)
	}
	for name, args := range map[string][]string{
		"an unknown flag": {"--secret", "x"}, "an argument": {"serve"}, "a value": {"--trusted-proxies", "here"}, "a missing file": {"--config", file + "x"},
	} {
		if _, err := load(args, func(string) string { return "" }, &bytes.Buffer{}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	for name, text := range map[string]string{"an unknown key": "lisen: x\n", "a type": "listen: [1]\n", "a short secret": "secret: abc\n", "a path in the URL": "public_url: https://a.example/b\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := load([]string{"--config", file}, func(string) string { return "" }, &bytes.Buffer{}); err == nil || strings.Contains(err.Error(), "abc") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

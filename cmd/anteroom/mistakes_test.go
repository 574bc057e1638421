package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// surroundings are what a configuration is loaded from.
type surroundings struct {
	file string // content; no file if empty
	env  map[string]string
	args []string
}

func (s surroundings) load(t *testing.T) (Config, error) {
	t.Helper()
	args := s.args
	if s.file != "" {
		path := filepath.Join(t.TempDir(), "anteroom.yaml")
		if err := os.WriteFile(path, []byte(s.file), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append([]string{"--config", path}, args...)
	}
	return load(args, func(name string) string { return s.env[name] }, io.Discard)
}

// TestEverySettingReachesItsKey: each variable and each flag changes one key,
// the one that the file has under that name; what is secret has no flag.
func TestEverySettingReachesItsKey(t *testing.T) {
	values := map[string]string{
		"ANTEROOM_MEDIA_ADVERTISE": "192.0.2.1, 2001:db8::1", "ANTEROOM_TRUSTED_PROXIES": "10.0.0.0/8,192.0.2.9",
		"ANTEROOM_JOIN_RATE": "7.5", "ANTEROOM_JOIN_BURST": "9", "ANTEROOM_CONNECTIONS": "7", "ANTEROOM_DRAIN_TIMEOUT": "90s",
	}
	for _, s := range settings() {
		got := defaults()
		if err := s.set(&got, cmp.Or(values[s.env], "something")); err != nil {
			t.Errorf("%s: %v", s.env, err)
		}
		key := strings.ToLower(strings.TrimPrefix(s.env, "ANTEROOM_"))
		if changed := differing(reflect.ValueOf(defaults()), reflect.ValueOf(got)); !slices.Equal(changed, []string{key}) {
			t.Errorf("%s changes %v", s.env, changed)
		}
		if s.flag != "" && (s.secret || s.flag != strings.ReplaceAll(key, "_", "-") || s.help == "") {
			t.Errorf("%s has the flag --%s, %q", s.env, s.flag, s.help)
		}
	}
}

// differing are the keys in which two configurations differ.
func differing(a, b reflect.Value) []string {
	var all []string
	for i := range a.NumField() {
		switch {
		case reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()):
		case a.Field(i).Kind() == reflect.Struct:
			all = append(all, differing(a.Field(i), b.Field(i))...)
		default:
			all = append(all, a.Type().Field(i).Tag.Get("yaml"))
		}
	}
	return all
}

// TestMistakesAreRefused: one for each rule; the message says where to look and
// never shows a secret.
func TestMistakesAreRefused(t *testing.T) {
	short := "short canary secret"
	env := func(name, value string) surroundings { return surroundings{env: map[string]string{name: value}} }
	flag := func(args ...string) surroundings { return surroundings{args: args} }
	file := func(text string) surroundings { return surroundings{file: text} }
	for name, c := range map[string]struct {
		from surroundings
		says string
	}{
		"unknown key":             {file("listn: x"), "listn"},
		"unknown inner key":       {file("limits: {join: 1}"), "join"},
		"a key twice":             {file("title: a\ntitle: b"), "title"},
		"another case":            {file("Title: a"), "Title"},
		"not YAML":                {file("title: [a"), "configuration"},
		"a second document":       {file("title: a\n---\nlisten: x"), "document"},
		"a list for text":         {file("title: [a]"), "configuration"},
		"no such file":            {flag("--config", "/nowhere.yaml"), "/nowhere.yaml"},
		"public URL, path":        {file("public_url: https://a.example/x"), "public_url"},
		"public URL, scheme":      {file("public_url: ftp://a.example"), "public_url"},
		"public URL, none":        {file("public_url: a.example"), "public_url"},
		"short secret":            {file("secret: " + short), "secret"},
		"short previous secret":   {env("ANTEROOM_PREVIOUS_SECRET", short), "previous_secret"},
		"advertise, file":         {file("media_advertise: [hello]"), "configuration"},
		"advertise, environment":  {env("ANTEROOM_MEDIA_ADVERTISE", "hello"), "ANTEROOM_MEDIA_ADVERTISE"},
		"advertise, flag":         {flag("--media-advertise", "hello"), "--media-advertise"},
		"proxies, file":           {file("trusted_proxies: [10.0.0.0/33]"), "configuration"},
		"proxies, environment":    {env("ANTEROOM_TRUSTED_PROXIES", "x"), "ANTEROOM_TRUSTED_PROXIES"},
		"rate, environment":       {env("ANTEROOM_JOIN_RATE", "fast"), "ANTEROOM_JOIN_RATE"},
		"burst, environment":      {env("ANTEROOM_JOIN_BURST", "1.5"), "ANTEROOM_JOIN_BURST"},
		"rate, none":              {file("limits: {join_rate: 0}"), "join_rate"},
		"rate, negative":          {file("limits: {join_rate: -1}"), "join_rate"},
		"rate, not a number":      {env("ANTEROOM_JOIN_RATE", "NaN"), "join_rate"},
		"rate, without end":       {file("limits: {join_rate: .inf}"), "join_rate"},
		"burst, none":             {file("limits: {join_burst: 0}"), "join_burst"},
		"connections, none":       {file("limits: {connections: 0}"), "connections"},
		"embedding by anybody":    {file("embed_origins: ['*']"), "embed_origins"},
		"webhook without secret":  {env("ANTEROOM_WEBHOOK_URLS", "https://diary.example/canary"), "webhook_secret"},
		"webhook in the clear":    {file("webhook_urls: [http://diary.example/canary]"), "webhook_urls"},
		"webhook, short secret":   {file("webhook_urls: [https://diary.example]\nwebhook_secret: whsec_canary"), "webhook_secret"},
		"provider, no issuer":     {file("oidc: {client_id: us}"), "oidc.issuer"},
		"provider's secret alone": {env("ANTEROOM_OIDC_CLIENT_SECRET", "canary"), "oidc.issuer"},
		"webhook, bad old secret": {file("webhook_urls: [https://diary.example]\nwebhook_secret: whsec_YW50ZXJvb20gdGVzdHMgd2ViaG9va3Mu\nwebhook_previous_secret: canary"), "webhook_previous_secret"},
		"a secret as a flag":      {flag("--secret", strings.Repeat("canary", 8)), "secret"},
		"unknown argument":        {flag("serve"), "serve"},
		"a secret where one says": {file("secret: {canary: " + short + "}"), "configuration"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.from.load(t)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("%v", err)
			}
			if strings.Contains(err.Error(), "canary") {
				t.Errorf("the message shows a secret")
			}
		})
	}
}

// TestStartRefuses what only shows when things are opened.
func TestStartRefuses(t *testing.T) {
	taken := launch(t)
	for name, c := range map[string]struct {
		change func(*Config)
		says   string
	}{
		"unknown store":    {func(c *Config) { c.Store = "etcd:x" }, "store"},
		"bolt, no path":    {func(c *Config) { c.Store = "bolt:" }, "store"},
		"listen, taken":    {func(c *Config) { c.Listen = taken.cfg.Listen }, "address already in use"},
		"listen, nonsense": {func(c *Config) { c.Listen = "nonsense" }, "nonsense"},
		"media, nonsense":  {func(c *Config) { c.MediaAddress = "nonsense" }, "media_address"},
		"admin, nonsense":  {func(c *Config) { c.AdminListen = "nonsense" }, "nonsense"},
	} {
		app := prepare(t, c.change)
		err := app.Start(t.Context())
		if err == nil {
			app.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	cfg := defaults()
	n := 0
	for _, field := range reflect.ValueOf(&cfg).Elem().Fields() {
		switch field.Interface().(type) {
		case hidden:
			field.SetString("canary")
			n++
		case []hidden:
			field.Set(reflect.ValueOf([]hidden{"canary"}))
			n++
		}
	}
	if n < 6 {
		t.Errorf("there are %d secrets", n)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		if got := fmt.Sprintf(verb, cfg); strings.Contains(got, "canary") || strings.Contains(got, "63616e617279") {
			t.Errorf("%s prints a secret", verb)
		}
	}
}

// TestWhatFollows is what is made of keys that are left empty.
func TestWhatFollows(t *testing.T) {
	for _, c := range []struct {
		from        surroundings
		public, dir string
	}{
		{surroundings{env: map[string]string{"HOME": "/h"}}, "http://127.0.0.1:8080", "/h/.local/state/anteroom"},
		{surroundings{env: map[string]string{"XDG_STATE_HOME": "/x", "HOME": "/h"}, args: []string{"--listen", ":80"}}, "http://localhost:80", "/x/anteroom"},
		{surroundings{env: map[string]string{"STATE_DIRECTORY": "/s", "XDG_STATE_HOME": "/x"}, args: []string{"--listen", "0.0.0.0:80"}}, "http://localhost:80", "/s"},
		{surroundings{args: []string{"--listen", "[::]:80", "--state-dir", "/d"}}, "http://localhost:80", "/d"},
		{surroundings{args: []string{"--public-url", "https://hello.example/"}}, "https://hello.example", "anteroom-state"},
	} {
		got, err := c.from.load(t)
		if err != nil || got.PublicURL != c.public || got.StateDir != c.dir {
			t.Errorf("%v: %q, %q, %v", c.from, got.PublicURL, got.StateDir, err)
		}
	}
}

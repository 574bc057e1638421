package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"anteroom/room/redisstore/redistest"
)

// TestAdviceAtStart: the operator is told, and by doctor too, when Redis keeps less
// than it should, or more. Of the one in the sample for compose there is nothing to
// tell.
func TestAdviceAtStart(t *testing.T) {
	sample := composedRedis(t)
	for _, c := range []struct {
		args []string
		want string
	}{
		{sample, ""},
		{append(sample, "--appendonly", "no"), "Set: appendonly yes"},
	} {
		redis := redistest.Start(t, c.args...)
		var said bytes.Buffer
		l := prepare(t, func(cfg *Config) { cfg.Store = redis.URL })
		l.App = NewApp(l.cfg, newLogger(&said))
		l.start()
		l.Close()
		for _, text := range []string{said.String(), examine(t, l.cfg).all} {
			if c.want == "" && strings.Contains(text, "Redis") || !strings.Contains(text, c.want) {
				t.Errorf("%q does not say %q", text, c.want)
			}
		}
	}
}

// composedRedis are the arguments of Redis in configs/compose.redis.yaml.
func composedRedis(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "configs", "compose.redis.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var sample struct {
		Services map[string]struct{ Command []string }
	}
	if err := yaml.Unmarshal(data, &sample); err != nil {
		t.Fatal(err)
	}
	command := sample.Services["redis"].Command
	if len(command) < 2 || command[0] != "redis-server" {
		t.Fatalf("Redis is run as %q", command)
	}
	return slices.Clip(command[1:])
}

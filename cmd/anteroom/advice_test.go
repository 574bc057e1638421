package main

import (
	"bytes"
	"strings"
	"testing"

	"anteroom/room/redisstore/redistest"
)

// TestAdviceAtStart: the operator is told when Redis keeps more than it should.
func TestAdviceAtStart(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, ""},
		{[]string{"--appendonly", "yes"}, "appendonly no"},
	} {
		redis := redistest.Start(t, c.args...)
		var said bytes.Buffer
		l := prepare(t, func(cfg *Config) { cfg.Store = redis.URL })
		l.App = NewApp(l.cfg, newLogger(&said))
		l.start()
		l.Close()
		if c.want == "" && strings.Contains(said.String(), "Redis") || !strings.Contains(said.String(), c.want) {
			t.Errorf("%q does not say %q", &said, c.want)
		}
	}
}

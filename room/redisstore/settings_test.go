package redisstore

import (
	"slices"
	"strings"
	"testing"

	"anteroom/room/redisstore/redistest"
)

func TestAdvice(t *testing.T) {
	meant := []string{"--save", "", "--appendonly", "yes", "--auto-aof-rewrite-min-size", "1mb", "--slowlog-log-slower-than", "-1", "--maxmemory-policy", "noeviction"}
	for name, c := range map[string]struct {
		args []string // beside what is meant
		want []string
	}{
		"as it is meant":  {nil, nil},
		"snapshots":       {[]string{"--save", "60 1"}, []string{"save"}},
		"no log":          {[]string{"--appendonly", "no"}, []string{"appendonly"}},
		"a long log":      {[]string{"--auto-aof-rewrite-min-size", "64mb"}, []string{"auto-aof-rewrite-min-size"}},
		"the slow log":    {[]string{"--slowlog-log-slower-than", "10000"}, []string{"slowlog"}},
		"eviction":        {[]string{"--maxmemory-policy", "allkeys-lru"}, []string{"maxmemory-policy"}},
		"two of them":     {[]string{"--appendonly", "no", "--slowlog-log-slower-than", "0"}, []string{"appendonly", "slowlog"}},
		"not to be asked": {[]string{"--save", "60 1", "--rename-command", "CONFIG", ""}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(t.Context(), redistest.Start(t, append(slices.Clone(meant), c.args...)...).URL)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			got, err := s.Advice(t.Context())
			if err != nil || !slices.EqualFunc(got, c.want, func(said, setting string) bool { return strings.Contains(said, "("+setting+")") }) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

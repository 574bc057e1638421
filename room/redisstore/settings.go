package redisstore

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Advice says in plain words which settings of the server are not what this store
// is meant for: accounts have to outlive a restart of Redis, and what has ended
// should stay in its files no longer than it must, sealed though it is. Nothing is
// said of a server that does not let itself be asked, as an access list may have
// it. An error means that it did not answer.
func (s *Store) Advice(ctx context.Context) ([]string, error) {
	return call(ctx, s, func(ctx context.Context) ([]string, error) {
		var all []string
		for _, one := range settings() {
			found, err := s.client.ConfigGet(ctx, one.name).Result()
			var refused redis.Error
			switch {
			case errors.As(err, &refused):
				continue
			case err != nil:
				return nil, err
			}
			if value, known := found[one.name]; known && !one.good(value) {
				all = append(all, one.advice)
			}
		}
		return all, nil
	})
}

type setting struct {
	name   string
	good   func(value string) bool
	advice string
}

func settings() []setting {
	return []setting{
		{"save", func(v string) bool { return strings.TrimSpace(v) == "" },
			`Redis writes snapshots to its disk (save): sealed records of ended sessions stay in its files and backups. Set: save ""`},
		{"appendonly", func(v string) bool { return v == "yes" },
			"Redis does not write changes to its disk (appendonly): when it restarts, accounts, keys of programs and who is disabled are forgotten. Set: appendonly yes"},
		{"auto-aof-rewrite-min-size", atMost(maxLog),
			"Redis lets its log of changes grow large before it rewrites it (auto-aof-rewrite-min-size): sealed records of ended sessions stay in it for so long. Set: auto-aof-rewrite-min-size 1mb"},
		{"slowlog-log-slower-than", atMost(-1),
			"Redis keeps slow commands with their arguments (slowlog): sealed records of ended sessions stay in its memory. Set: slowlog-log-slower-than -1"},
		{"maxmemory-policy", func(v string) bool { return v == "noeviction" },
			"Redis may drop records when its memory is full (maxmemory-policy): sessions would end, and forget who was removed. Set: maxmemory-policy noeviction"},
	}
}

// maxLog is the size in octets, up to which Redis' log may keep what has ended.
const maxLog = 1 << 20

func atMost(limit int) func(string) bool {
	return func(value string) bool {
		n, err := strconv.Atoi(value)
		return err == nil && n <= limit
	}
}

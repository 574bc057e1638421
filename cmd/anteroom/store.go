package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"anteroom/room"
	"anteroom/room/boltstore"
	"anteroom/room/memstore"
	"anteroom/room/redisstore"
)

// openStore opens the store that the configuration names.
func (c Config) openStore(ctx context.Context) (room.Store, error) {
	kind, rest, _ := strings.Cut(c.Store, ":")
	switch {
	case c.Store == "memory":
		return memstore.New(memstore.Options{}), nil
	case kind == "bolt" && rest != "":
		return c.openBolt(rest)
	case c.sharedStore():
		return redisstore.Open(ctx, c.Store)
	}
	return nil, fmt.Errorf(`store: it is "bolt:PATH", "memory" or a redis:// URL`)
}

// sharedStore tells whether the store is a server of its own.
func (c Config) sharedStore() bool {
	return strings.HasPrefix(c.Store, "redis") || strings.HasPrefix(c.Store, "unix:")
}

func (c Config) openBolt(path string) (room.Store, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.StateDir, path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	return boltstore.Open(path)
}

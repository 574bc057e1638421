package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// handOverFor is how long the handing over of sessions to other machines may
// take at least.
const handOverFor = 15 * time.Second

// duration is a time span as people write it: 90s, 30m, 2h.
type duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err == nil && parsed < 0 {
		err = errors.New("a time span cannot be negative")
	}
	*d = duration(parsed)
	return err
}

func setDrainTimeout(c *Config, value string) error {
	return c.DrainTimeout.UnmarshalText([]byte(value))
}

// drain lets sessions go on elsewhere, or end, before the program stops. Another
// signal stops it at once.
func (a *App) drain() {
	limit := time.Duration(a.cfg.DrainTimeout)
	if a.cfg.InternalListen != "" {
		limit = max(limit, handOverFor)
	}
	if limit <= 0 {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	a.server.Drain(ctx)
}

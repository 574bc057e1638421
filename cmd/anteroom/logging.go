package main

import (
	"io"
	"log/slog"
)

// newLogger writes events, without times finer than a second's use and without
// anything about people.
func newLogger(out io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelInfo}))
}

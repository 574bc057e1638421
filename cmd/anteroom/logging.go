package main

import (
	"io"
	"log"
	"log/slog"
)

// newLogger writes events, without times finer than a second's use and without
// anything about people.
func newLogger(out io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelInfo}))
}

// quietLog takes what net/http says of errors and panics, which names client
// addresses and may hold what a client sent, and passes on only that there was
// something.
func quietLog(to *slog.Logger) *log.Logger { return log.New(quietWriter{to}, "", 0) }

type quietWriter struct{ to *slog.Logger }

// Write implements io.Writer.
func (w quietWriter) Write(p []byte) (int, error) {
	w.to.Warn("an HTTP connection failed")
	return len(p), nil
}

package main

import (
	"io"
	"log"
	"log/slog"
	"strings"
	"sync"
	"time"

	redislog "github.com/redis/go-redis/v9/logging"
)

// silenceLibraries turns off the loggers that libraries keep for the whole
// process and that name addresses: go-redis writes those of servers that refuse
// a connection. What matters of it reaches our own log as a kind of failure.
func silenceLibraries() {
	redislog.Disable()
	log.SetOutput(io.Discard)
}

// quietEvery is how often one kind of failed connection is logged: whoever can
// connect can make it happen.
const quietEvery = time.Minute

// quietLog takes what net/http says of errors and panics, which names client
// addresses and may hold what a client sent, and passes on only what kind of
// thing happened.
func quietLog(to *slog.Logger) *log.Logger {
	return log.New(&quietWriter{to: to, last: map[string]time.Time{}}, "", 0)
}

type quietWriter struct {
	to   *slog.Logger
	mu   sync.Mutex
	last map[string]time.Time // by kind, guarded by mu
}

// Write implements io.Writer.
func (w *quietWriter) Write(p []byte) (int, error) {
	kind := kindOf(string(p))
	w.mu.Lock()
	due := time.Since(w.last[kind]) >= quietEvery
	if due {
		w.last[kind] = time.Now()
	}
	w.mu.Unlock()
	if due {
		w.to.Warn("an HTTP connection failed", "kind", kind)
	}
	return len(p), nil
}

func kindOf(text string) string {
	switch {
	case strings.HasPrefix(text, "http: panic serving"):
		return "panic"
	case strings.HasPrefix(text, "http: TLS handshake error"):
		return "tls"
	case strings.HasPrefix(text, "http: Accept error"):
		return "accept"
	}
	return "other"
}

package main

import (
	"bytes"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// crashWith makes the test's own binary a program that crashes with what the
// variable holds.
const crashWith = "ANTEROOM_TEST_CRASH"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == crashMonitor {
		_ = monitor(os.Stdin, os.Stderr)
		return
	}
	if said := os.Getenv(crashWith); said != "" {
		crash(said)
	}
	goleak.VerifyTestMain(m,
		// These end by themselves, seconds after the lock is given back, or are
		// one for the whole process.
		goleak.IgnoreAnyFunction("github.com/caddyserver/certmagic.keepLockfileFresh"),
		goleak.IgnoreAnyFunction("github.com/caddyserver/certmagic.(*RingBufferRateLimiter).loop"),
		goleak.Cleanup(func(code int) {
			built.remove()
			os.Exit(code)
		}))
}

// crash panics on a goroutine, as a fault in the program would, with what
// somebody said as the panic's value and as an argument.
func crash(said string) {
	if _, err := harden(); err != nil {
		os.Exit(3)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		crashSaying([]byte(said))
	}()
	<-done
	<-make(chan struct{})
}

//go:noinline
func crashSaying(said []byte) {
	panic(string(bytes.ToUpper(said)) + "\nmain.looksLikeAFrame(\n\tlooks/like/a/file.go:1")
}

package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"runtime/debug"
	"strings"
	"syscall"
)

// crashMonitor is the hidden command under which the program watches itself.
const crashMonitor = "crash-monitor"

// maxCrash bounds what is read of a crash.
const maxCrash = 1 << 20

// watchCrashes starts a second process of this program that gets what the Go
// runtime says of a crash and prints where it happened, but no value: a panic
// may hold what somebody said. It ends with this process.
func watchCrashes(errs *os.File) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	theirs, ours, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = theirs.Close() }()
	defer func() { _ = ours.Close() }() // the runtime keeps a copy
	cmd := exec.Command(self, crashMonitor)
	cmd.Env, cmd.Stdin, cmd.Stderr = []string{}, theirs, errs
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }()
	debug.SetTraceback("single")
	return debug.SetCrashOutput(ours, debug.CrashOptions{})
}

// monitor is the second process: it waits for the crash or the end of the
// first, whatever signals both get.
func monitor(in io.Reader, errs io.Writer) error {
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	report, err := io.ReadAll(io.LimitReader(in, maxCrash))
	if err != nil || len(report) == 0 {
		return err
	}
	_, err = fmt.Fprint(errs, scrub(string(report)))
	return err
}

// maxFrames bounds the printed part of a stack.
const maxFrames = 60

// scrub reduces the runtime's report of a crash to its kind and to the places
// in the program: no panic's value, no argument. The runtime indents what it
// prints of a value, so no value can pass for the beginning of a stack.
func scrub(report string) string {
	heads := regexp.MustCompile(`(?m)^goroutine \d+ .*\[.*\]:$`)
	out := "anteroom: crashed: " + crashKind(report) + "\n"
	at := heads.FindStringIndex(report)
	if at == nil {
		return out
	}
	frames := 0
	for line := range strings.Lines(report[at[1]+1:]) {
		place := placeOf(strings.TrimSuffix(line, "\n"))
		if place == "" || frames == maxFrames {
			break
		}
		out += place + "\n"
		frames++
	}
	return out
}

func crashKind(report string) string {
	for _, one := range []struct{ begins, kind string }{
		{"panic: runtime error: ", "runtime error"}, {"panic: ", "panic"}, {"fatal error: ", "fatal error"}, {"SIG", "signal"},
	} {
		if strings.HasPrefix(report, one.begins) {
			return one.kind
		}
	}
	return "unknown"
}

// placeOf is a line of a stack without what was passed to the function; "" at
// the stack's end.
func placeOf(line string) string {
	if file, ok := strings.CutPrefix(line, "\t"); ok {
		file, _, _ = strings.Cut(file, " ")
		return "\t" + file
	}
	if !strings.HasSuffix(line, ")") {
		return line // "created by … in goroutine 1"
	}
	depth := 0
	for i := len(line) - 1; i >= 0; i-- {
		switch line[i] {
		case ')':
			depth++
		case '(':
			depth--
		}
		if depth == 0 {
			return line[:i]
		}
	}
	return "?"
}

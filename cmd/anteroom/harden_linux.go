package main

import (
	"os"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// harden keeps the memory of the process from getting into files or before
// eyes: no core dump, no attaching by the same user, and nothing but our own
// log on standard error, to which the runtime would print what a panic holds.
// It returns where our own log goes.
func harden() (*os.File, error) {
	fd, err := unix.FcntlInt(os.Stderr.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, err
	}
	errs := os.NewFile(uintptr(fd), "stderr")
	if watchCrashes(errs) != nil { // as in a root without /proc: then a crash says nothing at all
		debug.SetTraceback("none")
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = null.Close() }()
	if err := unix.Dup3(int(null.Fd()), 2, 0); err != nil {
		return nil, err
	}
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return nil, err
	}
	return errs, unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}

//go:build !linux

package main

import (
	"os"
	"runtime/debug"
)

// harden keeps stacks out of what a crash prints. Core dumps are for the
// operator to turn off here.
func harden() (*os.File, error) {
	debug.SetTraceback("none")
	return os.Stderr, nil
}

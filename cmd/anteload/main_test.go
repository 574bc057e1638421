//go:build linux

package main

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// The benchmark starts its own program again: in tests that is the test's.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "run" || os.Args[1] == floorCommand) {
		main()
		return
	}
	goleak.VerifyTestMain(m)
}

package room_test

import (
	"fmt"
	"testing"
)

// recorder is a testing.TB for checks on other goroutines than the test's: its
// Fatal ends the check and is told to the test later.
type recorder struct {
	*testing.T
	crowd *crowd
}

type stopped struct{}

func (r *recorder) Fatalf(format string, args ...any) { r.Fatal(fmt.Sprintf(format, args...)) }

func (r *recorder) Fatal(args ...any) {
	r.crowd.fault(fmt.Sprint(args...))
	panic(stopped{})
}

// check runs one check to its first fault.
func (c *crowd) check(run func(*recorder)) {
	defer func() {
		if fault := recover(); fault != nil && fault != (stopped{}) {
			panic(fault)
		}
	}()
	run(&recorder{c.t, c})
}

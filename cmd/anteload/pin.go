//go:build linux

package main

import (
	"errors"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// twoCores picks a processor for what is measured and another for the load,
// among those that this process may use.
func twoCores() (server, load int, err error) {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return 0, 0, err
	}
	var found []int
	for cpu := 0; len(found) < 2 && cpu < len(set)*64; cpu++ {
		if set.IsSet(cpu) {
			found = append(found, cpu)
		}
	}
	if len(found) < 2 {
		return 0, 0, errors.New("the benchmark needs two processors: one for the gateway, one for the load")
	}
	return found[0], found[1], nil
}

// anyCore is for processes that may run wherever they like.
const anyCore = -1

// startOn starts a command that may run on one processor only. It inherits that
// from the thread that starts it.
func startOn(cpu int, cmd *exec.Cmd) error {
	if cpu == anyCore {
		return cmd.Start()
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return err
	}
	one.Set(cpu)
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		return err
	}
	err := cmd.Start()
	return errors.Join(err, unix.SchedSetaffinity(0, &before))
}

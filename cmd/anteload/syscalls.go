//go:build linux

package main

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The loop's system calls are raw: the Go scheduler is not told of them. Told,
// it takes the processor away from a thread that waits longer than 20 µs and
// looks every 20 µs whether there is one, which costs more than sending does.
// Those that do not wait need not be told; the one that does is interrupted by
// the signal with which the runtime stops threads.

// waitEvents waits until something can be read, at most so long
// (epoll_pwait2, Linux 5.11).
func waitEvents(poll int, events []unix.EpollEvent, most time.Duration) (int, unix.Errno) {
	limit := unix.NsecToTimespec(int64(most))
	n, _, err := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT2, uintptr(poll), uintptr(unsafe.Pointer(&events[0])),
		uintptr(len(events)), uintptr(unsafe.Pointer(&limit)), 0, 0)
	if err != 0 {
		return 0, err
	}
	return int(n), 0
}

// readSocket reads from a descriptor that does not block; 0 if there is nothing.
func readSocket(fd int, b []byte) int {
	n, _, err := unix.RawSyscall(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
	if err != 0 {
		return 0
	}
	return int(n)
}

// writeSocket writes to a descriptor that does not block.
func writeSocket(fd int, b []byte) error {
	_, _, err := unix.RawSyscall(unix.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
	if err != 0 {
		return err
	}
	return nil
}

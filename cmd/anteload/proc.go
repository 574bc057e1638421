//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// clockTicks is the unit of /proc/PID/stat: Linux shows 100 a second to
// programs, whatever the kernel uses.
const clockTicks = 100

var errProc = errors.New("anteload: not what /proc should hold")

// cpuOf is the processor time that a process has used, all threads, in user and
// kernel mode.
func cpuOf(pid int) (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	return parseStat(b)
}

// parseStat reads utime and stime. The name of the program before them may hold
// anything, blanks and brackets too.
func parseStat(b []byte) (time.Duration, error) {
	end := bytes.LastIndexByte(b, ')')
	words := strings.Fields(string(b[end+1:]))
	if end < 0 || len(words) < 13 {
		return 0, errProc
	}
	user, err1 := strconv.ParseUint(words[11], 10, 63)
	system, err2 := strconv.ParseUint(words[12], 10, 63)
	if err1 != nil || err2 != nil {
		return 0, errProc
	}
	return time.Duration(user+system) * time.Second / clockTicks, nil
}

// memory is what a process takes, in KiB. PSS is 0 where the system does not
// let us see it: the gateway forbids others of the same user to look into it.
type memory struct {
	RSS uint64 `json:"rss_kib"`
	PSS uint64 `json:"pss_kib,omitempty"`
}

func memoryOf(pid int) (memory, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return memory{}, err
	}
	rss, ok := parseKiB(b, "VmRSS:")
	if !ok {
		return memory{}, errProc
	}
	m := memory{RSS: rss}
	if b, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid)); err == nil {
		m.PSS, _ = parseKiB(b, "Pss:")
	}
	return m, nil
}

// parseKiB finds a line like "VmRSS:   1234 kB".
func parseKiB(b []byte, name string) (uint64, bool) {
	for line := range strings.Lines(string(b)) {
		words := strings.Fields(line)
		if len(words) == 3 && words[0] == name && words[2] == "kB" {
			n, err := strconv.ParseUint(words[1], 10, 63)
			return n, err == nil
		}
	}
	return 0, false
}

// ownCPU is the processor time that this process has used.
func ownCPU() time.Duration {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// cores is on how many processors this process may run.
func cores() int {
	var set unix.CPUSet
	if unix.SchedGetaffinity(0, &set) != nil {
		return 1
	}
	return max(1, set.Count())
}

// machineLoad is the average number of runnable processes of the last minute.
func machineLoad() float64 {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(b), " ")
	n, _ := strconv.ParseFloat(first, 64)
	return n
}

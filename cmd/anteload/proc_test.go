//go:build linux

package main

import (
	"os"
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	const stat = "42 (a (odd) name) S 1 42 42 0 -1 4194560 900 0 0 0 250 125 0 0 20 0 7 0 1000 1 2 3"
	got, err := parseStat([]byte(stat))
	if err != nil || got != 3750*time.Millisecond {
		t.Errorf("got %v, %v; want 3.75 s", got, err)
	}
	for _, bad := range []string{"", "42", "42 (name) S 1", "42 (n) S 1 2 3 4 5 6 7 8 9 10 x 12 13"} {
		if got, err := parseStat([]byte(bad)); err == nil {
			t.Errorf("%q gives %v", bad, got)
		}
	}
}

func TestParseKiB(t *testing.T) {
	const status = "Name:\tx\nVmHWM:\t  99 kB\nVmRSS:\t  12345 kB\nThreads:\t3\n"
	if got, ok := parseKiB([]byte(status), "VmRSS:"); !ok || got != 12345 {
		t.Errorf("got %d, %v", got, ok)
	}
	for _, name := range []string{"Threads:", "Pss:", "Name:"} {
		if got, ok := parseKiB([]byte(status), name); ok {
			t.Errorf("%s gives %d", name, got)
		}
	}
}

func TestOwnProcess(t *testing.T) {
	m, err := memoryOf(os.Getpid())
	if err != nil || m.RSS < 1000 {
		t.Errorf("this process takes %d KiB (%v)", m.RSS, err)
	}
	if cpu, err := cpuOf(os.Getpid()); err != nil || cpu > ownCPU()+time.Second {
		t.Errorf("this process used %v of %v (%v)", cpu, ownCPU(), err)
	}
	if _, err := cpuOf(-1); err == nil {
		t.Error("there is a process -1")
	}
}

//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"anteroom/room/redisstore/redistest"
)

// The program leaves no core file, and nobody but root can attach to it or read
// its memory.
func TestNoCoreDumps(t *testing.T) {
	const nobody = 65534
	state := t.TempDir()
	if err := errors.Join(os.Chown(state, nobody, nobody), os.Chmod(filepath.Dir(state), 0o755)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(build(t), "--listen", "127.0.0.1:0", "--media-address", "127.0.0.1:0", "--state-dir", state)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	p := spawn(t, cmd)
	p.url()
	of := fmt.Sprintf("/proc/%d", p.cmd.Process.Pid)
	limits, err := os.ReadFile(filepath.Join(of, "limits"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(limits)) {
		if rest, ok := strings.CutPrefix(line, "Max core file size"); ok && strings.Join(strings.Fields(rest), " ") != "0 0 bytes" {
			t.Errorf("core files may have %s", rest)
		}
	}
	var files syscall.Stat_t
	if err := syscall.Stat(filepath.Join(of, "mem"), &files); err != nil || files.Uid != 0 {
		t.Errorf("the process's memory belongs to user %d (%v): it is dumpable", files.Uid, err)
	}
	p.stop()
}

// Redis goes away while the program runs: nothing it prints names the server.
func TestRedisAddressIsNotLogged(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	cmd := exec.Command(build(t), "--listen", "127.0.0.1:0", "--media-address", "127.0.0.1:0", "--state-dir", t.TempDir(), "--store", redis.URL)
	cmd.Env = []string{"ANTEROOM_API_KEY=" + testKey}
	p := spawn(t, cmd)
	url := p.url()
	redis.Kill(t)
	for _, path := range []string{"/readyz", "/v1/sessions"} { // each tries for two seconds
		if status := statusOf(t, url+path); status != 503 {
			t.Errorf("%s without a store: status %d", path, status)
		}
	}
	p.stop()
	if addr := strings.TrimPrefix(redis.URL, "redis://"); strings.Contains(p.out.String(), addr) || strings.Contains(p.out.String(), "dial tcp") {
		t.Errorf("the program prints where Redis is:\n%s", p.out)
	}
	if !strings.Contains(p.out.String(), "could not serve") {
		t.Errorf("the program does not tell that the store is away:\n%s", p.out)
	}
}

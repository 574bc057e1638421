//go:build linux

package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

const (
	startPatience = 20 * time.Second
	stopPatience  = 10 * time.Second
)

// child is a process of the benchmark that is measured: the gateway, or the
// floor.
type child struct {
	cmd    *exec.Cmd
	target string // its address
	key    string // the gateway's API key
	ended  chan error
}

// startServer starts the gateway on loopback, with nothing on the disk and no
// limit that a load from one address would meet.
func startServer(ctx context.Context, binary string, cpu int) (*child, error) {
	key := rand.Text()
	cmd := exec.Command(binary, "--listen", "127.0.0.1:0", "--media-address", "127.0.0.1:0", "--store", "memory")
	cmd.Env = []string{
		"ANTEROOM_API_KEY=" + key, "ANTEROOM_SECRET=" + rand.Text() + rand.Text(), "ANTEROOM_JOIN_RATE=100000", "ANTEROOM_JOIN_BURST=100000", "ANTEROOM_CONNECTIONS=1000000",
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir(),
	}
	c := &child{cmd: cmd, key: key}
	return c, c.start(ctx, cpu, func(line string) (string, bool) {
		return strings.CutPrefix(line, "Anteroom is running at ")
	})
}

func startFloor(ctx context.Context, cpu int) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: exec.Command(self, floorCommand)}
	return c, c.start(ctx, cpu, func(line string) (string, bool) { return line, true })
}

// start starts the process and waits for the line that says where it is.
func (c *child) start(ctx context.Context, cpu int, address func(line string) (string, bool)) error {
	pipe, err := c.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := startOn(cpu, c.cmd); err != nil {
		return err
	}
	found, over := make(chan string, 1), make(chan struct{})
	c.ended = make(chan error, 1)
	go func() {
		defer close(over)
		lines := bufio.NewScanner(pipe)
		for lines.Scan() {
			if at, ok := address(lines.Text()); ok {
				found <- at
				break
			}
		}
		_, _ = io.Copy(io.Discard, pipe)
	}()
	go func() {
		<-over
		c.ended <- c.cmd.Wait()
	}()
	timer := time.NewTimer(startPatience)
	defer timer.Stop()
	select {
	case c.target = <-found:
		return nil
	case err = <-c.ended:
		c.ended <- err
		return errors.Join(errors.New("it ended at once: "+c.cmd.Path), err)
	case <-timer.C:
		err = errors.New("it does not start: " + c.cmd.Path)
	case <-ctx.Done():
		err = ctx.Err()
	}
	c.stop()
	return err
}

// stop ends the process, kindly at first.
func (c *child) stop() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	timer := time.NewTimer(stopPatience)
	defer timer.Stop()
	select {
	case <-c.ended:
	case <-timer.C:
		_ = c.cmd.Process.Kill()
		<-c.ended
	}
}

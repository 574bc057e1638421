package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"anteroom/room/redisstore/redistest"
)

// patience is how long tests wait for a process on a busy machine.
const patience = time.Minute

// insideEnv says that a test runs in a network namespace of its own already, and
// where the program is that was built outside.
const insideEnv = "ANTEROOM_TEST_INSIDE"

// program is the built program, made by the first test that wants it.
type program struct {
	once sync.Once
	dir  string
	lent bool // by the test that runs this one in a namespace
	err  error
}

var built program

// build makes the program as `make build` does and returns its path.
func build(t testing.TB) string {
	t.Helper()
	built.once.Do(built.make)
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, "anteroom")
}

func (p *program) make() {
	if p.dir = os.Getenv(insideEnv); p.dir != "" {
		p.lent = true
		return
	}
	if p.dir, p.err = os.MkdirTemp("", "anteroom-built-"); p.err != nil {
		return
	}
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", filepath.Join(p.dir, "anteroom"), ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		p.err = fmt.Errorf("go build: %w\n%s", err, out)
		return
	}
	p.err = os.Chmod(p.dir, 0o755) // tests run it as other users too
}

// remove takes the program off the disk when all tests are over.
func (p *program) remove() {
	if p.dir != "" && !p.lent {
		_ = os.RemoveAll(p.dir)
	}
}

// process is a running program and all that it prints.
type process struct {
	t     testing.TB
	cmd   *exec.Cmd
	out   *printed
	ended chan error
}

// printed collects what a process prints.
type printed struct {
	mu   sync.Mutex
	text bytes.Buffer // guarded by mu
	more chan struct{}
}

// Write implements io.Writer.
func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text.Write(b)
	select {
	case p.more <- struct{}{}:
	default:
	}
	return len(b), nil
}

// String is all that was printed so far.
func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// spawn starts a command; it is killed with the test. Nothing of the test's
// environment that would configure the program reaches it.
func spawn(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, cmd: cmd, out: &printed{more: make(chan struct{}, 1)}, ended: make(chan error, 1)}
	if cmd.Env == nil {
		cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	}
	cmd.Stdout, cmd.Stderr = p.out, p.out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- cmd.Wait() }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); p.wait() })
	return p
}

// wait waits for the process's end.
func (p *process) wait() error {
	err := <-p.ended
	p.ended <- err
	return err
}

// kill ends the process as a crash of the machine would.
func (p *process) kill() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	_ = p.wait()
}

// stop ends the process as a service manager does.
func (p *process) stop() {
	p.t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	if err := p.wait(); err != nil {
		p.t.Errorf("the program ended with %v:\n%s", err, p.out)
	}
}

// url waits until the program says where it is.
func (p *process) url() string {
	p.t.Helper()
	p.prints("Stop with Ctrl-C")
	lines := bufio.NewScanner(strings.NewReader(p.out.String()))
	for lines.Scan() {
		if at, ok := strings.CutPrefix(lines.Text(), "Anteroom is running at "); ok {
			return at
		}
	}
	p.t.Fatalf("the program does not say where it is:\n%s", p.out)
	return ""
}

// prints waits until the process has printed a text.
func (p *process) prints(text string) {
	p.t.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for !strings.Contains(p.out.String(), text) {
		select {
		case <-p.out.more:
		case err := <-p.ended:
			p.ended <- err
			if !strings.Contains(p.out.String(), text) {
				p.t.Fatalf("the program ended (%v) without saying %q:\n%s", err, text, p.out)
			}
		case <-limit.C:
			p.t.Fatalf("the program does not say %q:\n%s", text, p.out)
		}
	}
}

// freePort is a loopback address that nobody listens on.
func freePort(t *testing.T) string { return redistest.FreeAddr(t) }

package netlab

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// namespace is a network namespace without a name: it lives as long as the file
// or a process in it.
type namespace struct {
	file *os.File // static
}

func newNamespace() (*namespace, error) {
	var ns *namespace
	err := elsewhere(
		func() error { return unix.Unshare(unix.CLONE_NEWNET) },
		func() error {
			f, err := os.Open("/proc/thread-self/ns/net")
			ns = &namespace{file: f}
			return err
		})
	return ns, err
}

// elsewhere runs f on this goroutine with its thread moved to another network
// namespace. A thread that cannot come back stays locked, so that the runtime
// ends it with the goroutine instead of using it for others.
func elsewhere(move, f func() error) error {
	runtime.LockOSThread()
	home, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		runtime.UnlockOSThread()
		return err
	}
	defer home.Close()
	if err := move(); err != nil {
		runtime.UnlockOSThread()
		return fmt.Errorf("enter network namespace: %w", err)
	}
	defer func() {
		if unix.Setns(int(home.Fd()), unix.CLONE_NEWNET) == nil {
			runtime.UnlockOSThread()
		}
	}()
	return f()
}

// do runs f on this goroutine inside the namespace.
func (ns *namespace) do(f func() error) error {
	return elsewhere(func() error { return unix.Setns(int(ns.file.Fd()), unix.CLONE_NEWNET) }, f)
}

// path names the namespace for other programs, while this process lives.
func (ns *namespace) path() string {
	return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), ns.file.Fd())
}

// wrap makes a command run inside the namespace. nsenter replaces itself by the
// program, so that the process id stays the program's.
func (ns *namespace) wrap(cmd *exec.Cmd) {
	args := append([]string{"nsenter", "--net=" + ns.path(), "--", cmd.Path}, cmd.Args[1:]...)
	entered := exec.Command(args[0], args[1:]...)
	cmd.Path, cmd.Args, cmd.Err = entered.Path, entered.Args, entered.Err
}

// run runs a program inside the namespace to its end and returns what it
// printed.
func (ns *namespace) run(stdin string, program string, args ...string) (string, error) {
	cmd := exec.Command(program, args...)
	if cmd.Err != nil {
		return "", cmd.Err
	}
	ns.wrap(cmd)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", program, strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

func (ns *namespace) close() error { return ns.file.Close() }

package browsertest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// demolishTimeout bounds the removal of a browser's directory.
const demolishTimeout = 20 * time.Second

// watcherScript waits until its standard input closes, which also happens when
// the test binary dies, then kills the process groups it was told of and
// removes the directory. Chromium's children may write for a moment after their
// parent is gone, hence the loop.
const watcherScript = `
groups=
while read -r line; do groups="$groups $line"; done
for g in $groups; do kill -KILL -- "-$g" 2>/dev/null; done
n=0
while [ $n -lt 100 ]; do
  rm -rf -- "$1" 2>/dev/null
  [ -e "$1" ] || exit 0
  n=$((n+1)); sleep 0.1
done
exit 1
`

// house is where a browser lives: a directory for everything it writes, and the
// watcher that ends the browser's processes and removes the directory.
type house struct {
	dir     string // static
	watcher *exec.Cmd
	in      io.WriteCloser // closing it lets the watcher act
	gone    bool
}

func newHouse(name string) (*house, error) {
	dir, err := os.MkdirTemp("", "anteroom-"+name+"-")
	if err != nil {
		return nil, err
	}
	h := &house{dir: dir}
	for _, sub := range []string{h.profile(), h.tmp(), h.run()} {
		if err := os.Mkdir(sub, 0o700); err != nil {
			return nil, errors.Join(err, os.RemoveAll(dir))
		}
	}
	if err := h.startWatcher(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return h, nil
}

func (h *house) startWatcher() error {
	cmd := exec.Command("/bin/sh", "-c", watcherScript, "watcher", h.dir)
	// A group of its own, so that an interrupt from the terminal, which ends
	// the test, does not end the watcher too.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start watcher: %w", err)
	}
	h.watcher, h.in = cmd, in
	return nil
}

func (h *house) profile() string { return filepath.Join(h.dir, "profile") }
func (h *house) tmp() string     { return filepath.Join(h.dir, "tmp") }
func (h *house) run() string     { return filepath.Join(h.dir, "run") }

// environment keeps everything the browser writes inside the house.
func (h *house) environment() []string {
	return []string{
		"HOME=" + h.dir,
		"TMPDIR=" + h.tmp(),
		"XDG_RUNTIME_DIR=" + h.run(),
		"XDG_CONFIG_HOME=" + filepath.Join(h.dir, "config"),
		"XDG_CACHE_HOME=" + filepath.Join(h.dir, "cache"),
		"XDG_DATA_HOME=" + filepath.Join(h.dir, "data"),
	}
}

// adopt makes the watcher end the process group with the browser's directory.
func (h *house) adopt(pid int) error {
	_, err := fmt.Fprintf(h.in, "%d\n", pid)
	return err
}

// demolish kills what still runs and removes the directory. It may be called
// again.
func (h *house) demolish() error {
	if h.gone {
		return nil
	}
	h.gone = true
	if err := h.in.Close(); err != nil {
		return err
	}
	timer := time.AfterFunc(demolishTimeout, func() { h.watcher.Process.Kill() })
	defer timer.Stop()
	if err := h.watcher.Wait(); err != nil {
		return fmt.Errorf("remove %s: %w", h.dir, err)
	}
	return nil
}

// groupLeader makes cmd lead a process group, which the watcher can kill whole,
// and die with the thread that starts it.
func groupLeader(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

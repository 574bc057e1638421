//go:build linux

package main

import (
	"bufio"
	"encoding/hex"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// tracedCalls are the system calls by which something gets into a file.
const tracedCalls = "trace=open,openat,openat2,creat,mmap,write,writev,pwrite64,pwritev,pwritev2,sendfile,splice,copy_file_range"

// trace is what a traced program did to files, in order.
type trace struct {
	opened  []string        // files that were opened for writing
	mapped  []string        // files that were mapped for writing
	copied  []string        // calls that write what strace does not show
	written map[string]int  // bytes by file
	bytes   strings.Builder // all that was written to any file
	ended   chan struct{}   // closed when the tracer has told all
}

// readOnly runs a command with the whole file system read-only but for one
// directory.
const readOnly = `
set -e
mount --bind "$0" "$0"
for fs in / /tmp /var /home /run /dev/shm; do
  if mountpoint -q "$fs"; then mount -o remount,bind,ro "$fs"; fi
done
if touch "$0/../probe" 2>/dev/null; then echo "the file system is not read-only"; exit 97; fi
exec "$@"
`

// traced is cmd on a read-only file system (but for dir), with all that it
// writes to files recorded. The process that is started is that of cmd itself.
func traced(t *testing.T, dir string, cmd *exec.Cmd) (*exec.Cmd, *trace) {
	t.Helper()
	for _, tool := range []string{"strace", "unshare"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is not installed: run make test-tools", tool)
		}
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	args := []string{
		"--mount", "--propagation", "private", "sh", "-c", readOnly, dir,
		"strace", "-D", "-f", "-q", "-y", "-xx", "-s", "1000000", "--seccomp-bpf", "-e", tracedCalls, "-e", "signal=none",
		"-o", "/dev/fd/3", cmd.Path,
	}
	wrapped := exec.Command("unshare", append(args, cmd.Args[1:]...)...)
	wrapped.Env, wrapped.ExtraFiles = cmd.Env, []*os.File{write}
	tr := &trace{written: map[string]int{}, ended: make(chan struct{})}
	go func() {
		defer close(tr.ended)
		tr.read(read)
		_ = read.Close()
	}()
	t.Cleanup(func() { _ = write.Close(); <-tr.ended })
	return wrapped, tr
}

// read takes in the tracer's lines until its end.
func (tr *trace) read(from io.Reader) {
	r := bufio.NewReader(from)
	for {
		line, err := r.ReadString('\n')
		tr.take(line)
		if err != nil {
			return
		}
	}
}

var (
	callForm   = regexp.MustCompile(`^\d+ +(\w+)\(`)
	stringForm = regexp.MustCompile(`"((?:\\x[0-9a-f]{2})*)"`)
	fileForm   = regexp.MustCompile(`^\d+ +\w+\(\d+<((?:\\x[0-9a-f]{2})*)>`)
	mapForm    = regexp.MustCompile(`PROT_WRITE.*MAP_SHARED, \d+<((?:\\x[0-9a-f]{2})*)>`)
)

// take takes in one system call.
func (tr *trace) take(line string) {
	call := callForm.FindStringSubmatch(line)
	if call == nil {
		return
	}
	switch call[1] {
	case "open", "openat", "openat2", "creat":
		if s := stringForm.FindStringSubmatch(line); s != nil && (call[1] == "creat" || strings.Contains(line, "O_WRONLY") || strings.Contains(line, "O_RDWR") || strings.Contains(line, "O_CREAT")) {
			tr.opened = append(tr.opened, unescape(s[1]))
		}
	case "mmap":
		if s := mapForm.FindStringSubmatch(line); s != nil {
			tr.mapped = append(tr.mapped, unescape(s[1]))
		}
	case "sendfile", "splice", "copy_file_range":
		tr.copied = append(tr.copied, call[1])
	default:
		tr.takeWrite(line)
	}
}

// takeWrite keeps what is written to a file; sockets, pipes and events are no
// files.
func (tr *trace) takeWrite(line string) {
	to := fileForm.FindStringSubmatch(line)
	if to == nil {
		return
	}
	file := unescape(to[1])
	if !strings.HasPrefix(file, "/") {
		return
	}
	for _, s := range stringForm.FindAllStringSubmatch(line, -1) {
		data := unescape(s[1])
		tr.written[file] += len(data)
		tr.bytes.WriteString(data)
	}
}

func unescape(text string) string {
	data, err := hex.DecodeString(strings.ReplaceAll(text, `\x`, ""))
	if err != nil {
		return strconv.Quote(text)
	}
	return string(data)
}

// check waits for the end of the traced program and checks that it wrote
// nowhere but below dir.
func (tr *trace) check(t *testing.T, dir string) {
	t.Helper()
	<-tr.ended
	if len(tr.opened) == 0 {
		t.Error("the trace is empty")
	}
	for _, file := range append(tr.opened, tr.mapped...) {
		if file != os.DevNull && file != "/dev/fd/3" && !strings.HasPrefix(file, dir+"/") {
			t.Errorf("%s was opened for writing", file)
		}
	}
	for file := range tr.written {
		if !strings.HasPrefix(file, dir+"/") && file != os.DevNull {
			t.Errorf("%s was written to", file)
		}
	}
	if len(tr.copied) != 0 {
		t.Errorf("data were copied unseen: %q", tr.copied)
	}
}

// What goes into a file is seen, even if the file is gone a moment later; and
// writing elsewhere is not possible.
func TestTraceSeesWhatIsWritten(t *testing.T) {
	c := canaries{}
	said, dir := c.sing("chat"), t.TempDir()
	cmd, tr := traced(t, dir, exec.Command("/bin/sh", "-c", `
		printf '%s' "$1" | base64 > "$0/leak"; rm "$0/leak"
		if printf x > "$0/../elsewhere"; then echo wrote elsewhere; fi`, dir, said))
	p := spawn(t, cmd)
	closeExtra(cmd)
	_ = p.wait()
	<-tr.ended
	if found := c.found([]byte(tr.bytes.String())); len(found) == 0 {
		t.Errorf("a planted leak is not found; written: %v", tr.written)
	}
	if strings.Contains(p.out.String(), "wrote elsewhere") {
		t.Error("the file system is not read-only")
	}
	if len(tr.opened) < 2 {
		t.Errorf("the attempt to write elsewhere is not in the trace: %q", tr.opened)
	}
}

// closeExtra lets go of files that a started command has got.
func closeExtra(cmd *exec.Cmd) {
	for _, f := range cmd.ExtraFiles {
		_ = f.Close()
	}
}

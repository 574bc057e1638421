package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// A crash tells where it happened, and nothing of what the program held.
func TestCrashPrintsNoContent(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashWith+"=blue-kettle", "GOTRACEBACK=all")
	var printed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &printed
	if err := cmd.Run(); err == nil {
		t.Fatal("the program did not crash")
	}
	text := printed.String()
	if strings.Contains(strings.ToLower(text), "kettle") || strings.Contains(text, "looks") {
		t.Errorf("the crash prints what the panic held:\n%s", text)
	}
	for _, want := range []string{"anteroom: crashed: panic\n", ".crashSaying\n", "main_test.go:"} {
		if !strings.Contains(text, want) {
			t.Errorf("the crash does not tell %q:\n%s", want, text)
		}
	}
}

func TestScrub(t *testing.T) {
	for name, c := range map[string]struct{ report, want string }{
		"value": {
			"panic: S. said\n\tgoroutine 9 [running]:\n\tmain.no(1)\n\ngoroutine 7 gp=0x1 m=0 [running]:\nmain.(*T).run(0x53, {0x2e, 0x1})\n\t/src/a.go:12 +0x1d\ncreated by main.start in goroutine 1\n\t/src/b.go:3 +0x9\n\ngoroutine 1 [select]:\nmain.main()\n",
			"anteroom: crashed: panic\nmain.(*T).run\n\t/src/a.go:12\ncreated by main.start in goroutine 1\n\t/src/b.go:3\n",
		},
		"runtime":  {"panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\nmain.main()\n\ta.go:1\n", "anteroom: crashed: runtime error\nmain.main\n\ta.go:1\n"},
		"fatal":    {"fatal error: concurrent map writes\n", "anteroom: crashed: fatal error\n"},
		"no stack": {"something else", "anteroom: crashed: unknown\n"},
	} {
		if got := scrub(c.report); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

package browsertest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestProfile holds that a page in the browser's own profile leaves on the disk
// what it would leave on a person's computer, that an isolated one leaves
// nothing in Chromium, and that all is gone when the test ends.
func TestProfile(t *testing.T) {
	each(t, func(t *testing.T, b *Browser) {
		url := site(t)
		home := b.Home()
		p := b.NewPage(t, PageOptions{Profile: true})
		p.Goto(url + "/echo/canary-profile")
		p.Eval("localStorage.setItem('k', 'canary-storage')", nil)
		if b.Name() == "chromium" {
			b.NewPage(t).Goto(url + "/echo/canary-isolated")
		}
		b.Quit(t)
		if !holds(t, b.Profile(), "canary-profile") {
			t.Error("history of the profile does not hold the page that was opened")
		}
		if holds(t, b.Profile(), "canary-isolated") {
			t.Error("profile holds a page that was opened in isolation")
		}
		b.end(t)
		if _, err := os.Stat(home); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", home, err)
		}
	})
}

// holds reports whether any file below dir contains a text.
func holds(t *testing.T, dir, text string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		found = found || bytes.Contains(content, []byte(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// fake records how a test would have failed. Fatalf ends the goroutine, as it
// must.
type fake struct {
	testing.TB
	failure string
}

func (f *fake) Helper() {}
func (f *fake) Fatalf(format string, args ...any) {
	f.failure = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// failure runs a step that is to fail and returns what the failure says.
func failure(t *testing.T, p *Page, step func(*Page)) string {
	t.Helper()
	f := &fake{TB: t}
	c := p.Within(300 * time.Millisecond)
	c.t = f
	done := make(chan struct{})
	go func() { defer close(done); step(c) }()
	<-done
	if f.failure == "" {
		t.Error("the step did not fail")
	}
	return f.failure
}

// testFailures holds that what cannot be done fails in time and says why, and
// what the page showed.
func testFailures(t *testing.T, b *Browser) {
	p := b.NewPage(t)
	p.Goto(site(t) + "#secret-fragment")
	for _, test := range []struct {
		want string
		step func(*Page)
	}{
		{"not on the page", func(p *Page) { p.Click("button", "Nowhere") }},
		{"there 2 times", func(p *Page) { p.Click("button", "Twice") }},
		{"is disabled", func(p *Page) { p.Click("button", "Disabled") }},
		{"is not a field", func(p *Page) { p.Fill("Camera", "x") }},
		{"no such option", func(p *Page) { p.Fill("Language", "Klingon") }},
		{"waited 300ms for false", func(p *Page) { p.Wait("false") }},
		{"null", func(p *Page) { p.Wait("document.querySelector('#no').id") }},
		{"SyntaxError", func(p *Page) { p.Within(time.Minute).Wait("((") }},
		{"own boom", func(p *Page) { p.Within(time.Minute).Eval("Promise.reject(new Error('own boom'))", nil) }},
		{"to appear", func(p *Page) { p.WaitFor("button", "Hidden") }},
		{"to go", func(p *Page) { p.WaitGone("button", "Late") }},
		{"unknown modifier", func(p *Page) { p.Press("Hyper+x") }},
	} {
		got := failure(t, p, test.step)
		if !strings.Contains(got, test.want) {
			t.Errorf("failure does not say %q: %s", test.want, got)
		}
		if strings.Contains(got, "secret-fragment") {
			t.Errorf("failure shows the fragment of the URL: %s", got)
		}
	}
	if got := failure(t, p, func(p *Page) { p.Wait("false") }); !strings.Contains(got, "Welcome") {
		t.Errorf("failure does not say what the page shows: %s", got)
	}
}

// TestAbandoned holds that a test binary that is killed leaves neither
// processes nor files: it starts this test again as such a binary.
func TestAbandoned(t *testing.T) {
	if os.Getenv("BROWSERTEST_ABANDON") != "" {
		abandon(t)
		return
	}
	for _, name := range []string{"chromium", "firefox"} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestAbandoned$")
			cmd.Env = append(os.Environ(), "BROWSERTEST_ABANDON="+name)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			var home string
			if _, err := fmt.Fscanln(out, &home); err != nil || !strings.Contains(home, name) {
				t.Errorf("no browser was started: %q, %v", home, err)
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // it was killed
			waitUntil(t, func() bool {
				_, err := os.Stat(home)
				return os.IsNotExist(err) && len(processesNaming(t, home)) == 0
			})
		})
	}
}

func abandon(t *testing.T) {
	b := map[string]func(testing.TB, ...Options) *Browser{"chromium": Chromium, "firefox": Firefox}[os.Getenv("BROWSERTEST_ABANDON")](t)
	b.NewPage(t).Goto("data:text/html,hello")
	fmt.Println(b.Home())
	select {}
}

// processesNaming are the processes with a text in their arguments.
func processesNaming(t *testing.T, text string) []string {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, line := range lines {
		args, err := os.ReadFile(line)
		if err == nil && bytes.Contains(args, []byte(text)) {
			found = append(found, string(args))
		}
	}
	return found
}

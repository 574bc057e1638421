package deps

import (
	"go/ast"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryNamedTestExists holds that each test that the documents name is
// there, and that each threat and each control has one, or says that it has
// none.
func TestEveryNamedTestExists(t *testing.T) {
	exists := map[string]bool{}
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && s.test() && f.Recv == nil {
				exists[f.Name.Name] = true
			}
		}
	}
	named := regexp.MustCompile("`((?:Test|Fuzz)[A-Z0-9]\\w*)`")
	rows := 0
	walk(t, func(path string, content []byte) {
		if filepath.Ext(path) != ".md" {
			return
		}
		for _, m := range named.FindAllStringSubmatch(string(content), -1) {
			if !exists[m[1]] {
				t.Errorf("%s names %s, which is not there", path, m[1])
			}
		}
		if path == "docs/controls.md" {
			rows = checkRows(t, string(content), named)
		}
	})
	if rows < 30 {
		t.Errorf("docs/controls.md has %d rows", rows)
	}
}

// checkRows checks each row of the tables of controls and returns how many there
// are.
func checkRows(t *testing.T, text string, named *regexp.Regexp) (rows int) {
	t.Helper()
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "| T") && !strings.HasPrefix(line, "| V") {
			continue
		}
		rows++
		if !named.MatchString(line) && !strings.Contains(line, "there are none") {
			t.Errorf("docs/controls.md: no test for %s", strings.TrimSpace(line))
		}
	}
	return rows
}

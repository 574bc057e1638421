package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Violation is one accessibility rule that the page breaks.
type Violation struct {
	ID     string   // the rule, such as "color-contrast"
	Impact string   // minor, moderate, serious or critical
	Help   string   // the rule in words
	Nodes  []string // selectors of the elements concerned
}

func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s: %s", v.ID, v.Impact, v.Help, strings.Join(v.Nodes, ", "))
}

// axeRun checks the rules of WCAG 2.2 up to level AA and good practice.
const axeRun = `axe.run(document, {runOnly: {type: 'tag', values:
	['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}})
	.then(r => r.violations.map(v => ({
		ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.map(n => n.target.join(' ')),
	})))`

// Axe checks the accessibility of the page as it is now with axe-core, which
// comes from the development dependencies in web/node_modules.
func (p *Page) Axe() []Violation {
	p.t.Helper()
	source, err := axeSource()
	if err != nil {
		p.t.Fatalf("browsertest: axe-core is not there: run make test-tools: %v", err)
	}
	ctx, cancel := p.answering()
	defer cancel()
	if _, err := p.tab.evaluate(ctx, source+"\n;''"); err != nil {
		p.fatalf("inject axe-core: %v", err)
	}
	var found []Violation
	p.Eval(axeRun, &found)
	return found
}

func axeSource() (string, error) {
	root, err := repositoryRoot()
	if err != nil {
		return "", err
	}
	src, err := os.ReadFile(filepath.Join(root, "web", "node_modules", "axe-core", "axe.min.js"))
	return string(src), err
}

// repositoryRoot is the directory of go.mod at or above the working directory,
// which in a test is that of the tested package.
func repositoryRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod at or above the working directory")
		}
		dir = parent
	}
}

package deps

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// maxLines is how long a Go file may be.
const maxLines = 600

// source is one Go file.
type source struct {
	path  string // from the root
	lines int
	file  *ast.File
}

func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

// sources are all Go files of the repository.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	walk(t, func(path string, content []byte) {
		if filepath.Ext(path) != ".go" {
			return
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, content, parser.ParseComments)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return
		}
		all = append(all, source{path: path, lines: bytes.Count(content, []byte("\n")), file: file})
	})
	return all
}

// walk visits the files of the repository, not those that tools have put there.
func walk(t *testing.T, visit func(path string, content []byte)) {
	t.Helper()
	foreign := []string{".git", "node_modules", "bin", "screenshots"}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && slices.Contains(foreign, d.Name()) {
			return errOrSkip(err)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		content, err := os.ReadFile(path)
		if err == nil {
			visit(strings.TrimPrefix(path, root+"/"), content)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func errOrSkip(err error) error {
	if err == nil {
		return fs.SkipDir
	}
	return err
}

// TestFiles holds length, the absence of init functions, and that tests do not
// sleep.
func TestFiles(t *testing.T) {
	for _, s := range sources(t) {
		if s.lines > maxLines {
			t.Errorf("%s has %d lines, at most %d", s.path, s.lines, maxLines)
		}
		for _, decl := range s.file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function", s.path)
			}
		}
		if s.test() && calls(s.file, "time", "Sleep") {
			t.Errorf("%s sleeps: wait for a condition, or use testing/synctest", s.path)
		}
	}
}

// calls reports whether a file mentions a function of a package.
func calls(file *ast.File, pkg, function string) bool {
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == function {
			if id, ok := sel.X.(*ast.Ident); ok && id.Name == pkg {
				found = true
			}
		}
		return !found
	})
	return found
}

// TestPackageComments holds that every package says in its doc.go what it is.
func TestPackageComments(t *testing.T) {
	said := map[string]bool{}
	for _, s := range sources(t) {
		dir := filepath.Dir(s.path)
		said[dir] = said[dir] || filepath.Base(s.path) == "doc.go" && s.file.Doc != nil
	}
	for dir, ok := range said {
		if !ok {
			t.Errorf("%s has no doc.go with a package comment", dir)
		}
	}
}

// TestVariables holds that no package keeps state outside of values: variables
// of a package are errors, embedded files, or tables that are never written.
func TestVariables(t *testing.T) {
	written := map[string]map[string]bool{} // by directory
	all := sources(t)
	for _, s := range all {
		dir := filepath.Dir(s.path)
		if written[dir] == nil {
			written[dir] = map[string]bool{}
		}
		assigned(s.file, written[dir])
	}
	for _, s := range all {
		if s.test() {
			continue
		}
		for _, v := range variables(s.file) {
			if v.mayExist(written[filepath.Dir(s.path)][v.name]) {
				continue
			}
			t.Errorf("%s: package variable %s is state: give it an owner", s.path, v.name)
		}
	}
}

// variable is a variable of a package.
type variable struct {
	name  string
	typ   string // as written, "" if it follows from the value
	maker string // the function called for its value, "" if none
}

// mayExist says whether such a variable is harmless.
func (v variable) mayExist(written bool) bool {
	switch {
	case v.name == "_": // holds an interface
		return true
	case written:
		return false
	case v.maker == "errors.New" || v.maker == "fmt.Errorf" || v.typ == "embed.FS":
		return true
	}
	return !ast.IsExported(v.name) && v.typ == ""
}

func variables(file *ast.File) []variable {
	var all []variable
	for _, decl := range file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.VAR {
			continue
		}
		for _, spec := range gen.Specs {
			v := spec.(*ast.ValueSpec)
			for i, name := range v.Names {
				one := variable{name: name.Name, typ: dotted(v.Type)}
				if v.Type != nil && one.typ == "" {
					one.typ = "of some type"
				}
				if i < len(v.Values) {
					if call, ok := v.Values[i].(*ast.CallExpr); ok {
						one.maker = dotted(call.Fun)
					}
				}
				all = append(all, one)
			}
		}
	}
	return all
}

// dotted is a name or qualified name as written, "" for any other expression.
func dotted(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x := dotted(e.X); x != "" {
			return x + "." + e.Sel.Name
		}
	}
	return ""
}

// assigned collects the names of the package that a file assigns to, counts up,
// or takes the address of.
func assigned(file *ast.File, names map[string]bool) {
	note := func(e ast.Expr) {
		for {
			switch x := e.(type) {
			case *ast.IndexExpr:
				e = x.X
			case *ast.Ident:
				if !local(file, x) {
					names[x.Name] = true
				}
				return
			default:
				return
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, e := range n.Lhs {
					note(e)
				}
			}
		case *ast.IncDecStmt:
			note(n.X)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				note(n.X)
			}
		}
		return true
	})
}

// local reports whether a name stands for something inside a function. What the
// file does not declare, another file of the package does.
func local(file *ast.File, id *ast.Ident) bool {
	if id.Obj == nil {
		return false
	}
	for _, decl := range file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if ok && slices.ContainsFunc(gen.Specs, func(s ast.Spec) bool { return id.Obj.Decl == s }) {
			return false
		}
	}
	return true
}

// TestVariableRule holds that the rule finds state and lets tables be.
func TestVariableRule(t *testing.T) {
	const text = `package p
var errA = errors.New("a")
var files embed.FS
var table = [...]int{1, 2}
var _ I = T{}
var count int
var Exported = 3
var cache = map[string]int{}
var pool sync.Pool
func f() { cache["x"]++; elsewhere = 1; table := 2; table = 3; var files []int; files = nil }
`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	assigned(file, names)
	if !names["elsewhere"] {
		t.Error("a variable of another file is written unseen")
	}
	var state []string
	for _, v := range variables(file) {
		if !v.mayExist(names[v.name]) {
			state = append(state, v.name)
		}
	}
	if want := []string{"count", "Exported", "cache", "pool"}; !slices.Equal(state, want) {
		t.Errorf("state is %v, want %v", state, want)
	}
}

// TestNoLocalNames holds that no file names a path of somebody's own machine
// (tests may use the temporary directory by name) or a package registry.
func TestNoLocalNames(t *testing.T) {
	path := regexp.MustCompile("(?m)(?:^|[\\s\"'`=:(,])(/(?:home|root|work|tmp|Users)/\\S*)")
	registry := regexp.MustCompile(`\b(?:proxy|sum)\.golang\.org\b|\bregistry\.npmjs\.org\b`)
	walk(t, func(name string, content []byte) {
		for _, m := range path.FindAllSubmatch(content, -1) {
			if !strings.HasSuffix(name, "_test.go") || !bytes.HasPrefix(m[1], []byte("/tmp/")) {
				t.Errorf("%s names the local path %s", name, m[1])
			}
		}
		if m := registry.Find(content); m != nil {
			t.Errorf("%s names the registry %s", name, m)
		}
	})
}

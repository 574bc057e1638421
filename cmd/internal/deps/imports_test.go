package deps

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// module is the path of this module.
const module = "anteroom"

// root is the top of the repository, seen from this directory.
const root = "../../.."

// house says, for each package, which others of the house and which modules it
// may import. "…/" at the end of an entry stands for all below. A package that
// is not here has no place yet: give it one.
func house() map[string]rule {
	return map[string]rule{
		// The rules of a session. Pure.
		"room":                      {modules: []string{"github.com/golang-jwt/jwt/v5"}},
		"room/account":              {own: []string{"room"}, modules: []string{"golang.org/x/crypto", "golang.org/x/text"}},
		"room/storetest":            {own: []string{"room"}},
		"room/memstore":             {own: []string{"room", "room/memstore/…"}},
		"room/memstore/latest":      {own: []string{"room"}},
		"room/boltstore":            {own: []string{"room", "room/memstore"}, modules: []string{"go.etcd.io/bbolt"}},
		"room/redisstore":           {own: []string{"room", "room/memstore/…"}, modules: []string{"github.com/redis/go-redis/v9"}},
		"room/redisstore/redistest": {modules: []string{"github.com/redis/go-redis/v9"}},

		// The media. Knows no roles, tokens, stores or websockets.
		"sfu":      {modules: []string{"github.com/pion/…", "golang.org/x/sys"}},
		"sfu/turn": {own: []string{"sfu"}, modules: []string{"github.com/pion/…", "golang.org/x/time/rate"}},

		// The wire. The only one that knows both.
		"signaling/passkey":               {own: []string{"room", "room/account"}, modules: []string{"github.com/go-webauthn/webauthn"}},
		"signaling/provider":              {own: []string{"room", "room/account"}, modules: []string{"github.com/coreos/go-oidc/v3", "golang.org/x/oauth2"}},
		"signaling/provider/providertest": {},
		"signaling": {
			own: []string{"room", "room/account", "sfu", "signaling/provider", "signaling/passkey", "signaling/placement"},
			modules: []string{
				"github.com/gorilla/websocket", "github.com/go-json-experiment/json", "golang.org/x/time",
				"github.com/boombuler/barcode",
			},
		},
		"signaling/webhook": {},
		"signaling/client": {
			own:     []string{"signaling/client/…"},
			modules: []string{"github.com/gorilla/websocket", "github.com/go-json-experiment/json", "github.com/pion/…"},
		},
		"signaling/client/e2ee": {},
		"signaling/placement":   {},

		// The pages, and browsers for tests.
		"web":             {},
		"web/browsertest": {modules: []string{"github.com/chromedp/…", "github.com/gorilla/websocket"}},

		// The programs, which put all of it together.
		"cmd/anteroom": {
			own: []string{"room", "room/…", "sfu", "sfu/turn", "signaling", "signaling/client", "signaling/provider", "signaling/webhook", "web"},
			modules: []string{
				"github.com/caddyserver/certmagic", "github.com/prometheus/client_golang", "github.com/redis/go-redis/v9/logging",
				"go.uber.org/zap", "go.yaml.in/yaml/v3", "golang.org/x/sys",
			},
		},
		"cmd/anteload": {
			own:     []string{"signaling/client", "cmd/internal/clustersim"},
			modules: []string{"github.com/gorilla/websocket", "github.com/pion/…", "golang.org/x/sys"},
		},
		"cmd/internal/netlab":     {modules: []string{"golang.org/x/sys"}},
		"cmd/internal/clustersim": {own: []string{"signaling/placement"}},
		"cmd/internal/deps":       {},
	}
}

// rule is what a package may import beside the standard library.
type rule struct{ own, modules []string }

// support is what tests of a package may import on top of what the package
// may.
func support(pkg string) rule {
	r := rule{
		own:     []string{pkg, pkg + "/…"},
		modules: []string{"github.com/google/go-cmp", "go.uber.org/goleak", "pgregory.net/rapid"},
	}
	switch top, _, _ := strings.Cut(pkg, "/"); top {
	case "room":
		r.own = append(r.own, "room/storetest", "room/memstore")
	case "signaling":
		r.own = append(r.own, "room", "room/memstore", "sfu", "sfu/turn", "signaling", "signaling/client", "signaling/client/…", "signaling/provider/providertest")
		r.modules = append(r.modules, "github.com/pion/…", "go.yaml.in/yaml/v3")
	case "web":
		r.own = append(r.own, "web/browsertest")
	case "cmd":
		r.own = append(r.own, "room/…", "signaling/client", "signaling/client/…", "signaling/provider/providertest", "web/browsertest", "cmd/internal/…")
		r.modules = append(r.modules, "github.com/redis/go-redis/v9", "github.com/gorilla/websocket", "github.com/pion/…")
	}
	return r
}

// listed is a package as go list shows it.
type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func list(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// TestImports holds the direction of imports and the table of who uses which
// module.
func TestImports(t *testing.T) {
	rules := house()
	for _, p := range list(t) {
		pkg := strings.TrimPrefix(p.ImportPath, module+"/")
		r, ok := rules[pkg]
		if !ok {
			t.Errorf("%s has no place in the house: say in imports_test.go what it may import", pkg)
			continue
		}
		for _, path := range p.Imports {
			if !r.allows(path) {
				t.Errorf("%s may not import %s", pkg, path)
			}
		}
		more := support(pkg)
		for _, path := range append(p.TestImports, p.XTestImports...) {
			if !r.allows(path) && !more.allows(path) {
				t.Errorf("tests of %s may not import %s", pkg, path)
			}
		}
	}
}

func (r rule) allows(path string) bool {
	if own, found := strings.CutPrefix(path, module+"/"); found {
		return slices.ContainsFunc(r.own, func(pattern string) bool { return pattern == own || below(own, pattern) })
	}
	first, _, _ := strings.Cut(path, "/")
	if !strings.Contains(first, ".") {
		return true // the standard library
	}
	return slices.ContainsFunc(r.modules, func(m string) bool {
		return path == m || strings.HasPrefix(path, m+"/") || below(path, m)
	})
}

// below reports whether a path is below what a pattern with "/…" names.
func below(path, pattern string) bool {
	top, found := strings.CutSuffix(pattern, "…")
	return found && strings.HasPrefix(path, top)
}

// TestRule holds that the rules themselves refuse and allow what they say.
func TestRule(t *testing.T) {
	r := rule{own: []string{"room", "web/…"}, modules: []string{"go.etcd.io/bbolt", "github.com/pion/…"}}
	for path, want := range map[string]bool{
		"fmt": true, "net/http": true, "anteroom/room": true, "anteroom/web/x": true, "anteroom/web": false,
		"anteroom/roomy": false, "anteroom/room/memstore": false, "go.etcd.io/bbolt": true,
		"go.etcd.io/bbolt/errors": true, "go.etcd.io/bbolted": false, "github.com/pion/rtp": true,
		"github.com/other/rtp": false,
	} {
		if got := r.allows(path); got != want {
			t.Errorf("%s allowed: %v, want %v", path, got, want)
		}
	}
}

// TestProductHasNoTestCode holds that nothing that exists for tests gets into
// the program.
func TestProductHasNoTestCode(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "./cmd/anteroom")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	support := []string{module + "/web/browsertest", module + "/room/storetest", module + "/room/redisstore/redistest", module + "/signaling/provider/providertest"}
	for _, dep := range strings.Fields(string(out)) {
		if dep == "testing" || slices.Contains(support, dep) ||
			strings.HasPrefix(dep, module+"/cmd/internal/") || strings.Contains(dep, "chromedp") {
			t.Errorf("the program contains %s", dep)
		}
	}
}

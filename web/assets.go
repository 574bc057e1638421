package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
)

// assets are the static files, all under one address that carries a hash of
// all of them: modules import each other by relative address, so they change
// together or not at all. Static after construction.
type assets struct {
	// base is "/static/HASH", without a slash at its end.
	base  string
	files map[string]*content
}

// loadAssets takes the files below static/, and those that the operator's
// configuration adds.
func loadAssets(root fs.FS, more map[string][]byte) (*assets, error) {
	a := &assets{files: map[string]*content{}}
	err := fs.WalkDir(root, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".html" {
			return err
		}
		body, err := fs.ReadFile(root, name)
		if err != nil {
			return fmt.Errorf("web: %w", err)
		}
		return a.add(strings.TrimPrefix(name, "static/"), body)
	})
	if err != nil {
		return nil, err
	}
	for name, body := range more {
		if err := a.add(name, body); err != nil {
			return nil, err
		}
	}
	a.base = "/static/" + a.hash()
	return a, nil
}

func (a *assets) add(name string, body []byte) error {
	kind := contentType(name)
	if kind == "" {
		return fmt.Errorf("web: %s: no content type for this kind of file", name)
	}
	a.files[name] = newContent(body, kind)
	return nil
}

func (a *assets) hash() string {
	names := make([]string, 0, len(a.files))
	for name := range a.files {
		names = append(names, name)
	}
	slices.Sort(names)
	all := sha256.New()
	for _, name := range names {
		fmt.Fprintf(all, "%s %x\n", name, sha256.Sum256(a.files[name].plain))
	}
	return hex.EncodeToString(all.Sum(nil)[:8])
}

// contentType does not ask the system's table of types, which differs from
// machine to machine.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".jpg":
		return "image/jpeg"
	case ".webp":
		return "image/webp"
	default:
		return ""
	}
}

// modules are all modules that one leads to by its static imports, itself
// first. A page names them at once, so that the browser need not find them one
// after the other.
func (a *assets) modules(entry string) []string {
	imports := regexp.MustCompile(`(?m)^(?:import|export) (?:[^'";]* from )?'(\.[^']+)';`)
	all := []string{entry}
	for i := 0; i < len(all); i++ {
		file, ok := a.files[all[i]]
		if !ok {
			continue
		}
		for _, found := range imports.FindAllSubmatch(file.plain, -1) {
			if name := path.Join(path.Dir(all[i]), string(found[1])); !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// serve answers for the current hash, which may be kept for ever, and for any
// other (a page that was open during an upgrade), which must not be kept.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) {
	version, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/static/"), "/")
	file, ok := a.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	if "/static/"+version == a.base {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	file.serve(w, r)
}

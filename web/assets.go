package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// assets are the static files, all under one address that carries a hash of
// all of them: modules import each other by relative address, so they change
// together or not at all. Static after construction.
type assets struct {
	// base is "/static/HASH", without a slash at its end.
	base  string
	files map[string]asset
}

type asset struct {
	body []byte
	kind string
	tag  string
}

func loadAssets(root fs.FS) (*assets, error) {
	a := &assets{files: map[string]asset{}}
	all := sha256.New()
	err := fs.WalkDir(root, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".html" {
			return err
		}
		kind := contentType(name)
		if kind == "" {
			return fmt.Errorf("web: %s: no content type for this kind of file", name)
		}
		body, err := fs.ReadFile(root, name)
		if err != nil {
			return fmt.Errorf("web: %w", err)
		}
		sum := sha256.Sum256(body)
		fmt.Fprintf(all, "%s %x\n", name, sum)
		a.files[strings.TrimPrefix(name, "static/")] = asset{body, kind, `"` + hex.EncodeToString(sum[:16]) + `"`}
		return nil
	})
	a.base = "/static/" + hex.EncodeToString(all.Sum(nil)[:8])
	return a, err
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
	default:
		return ""
	}
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
	h := w.Header()
	h.Set("Content-Type", file.kind)
	h.Set("ETag", file.tag)
	h.Set("Cache-Control", "no-cache")
	if "/static/"+version == a.base {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file.body))
}

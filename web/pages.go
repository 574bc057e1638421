package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

// pageData is all that is put into a page.
type pageData struct {
	Title   string
	ExitURL string
	Static  string
}

// page is one rendered document. Static after construction.
type page struct{ body []byte }

// loadPages renders every document once: they are the same for everybody.
func loadPages(root fs.FS, data pageData) (map[string]*page, error) {
	names, err := fs.Glob(root, "static/*.html")
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	pages := map[string]*page{}
	for _, name := range names {
		t, err := template.ParseFS(root, name)
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		var out bytes.Buffer
		if err := t.Execute(&out, data); err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		pages[strings.TrimPrefix(name, "static/")] = &page{out.Bytes()}
	}
	for _, name := range []string{"index.html", "join.html", "bye.html"} {
		if pages[name] == nil {
			return nil, fmt.Errorf("web: the page %s is missing", name)
		}
	}
	return pages, nil
}

func (p *page) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.body))
}

package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
)

// pageData is all that is put into a page.
type pageData struct {
	Title   string
	ExitURL string
	Static  string
	Logo    string // the name of its file, or empty
	Look    bool   // whether there is a style sheet of the operator's
}

// loadPages renders every document once: they are the same for everybody.
func loadPages(root fs.FS, a *assets, data pageData) (map[string]*content, error) {
	names, err := fs.Glob(root, "static/*.html")
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	pages := map[string]*content{}
	for _, name := range names {
		body, err := render(root, name, a, data)
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		pages[strings.TrimPrefix(name, "static/")] = newContent(body, "text/html; charset=utf-8")
	}
	for _, name := range []string{"index.html", "join.html", "bye.html"} {
		if pages[name] == nil {
			return nil, fmt.Errorf("web: the page %s is missing", name)
		}
	}
	return pages, nil
}

// render fills in one document; "modules" in it names all that a module needs.
func render(root fs.FS, name string, a *assets, data pageData) ([]byte, error) {
	t := template.New(path.Base(name)).Funcs(template.FuncMap{"modules": a.modules})
	if _, err := t.ParseFS(root, name); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

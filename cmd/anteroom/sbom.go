package main

import (
	"encoding/json"
	"errors"
	"io"
	"runtime/debug"
)

// bill is a software bill of materials in CycloneDX's JSON form, as much of it
// as a Go program knows of itself.
type bill struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Version    int         `json:"version"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

// component is a module that is in the program. Its go.sum hash is a property,
// for it is a hash of a tree and not of a file.
type component struct {
	Type       string     `json:"type"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	PURL       string     `json:"purl,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// sbom prints what the program is made of. It reads what the linker put into
// the program, not the sources, so it is true of the very file that runs.
func sbom(out io.Writer) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("this program does not know what it was built from")
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(billOf(info))
}

func billOf(info *debug.BuildInfo) bill {
	b := bill{
		Format: "CycloneDX", Spec: "1.6", Version: 1,
		Metadata:   metadata{component{Type: "application", Name: info.Main.Path, Version: info.Main.Version}},
		Components: []component{{Type: "platform", Name: "go", Version: info.GoVersion}},
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		one := component{Type: "library", Name: m.Path, Version: m.Version, PURL: "pkg:golang/" + m.Path + "@" + m.Version}
		if m.Sum != "" {
			one.Properties = []property{{"go.sum", m.Sum}}
		}
		b.Components = append(b.Components, one)
	}
	return b
}

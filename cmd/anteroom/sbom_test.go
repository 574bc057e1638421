package main

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// The bill of materials of the built program names each module that the linker
// put into it, with its version and checksum, and nothing else.
func TestSBOM(t *testing.T) {
	program := build(t)
	text, err := exec.Command(program, "sbom").Output()
	if err != nil {
		t.Fatal(err)
	}
	var b bill
	if err := json.Unmarshal(text, &b); err != nil || b.Format != "CycloneDX" || b.Metadata.Component.Name != "anteroom" {
		t.Fatalf("%v: %.300s", err, text)
	}
	modules, err := exec.Command("go", "version", "-m", program).Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]bool{}
	for line := range strings.Lines(string(modules)) {
		if f := strings.Fields(line); len(f) == 4 && f[0] == "dep" {
			linked["pkg:golang/"+f[1]+"@"+f[2]+" "+f[3]] = true
		}
	}
	if len(linked) < 20 || len(b.Components) != len(linked)+1 {
		t.Errorf("%d components for %d modules", len(b.Components), len(linked))
	}
	for _, c := range b.Components[1:] {
		if len(c.Properties) != 1 || !linked[c.PURL+" "+c.Properties[0].Value] {
			t.Errorf("%s is not in the program", c.PURL)
		}
	}
}

package clustersim

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCapacityQuotesTheSimulation holds that docs/capacity.md has the figures that
// anybody gets who runs it.
func TestCapacityQuotesTheSimulation(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "capacity.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "<!-- simulate: begin -->\n```\n")
	quoted, _, found := strings.Cut(rest, "```\n<!-- simulate: end -->")
	var printed bytes.Buffer
	if err := Report(&printed); err != nil {
		t.Fatal(err)
	}
	if !found || quoted != printed.String() {
		t.Errorf("docs/capacity.md says\n%s\nand make simulate\n%s", quoted, &printed)
	}
}

// TestNeeds: what runs out first decides, and there are never too few machines.
func TestNeeds(t *testing.T) {
	m := Machine{Cores: 10, Gbit: 1, GiB: 1, Share: 1}
	for limit, cost := range map[string]Cost{
		"processor": {Cores: 0.1, Mbit: [2]float64{1, 1}, MiB: 1},
		"network":   {Cores: 0.01, Mbit: [2]float64{1, 10}, MiB: 1},
		"memory":    {Cores: 0.01, Mbit: [2]float64{1, 1}, MiB: 10.24},
	} {
		n := Needs(1000, 2, cost, m)
		if n.Limit != limit || n.Each != 100 || n.Machines != 10 || n.Cells != 1 {
			t.Errorf("%s: %+v", limit, n)
		}
	}
	if n := Needs(10, 2, Pairs(), Gateway()); n.Machines != 3 {
		t.Errorf("%d machines for ten people", n.Machines)
	}
	if n := Needs(cellPeople+1, 2, Pairs(), Gateway()); n.Cells != 2 {
		t.Errorf("%d cells", n.Cells)
	}
}

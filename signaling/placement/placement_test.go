package placement

import (
	"math/rand/v2"
	"testing"
)

// first picks the machines in a given order.
func picks(order ...int) Pick {
	return func(int) int {
		next := order[0]
		order = order[1:]
		return next
	}
}

func TestElsewhere(t *testing.T) {
	light, heavy, leaving := Node{URL: "light", Load: 10}, Node{URL: "heavy", Load: 100}, Node{URL: "leaving", Draining: true}
	for _, c := range []struct {
		name   string
		here   Node
		others []Node
		pick   Pick
		want   string
	}{
		{"alone", Node{Load: 1000}, nil, picks(), ""},
		{"alone but for one that leaves", Node{Load: 1000, Draining: true}, []Node{leaving}, picks(), ""},
		{"as light as it may be", Node{Load: 35}, []Node{light}, picks(0, 0), ""},
		{"one more", Node{Load: 36}, []Node{light}, picks(0, 0), "light"},
		{"the lighter of two", Node{Load: 1000}, []Node{heavy, light}, picks(0, 1), "light"},
		{"in whatever order", Node{Load: 1000}, []Node{heavy, light}, picks(1, 0), "light"},
		{"only two are looked at", Node{Load: 1000}, []Node{heavy, light}, picks(0, 0), "heavy"},
		{"about to stop", Node{Draining: true}, []Node{leaving, heavy}, picks(0, 0), "heavy"},
	} {
		got, found := Elsewhere(c.here, c.others, c.pick)
		if got.URL != c.want || found != (c.want != "") {
			t.Errorf("%s: %q, not %q", c.name, got.URL, c.want)
		}
	}
}

// TestNobodyIsLeftOut: every machine that goes on is picked some time.
func TestNobodyIsLeftOut(t *testing.T) {
	all := []Node{{URL: "a"}, {URL: "b"}, {URL: "c"}, {URL: "d", Draining: true}}
	chance := rand.New(rand.NewPCG(1, 2))
	seen := map[string]int{}
	for range 300 {
		n, _ := LighterOfTwo(all, chance.IntN)
		seen[n.URL]++
	}
	if len(seen) != 3 || seen["a"] < 50 || seen["b"] < 50 || seen["c"] < 50 {
		t.Errorf("%v", seen)
	}
}

package clustersim

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// seed is that of what docs/capacity.md quotes.
const seed = 1

// shapes are what Report simulates: a practice, a large provider, and one cell of
// whatever is larger.
func shapes() []Shape {
	return []Shape{
		{People: 1000, Together: 2, Machines: 3, Batch: 1},
		{People: 20_000, Together: 2, Machines: 12, Batch: 1},
		{People: 50_000, Together: 2, Machines: 30, Batch: 2},
		{People: 50_000, Together: 8, Machines: 85, Batch: 5},
	}
}

// Pairs is what a person costs in sessions of two.
func Pairs() Cost {
	return Cost{Cores: 0.0047, Mbit: [2]float64{1.2, 1.2}, MiB: 0.5, Redis: leaseCost}
}

// Groups is what a person costs in sessions of eight, all sending.
func Groups() Cost {
	return Cost{Cores: 0.0096, Mbit: [2]float64{1.2, 8.4}, MiB: 0.65, Redis: leaseCost}
}

// leaseCost is what a session's lease costs of a core of Redis: 21 µs every
// 1.25 s.
const leaseCost = 21e-6 / 1.25

// Gateway is the machine that is counted with.
func Gateway() Machine { return Machine{Cores: 16, Gbit: 10, GiB: 16, Share: 0.5} }

// Report prints what docs/capacity.md quotes.
func Report(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "people\tin sessions of\tmachines\tpeople each\tlimit\tGbit/s in\tout\tRedis cores\tcells\t")
	for _, people := range []int{1000, 100_000, 10_000_000} {
		for _, kind := range []struct {
			together int
			cost     Cost
		}{{2, Pairs()}, {8, Groups()}} {
			n := Needs(people, kind.together, kind.cost, Gateway())
			fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%s\t%.1f\t%.1f\t%.2f\t%d\t\n",
				n.People, kind.together, n.Machines, n.Each, n.Limit, n.Gbit[0], n.Gbit[1], n.Redis, n.Cells)
		}
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, "people\tin sessions of\tmachines\tby chance\tby the rule\trelayed\torphans\tburst\tafter a death\tmoves\tworst\treplaced\t")
	for _, shape := range shapes() {
		f := Run(shape, seed)
		fmt.Fprintf(w, "%d\t%d\t%d\t%.2f\t%.2f\t%.0f %%\t%d\t%d\t%.2f\t%.2f\t%.2f\t%.2f\t\n",
			f.People, f.Together, f.Machines, f.ByChance, f.Arrived, 100*f.Relayed, f.Orphans, f.Burst, f.Died, f.Moves, f.Worst, f.Replaced)
	}
	return w.Flush()
}

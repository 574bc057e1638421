package clustersim

import "math"

// Cost is what one person in a session costs, as docs/benchmark.md and
// docs/capacity.md say.
type Cost struct {
	Cores float64 // of a core
	Mbit  [2]float64
	MiB   float64
	Redis float64 // of a core of Redis, for each session
}

// Machine is what a gateway may be asked for: not all that it has, so that it has
// something left for arrivals and for the sessions of one that dies.
type Machine struct {
	Cores, Gbit, GiB float64
	Share            float64
}

// Need is what so many people need.
type Need struct {
	People, Machines int
	Limit            string     // what a machine runs out of first
	Each             int        // people on a machine
	Gbit             [2]float64 // in all: in and out
	Redis            float64    // cores of Redis for the leases alone
	Cells            int        // deployments, each with a Redis and machines of its own
}

const (
	// cellPeople bounds a cell: in sessions of two, their leases are half of what one
	// Redis does.
	cellPeople = 50_000
	// minMachines lets one be replaced while another dies.
	minMachines = 3
)

// Needs works out what people in sessions of so many need.
func Needs(people, together int, cost Cost, m Machine) Need {
	n := Need{People: people, Cells: int(math.Ceil(float64(people) / cellPeople))}
	each := math.Inf(1)
	for limit, most := range map[string]float64{
		"processor": m.Cores * m.Share / cost.Cores,
		"network":   m.Gbit * 1000 * m.Share / max(cost.Mbit[0], cost.Mbit[1]),
		"memory":    m.GiB * 1024 * m.Share / cost.MiB,
	} {
		if most < each {
			each, n.Limit = most, limit
		}
	}
	n.Each = int(each)
	inCell := math.Ceil(float64(min(people, cellPeople)) / each)
	n.Machines = n.Cells * max(int(inCell), minMachines)
	for way, mbit := range cost.Mbit {
		n.Gbit[way] = float64(people) * mbit / 1000
	}
	n.Redis = float64(people) / float64(together) * cost.Redis
	return n
}

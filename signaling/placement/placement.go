package placement

// Uneven is how many connections more than another a machine may carry before it
// sends new sessions there, beside half as many again.
const Uneven = 20

// Node is what is known of a machine.
type Node struct {
	URL      string `json:"url"`      // where other machines reach it
	Load     int    `json:"load"`     // connections to sessions that it serves
	Draining bool   `json:"draining"` // it is about to stop, and takes nothing
}

// Pick returns a number from 0 to below n at random; rand.IntN does.
type Pick func(n int) int

// Elsewhere is the machine that should take a session which nobody has and whose
// first connection has come to here; false if that is here.
func Elsewhere(here Node, others []Node, pick Pick) (Node, bool) {
	best, found := LighterOfTwo(others, pick)
	if !found || !here.Draining && here.Load <= best.Load+best.Load/2+Uneven {
		return Node{}, false
	}
	return best, true
}

// LighterOfTwo picks two of the machines that go on, the same one perhaps, and
// returns the one that carries less; false if there are none.
func LighterOfTwo(all []Node, pick Pick) (Node, bool) {
	all = GoingOn(all)
	if len(all) == 0 {
		return Node{}, false
	}
	best := all[pick(len(all))]
	if other := all[pick(len(all))]; other.Load < best.Load {
		best = other
	}
	return best, true
}

// GoingOn are the machines that are not about to stop.
func GoingOn(all []Node) []Node {
	var left []Node
	for _, n := range all {
		if !n.Draining {
			left = append(left, n)
		}
	}
	return left
}

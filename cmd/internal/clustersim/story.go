package clustersim

import (
	"slices"
	"time"
)

// Shape is what is simulated.
type Shape struct {
	People   int // in all
	Together int // in each session
	Machines int
	Batch    int // machines that are replaced at a time
}

// Figures are what came out of it. Evenness is the load of the busiest machine
// over the mean of those that run.
type Figures struct {
	Shape
	ByChance float64 // evenness after arrival, had the load balancer alone decided
	Arrived  float64 // evenness after arrival
	Relayed  float64 // share of people whose session is not where they came in

	Orphans int     // sessions of the machine that died
	Died    float64 // evenness when they are elsewhere
	Burst   int     // most sessions that one machine took within a second of the death

	Moves    float64 // how often a session moved in the rolling replacement, on average
	Worst    float64 // evenness at its worst, while machines were missing
	Replaced float64 // evenness in the end
}

const (
	arrival   = 5 * time.Minute // before the hour and after
	settle    = 10 * time.Second
	handOver  = 5 * time.Millisecond // between two sessions that a machine lets go of
	restarted = 10 * time.Second     // until a replaced machine is there again
)

// Run simulates an hour's beginning, a death and a rolling replacement.
func Run(shape Shape, seed uint64) Figures {
	f := Figures{Shape: shape}
	chance := newCluster(shape.Machines, false, seed)
	chance.arrive(shape)
	f.ByChance = chance.evenness()

	c := newCluster(shape.Machines, true, seed)
	c.arrive(shape)
	f.Arrived, f.Relayed = c.evenness(), c.relayed()
	c.die(&f)
	c.replace(&f)
	return f
}

// arrive lets everybody come around the hour; the people of a session within a
// minute.
func (c *cluster) arrive(shape Shape) {
	for range shape.People / shape.Together {
		s := &session{doors: make([]*machine, shape.Together)}
		c.sessions = append(c.sessions, s)
		on := arrival + time.Duration(c.chance.NormFloat64()*float64(arrival)/3)
		on = min(max(on, 0), 2*arrival)
		for person := range s.doors {
			c.at(on+c.between(0, time.Minute), func() { c.connect(s, person) })
		}
	}
	c.until(2*arrival + time.Minute + settle)
}

// die ends the busiest machine. Its people come back elsewhere, and so do those
// who were relayed by it.
func (c *cluster) die(f *Figures) {
	dead := slices.MaxFunc(c.machines, func(a, b *machine) int { return a.Load - b.Load })
	dead.gone = true
	f.Orphans = len(dead.sessions)
	c.handAway(dead, 0)
	c.comeBack(dead)
	died := c.now
	c.until(c.now + settle)
	f.Died = c.evenness()
	for _, m := range c.machines {
		f.Burst = max(f.Burst, within(m.taken, died+time.Second))
	}
	c.revive(dead)
	c.until(c.now + settle)
}

func within(taken []time.Duration, end time.Duration) (n int) {
	for _, at := range taken {
		if at <= end {
			n++
		}
	}
	return n
}

// handAway makes a machine let go of its sessions, one every so often.
func (c *cluster) handAway(m *machine, every time.Duration) {
	var all []*session
	for _, s := range c.sessions { // in an order that does not depend on a map's
		if m.sessions[s] {
			all = append(all, s)
		}
	}
	for i, s := range all {
		c.at(c.now+time.Duration(i)*every, func() { c.leave(s) })
	}
}

// comeBack lets those who came in by a machine come in by another.
func (c *cluster) comeBack(m *machine) {
	for _, s := range c.sessions {
		for person, door := range s.doors {
			if door == m && s.at != m {
				s.doors[person] = c.door()
			}
		}
	}
}

func (c *cluster) revive(m *machine) {
	m.gone, m.Draining = false, false
	c.tell(m)
}

// replace replaces all machines, some at a time.
func (c *cluster) replace(f *Figures) {
	for _, s := range c.sessions {
		s.moves = 0
	}
	for batch := range slices.Chunk(c.machines, f.Batch) {
		for _, m := range batch {
			m.Draining = true
			c.tell(m)
		}
		longest := 0
		for _, m := range batch {
			longest = max(longest, len(m.sessions))
			c.handAway(m, handOver)
		}
		c.until(c.now + time.Duration(longest)*handOver + backTo)
		for _, m := range batch {
			m.gone = true
			c.comeBack(m)
		}
		c.until(c.now + restarted)
		f.Worst = max(f.Worst, c.evenness())
		for _, m := range batch {
			c.revive(m)
		}
	}
	c.until(c.now + settle)
	f.Replaced = c.evenness()
	moves := 0
	for _, s := range c.sessions {
		moves += s.moves
	}
	f.Moves = float64(moves) / float64(len(c.sessions))
}

// evenness is the busiest machine's load over the mean.
func (c *cluster) evenness() float64 {
	busiest, sum, n := 0, 0, 0
	for _, m := range c.machines {
		if m.gone {
			continue
		}
		busiest, sum, n = max(busiest, m.Load), sum+m.Load, n+1
	}
	return float64(busiest) * float64(n) / float64(max(sum, 1))
}

func (c *cluster) relayed() float64 {
	relayed, all := 0, 0
	for _, s := range c.sessions {
		for _, door := range s.doors {
			all++
			if door != s.at {
				relayed++
			}
		}
	}
	return float64(relayed) / float64(all)
}

package clustersim

import (
	"container/heap"
	"math/rand/v2"
	"strconv"
	"time"

	"anteroom/signaling/placement"
)

// The program's own intervals: how often machines tell of themselves, and how
// soon a page that lost its connection is back (PROTOCOL.md §5.4).
const (
	beatEvery = 2 * time.Second
	backFrom  = 250 * time.Millisecond
	backTo    = 500 * time.Millisecond
)

// machine is one of the cluster.
type machine struct {
	placement.Node                  // as it is now
	said           placement.Node   // as it last told the others
	heard          []placement.Node // the others, as it last heard of them
	gone           bool
	sessions       map[*session]bool
	taken          []time.Duration // when it took sessions that it did not begin
}

// session is some people together on a machine.
type session struct {
	at    *machine // nil: nobody has it
	doors []*machine
	moves int
}

// cluster is the machines and what is yet to happen.
type cluster struct {
	chance   *rand.Rand
	rule     bool // whether placement is asked, or chance alone decides
	machines []*machine
	sessions []*session
	now      time.Duration
	due      events
}

func newCluster(n int, rule bool, seed uint64) *cluster {
	c := &cluster{chance: rand.New(rand.NewPCG(seed, seed)), rule: rule}
	for i := range n {
		m := &machine{Node: placement.Node{URL: strconv.Itoa(i)}, sessions: map[*session]bool{}}
		m.said = m.Node
		c.machines = append(c.machines, m)
	}
	for _, m := range c.machines {
		c.at(time.Duration(c.chance.Int64N(int64(beatEvery))), func() { c.beat(m) })
	}
	return c
}

// beat is a machine's telling and hearing, again and again.
func (c *cluster) beat(m *machine) {
	if !m.gone {
		c.tell(m)
		m.heard = m.heard[:0]
		for _, other := range c.machines {
			if other != m && !other.gone { // a record that is about to run out is left out: placement there comes back
				m.heard = append(m.heard, other.said)
			}
		}
	}
	c.at(c.now+beatEvery, func() { c.beat(m) })
}

func (c *cluster) tell(m *machine) { m.said = m.Node }

// door is the machine that the load balancer sends somebody to.
func (c *cluster) door() *machine {
	for {
		if m := c.machines[c.chance.IntN(len(c.machines))]; !m.gone && !m.Draining {
			return m
		}
	}
}

// connect is somebody's coming to a session.
func (c *cluster) connect(s *session, person int) {
	s.doors[person] = c.door()
	if s.at == nil {
		c.place(s, s.doors[person])
	}
	s.at.Load++
}

// place finds a machine for a session whose first connection comes to one.
func (c *cluster) place(s *session, here *machine) {
	s.at = here
	if c.rule {
		if best, found := placement.Elsewhere(here.Node, here.heard, c.chance.IntN); found {
			s.at = c.named(best.URL, here)
		}
	}
	s.at.sessions[s] = true
	if s.moves > 0 {
		s.at.taken = append(s.at.taken, c.now)
	}
}

// named is a machine by its address; the one that asks, if that is not there or
// takes nothing.
func (c *cluster) named(url string, otherwise *machine) *machine {
	i, _ := strconv.Atoi(url)
	if m := c.machines[i]; !m.gone && !m.Draining {
		return m
	}
	return otherwise
}

// leave takes a session off its machine; its people come back by themselves.
func (c *cluster) leave(s *session) {
	delete(s.at.sessions, s)
	for person, door := range s.doors {
		if door != nil {
			s.at.Load--
			c.at(c.now+c.between(backFrom, backTo), func() { c.connect(s, person) })
		}
	}
	s.at = nil
	s.moves++
}

func (c *cluster) between(from, to time.Duration) time.Duration {
	return from + time.Duration(c.chance.Int64N(int64(to-from)))
}

// event is something that happens at a time.
type event struct {
	at  time.Duration
	nth int // among those of one moment
	do  func()
}

// events is a heap of them.
type events struct {
	all []event
	nth int
}

func (e *events) Len() int { return len(e.all) }
func (e *events) Less(i, j int) bool {
	a, b := e.all[i], e.all[j]
	return a.at < b.at || a.at == b.at && a.nth < b.nth
}
func (e *events) Swap(i, j int) { e.all[i], e.all[j] = e.all[j], e.all[i] }
func (e *events) Push(x any)    { e.all = append(e.all, x.(event)) }

func (e *events) Pop() any {
	last := e.all[len(e.all)-1]
	e.all = e.all[:len(e.all)-1]
	return last
}

func (c *cluster) at(when time.Duration, do func()) {
	c.due.nth++
	heap.Push(&c.due, event{at: when, nth: c.due.nth, do: do})
}

// until lets time pass.
func (c *cluster) until(end time.Duration) {
	for len(c.due.all) > 0 && c.due.all[0].at <= end {
		next := heap.Pop(&c.due).(event)
		c.now = next.at
		next.do()
	}
	c.now = end
}

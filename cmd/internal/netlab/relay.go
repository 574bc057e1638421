package netlab

import (
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// maxPacket is the largest IP packet.
const maxPacket = 65535

// maxUnderWay bounds the packets a direction holds: 10,000 packets/s for a
// delay of a second.
const maxUnderWay = 10000

// relay is the line of a far node: it carries packets between two devices.
type relay struct {
	up, down  *direction
	node, far io.Closer
	running   sync.WaitGroup
}

// newRelay carries packets between the node's device and the router's until
// close.
func newRelay(node, router io.ReadWriteCloser, seed uint64) *relay {
	r := &relay{
		up: newDirection(node, router, seed), down: newDirection(router, node, seed+1),
		node: node, far: router,
	}
	for _, d := range []*direction{r.up, r.down} {
		r.running.Go(d.read)
		r.running.Go(d.deliver)
	}
	return r
}

func (r *relay) close() error {
	err := errors.Join(r.node.Close(), r.far.Close())
	close(r.up.done)
	close(r.down.done)
	r.running.Wait()
	return err
}

// direction delays and loses packets from one device to another. Packets keep
// their order.
type direction struct {
	from io.Reader
	to   io.Writer
	path atomic.Pointer[Path]
	due  chan packet // in order of time
	done chan struct{}

	// Owned by read.
	random *rand.Rand
	lost   bool      // the last packet was lost in a burst
	last   time.Time // when the packet before is due
}

type packet struct {
	at   time.Time
	data []byte
}

func newDirection(from io.Reader, to io.Writer, seed uint64) *direction {
	d := &direction{
		from: from, to: to, due: make(chan packet, maxUnderWay), done: make(chan struct{}),
		random: rand.New(rand.NewPCG(seed, seed)),
	}
	d.set(Path{})
	return d
}

func (d *direction) set(p Path) { d.path.Store(&p) }

func (d *direction) read() {
	defer close(d.due)
	buf := make([]byte, maxPacket)
	for {
		n, err := d.from.Read(buf)
		if err != nil {
			return // closed
		}
		p := d.path.Load()
		if d.loses(p) {
			continue
		}
		select {
		case d.due <- packet{at: d.arrival(p, time.Now()), data: append([]byte(nil), buf[:n]...)}:
		default: // full, as a router's queue would be
		}
	}
}

// loses is a Gilbert model: in a burst the next packet is lost with probability
// 1-1/Burst; outside, one starts so often that the share of lost packets is
// Loss.
func (d *direction) loses(p *Path) bool {
	if p.Burst == 0 {
		return false // independent loss is the router's
	}
	end := 1 / p.Burst
	if d.lost {
		d.lost = d.random.Float64() >= end
		return d.lost
	}
	start := 1.0
	if p.Loss < 1 {
		start = min(1, end*p.Loss/(1-p.Loss))
	}
	d.lost = d.random.Float64() < start
	return d.lost
}

func (d *direction) arrival(p *Path, now time.Time) time.Time {
	at := now.Add(p.Delay)
	if p.Jitter > 0 {
		at = at.Add(time.Duration(d.random.Int64N(int64(p.Jitter))))
	}
	if at.Before(d.last) {
		at = d.last
	}
	d.last = at
	return at
}

func (d *direction) deliver() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for p := range d.due {
		if wait := time.Until(p.at); wait > 0 {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-d.done:
				return
			}
		}
		if _, err := d.to.Write(p.data); errors.Is(err, os.ErrClosed) {
			return
		}
	}
}

package netlab

import (
	"fmt"
	"time"
)

// Path is one direction of a line. The zero Path is perfect.
type Path struct {
	// Rate in bits per second; 0 is as fast as the machine.
	Rate int64
	// Queue is how long packets may wait for the rate before they are dropped;
	// 0 is 100 ms.
	Queue time.Duration
	// Loss is the share of packets lost, 0 to 1.
	Loss float64
	// Burst is the mean number of packets lost in a row; 0 loses each packet
	// independently. Far nodes only.
	Burst float64
	// Delay is how long every packet takes. Far nodes only.
	Delay time.Duration
	// Jitter is up to how much longer some packets take, evenly distributed;
	// packets do not overtake each other. Far nodes only.
	Jitter time.Duration
}

// defaultQueue is a middling router's buffer.
const defaultQueue = 100 * time.Millisecond

// minBurst lets tbf pass full packets, and several of them where segmentation
// is left to the device, whatever the rate.
const minBurst = 5000

func (p Path) check(far bool) error {
	switch {
	case p.Rate < 0 || p.Queue < 0 || p.Delay < 0 || p.Jitter < 0:
		return fmt.Errorf("negative path %+v", p)
	case p.Loss < 0 || p.Loss > 1:
		return fmt.Errorf("loss %v is no share", p.Loss)
	case p.Burst != 0 && p.Burst < 1:
		return fmt.Errorf("bursts of %v packets are none", p.Burst)
	case !far && (p.Burst > 0 || p.Delay > 0 || p.Jitter > 0):
		return fmt.Errorf("only a FarNode has delay, jitter and bursts of loss")
	}
	return nil
}

// SetLine makes the node's line as bad as this, from now on: up is what the
// node sends, down what it receives. Packets under way keep their delay.
func (n *Node) SetLine(up, down Path) {
	n.lab.t.Helper()
	far := n.relay != nil
	for _, p := range []Path{up, down} {
		if err := p.check(far); err != nil {
			n.lab.t.Fatalf("netlab: line of %s: %v", n.name, err)
		}
	}
	n.up, n.down = up, down
	n.lab.must(shape(n.space, lineName, up))
	n.lab.must(shape(n.lab.router, n.port, down))
	if far {
		n.relay.up.set(up)
		n.relay.down.set(down)
	}
	n.lab.must(n.lab.loadRules())
}

// shape limits what leaves by a device.
func shape(ns *namespace, dev string, p Path) error {
	if p.Rate == 0 {
		// A device without a shaper refuses to lose it: either way there is none.
		_, _ = ns.run("", "tc", "qdisc", "delete", "dev", dev, "root")
		return nil
	}
	queue := p.Queue
	if queue == 0 {
		queue = defaultQueue
	}
	burst := max(minBurst, p.Rate/8/100) // 10 ms
	_, err := ns.run("", "tc", "qdisc", "replace", "dev", dev, "root", "tbf",
		"rate", fmt.Sprintf("%dbit", p.Rate), "burst", fmt.Sprint(burst),
		"latency", fmt.Sprintf("%dus", queue.Microseconds()))
	return err
}

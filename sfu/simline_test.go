package sfu

import (
	"math/rand/v2"
	"time"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
)

// simLine is a line with a rate and a queue, in simulated time, with a client
// at its end that gives feedback every 100 ms.
type simLine struct {
	rate     float64 // bit/s
	queue    time.Duration
	random   float64       // share of packets lost at random
	hiccup   time.Duration // every two seconds the client reads nothing for so long
	way      time.Duration // how long a packet takes when there is no queue
	jitter   time.Duration // and by how much more at most, by chance
	free     time.Duration
	now      time.Duration
	seq      uint16
	lost     int
	client   *twcc.Recorder
	inFlight []simPacket
	fed      time.Duration
	owed     float64   // octets that are due to be sent
	layers   []float64 // bit/s: what is sent is one of them; any rate if there are none
	rng      *rand.Rand
}

type simPacket struct {
	seq uint16
	at  time.Duration
}

func newSimLine(rate float64) *simLine {
	return &simLine{rate: rate, queue: 300 * time.Millisecond, way: 20 * time.Millisecond, jitter: 2 * time.Millisecond, now: time.Second, free: time.Second,
		client: twcc.NewRecorder(1), rng: rand.New(rand.NewPCG(1, 2))}
}

func (s *simLine) send(e *estimator, size int) {
	s.seq++
	e.note(s.seq, size, s.now)
	s.free = max(s.free, s.now)
	if s.free-s.now > s.queue || s.rng.Float64() < s.random {
		s.lost++
		return
	}
	s.free += time.Duration(float64(size*8) / s.rate * float64(time.Second))
	at := s.free + s.way + time.Duration(s.rng.Int64N(int64(s.jitter)))
	if since := at % (2 * time.Second); since < s.hiccup {
		at += s.hiccup - since
	}
	s.inFlight = append(s.inFlight, simPacket{s.seq, at})
}

// run sends what the estimate allows of desired for a while, as a room's clock
// would, and calls each after every 20 ms.
func (s *simLine) run(e *estimator, d time.Duration, desired float64, each func()) {
	for end := s.now + d; s.now < end; s.now += clockTick {
		s.tick(e, desired)
		if each != nil {
			each()
		}
	}
}

func (s *simLine) tick(e *estimator, desired float64) {
	s.deliver(e)
	e.conclude(s.now)
	e.want(s.now, 1.2*desired, false)
	s.owed += s.sends(min(desired, e.rate)) * clockTick.Seconds() / 8
	for ; s.owed >= 1100; s.owed -= 1100 {
		s.send(e, 1100)
	}
	for pad := e.probe.due(s.now); pad > 0; pad -= 1100 {
		s.send(e, 1100)
	}
}

// sends is what of a rate is made use of.
func (s *simLine) sends(rate float64) float64 {
	if s.layers == nil {
		return rate
	}
	const sound = 30_000
	least := float64(sound)
	for _, layer := range s.layers {
		if layer+sound <= rate {
			least = layer + sound
		}
	}
	return least
}

// waits is how long what is sent now waits in the queue.
func (s *simLine) waits() time.Duration { return max(0, s.free-s.now) }

func (s *simLine) deliver(e *estimator) {
	keep := s.inFlight[:0]
	for _, p := range s.inFlight {
		if p.at <= s.now {
			s.client.Record(1, p.seq, p.at.Microseconds())
		} else {
			keep = append(keep, p)
		}
	}
	s.inFlight = keep
	if s.now-s.fed < 100*time.Millisecond {
		return
	}
	s.fed = s.now
	for _, fb := range s.client.BuildFeedbackPacket() {
		// Over the wire and back, as it comes from a client.
		raw, err := fb.Marshal()
		if err != nil {
			panic(err)
		}
		got, err := rtcp.Unmarshal(raw)
		if err != nil {
			panic(err)
		}
		e.feedback(s.now, got[0].(*rtcp.TransportLayerCC))
	}
}

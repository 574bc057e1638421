package e2ee

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"testing"
	"time"
)

const testSession = "jJ0mVhUzJ9mV3u3yqN0hYQ"

// world is a gateway with a clock of its own: it shows people to each other and
// relays boxes, honestly unless told otherwise.
type world struct {
	t      *testing.T
	now    time.Time
	nodes  []*node
	bySeat map[SeatID]*node
	queue  []relayed
	// hop is how long a box is under way.
	hop time.Duration
	// tamper may change a box under way; nil drops it.
	tamper func(from, to *node, box []byte) []byte
	// see may change what a node is shown.
	see    func(n *node, people []Person) []Person
	sent   int // boxes
	octets int
}

type relayed struct {
	at       time.Time
	from, to SeatID
	box      []byte
}

// node is one person's page.
type node struct {
	w       *world
	name    string
	role    Role
	key     *ecdsa.PrivateKey
	cfg     Config
	a       *Agreement
	sealer  *Sealer
	opener  *Opener
	in      bool
	with    *node // at the door
	offline bool
	kept    []AddKey // all keys it ever got, as a cheat would keep them
	used    UseKey
	uses    []time.Time
}

func newWorld(t *testing.T) *world {
	return &world{t: t, now: time.UnixMilli(1_800_000_000_000), hop: 5 * time.Millisecond, bySeat: map[SeatID]*node{}}
}

func testKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func testHostSecret() *HostSecret {
	var s HostSecret
	copy(s[:], "0123456789abcdef")
	return &s
}

// host and guest make people whose links were made in a browser; the plain ones
// have links from the API.
func (w *world) host(name string) *node {
	return w.add(name, Config{Role: Host, HostSecret: testHostSecret()})
}

func (w *world) plainHost(name string) *node { return w.add(name, Config{Role: Host}) }

func (w *world) guest(name string) *node {
	link := testHostSecret().Link(testSession, name, "jti-"+name)
	return w.add(name, Config{Role: Guest, LinkSecret: &link, Invite: name, JTI: "jti-" + name})
}

func (w *world) plainGuest(name string) *node { return w.add(name, Config{Role: Guest}) }

func (w *world) add(name string, cfg Config) *node {
	cfg.Session, cfg.Key = testSession, testKey(w.t)
	n := &node{w: w, name: name, role: cfg.Role, key: cfg.Key, cfg: cfg}
	w.nodes = append(w.nodes, n)
	n.load(nil)
	w.bySeat[n.seat()] = n
	return n
}

// load is a page load of the same seat.
func (n *node) load(kept *Kept) {
	n.cfg.Now, n.cfg.Kept = n.w.now, kept
	a, err := New(n.cfg)
	if err != nil {
		n.w.t.Fatal(err)
	}
	n.a, n.sealer, n.opener, n.used = a, NewSealer(a.Seat()), NewOpener(), UseKey{}
}

func (n *node) seat() SeatID { return n.a.Seat() }

// enter, leave and the like change what the gateway shows.
func (w *world) enter(nodes ...*node) {
	for _, n := range nodes {
		n.in = true
	}
	w.show()
}

func (w *world) leave(n *node) { n.in = false; w.show() }

// admit is what a host's click does.
func (w *world) admit(host *node, guests ...*node) {
	for _, g := range guests {
		host.do(host.a.Allow(w.now, false, g.seat()))
	}
	w.enter(guests...)
}

func (w *world) greet(host, guest *node) {
	host.do(host.a.Greet(w.now, false, guest.seat()))
	host.with, guest.with = guest, host
	w.show()
}

func (w *world) greetEnd(host *node) {
	host.with.with, host.with = nil, nil
	w.show()
}

func (w *world) show() {
	for _, n := range w.nodes {
		people := w.people(n)
		if w.see != nil {
			people = w.see(n, people)
		}
		n.do(n.a.Circle(w.now, people))
	}
}

// people is the gateway's view as the page makes it into persons.
func (w *world) people(me *node) []Person {
	var all []Person
	for _, n := range w.nodes {
		person := Person{Seat: n.seat(), Role: n.role, Online: !n.offline, Capable: true}
		switch {
		case n == me:
			continue
		case me.with == n:
			person.With, person.Door = true, me.role == Host
		case me.in && n.in:
			person.With = me.with == nil && n.with == nil
		default:
			continue
		}
		all = append(all, person)
	}
	return all
}

// do carries out what an agreement wants.
func (n *node) do(outputs []Output) {
	for _, o := range outputs {
		switch o := o.(type) {
		case Send:
			n.w.relay(n, o)
		case UseKey:
			n.used = o
			n.uses = append(n.uses, n.w.now)
			n.must(n.sealer.Use(o))
		case AddKey:
			n.kept = append(n.kept, o)
			n.must(n.opener.Add(o))
		case DropKeys:
			n.opener.Drop(o)
		}
	}
}

func (n *node) must(err error) {
	if err != nil {
		n.w.t.Fatal(err)
	}
}

func (w *world) relay(from *node, s Send) {
	box := s.Box
	to := w.bySeat[s.To]
	if w.tamper != nil {
		box = w.tamper(from, to, box)
	}
	if box == nil || to == nil || to.offline || from.offline {
		return
	}
	w.sent++
	w.octets += len(box)
	w.queue = append(w.queue, relayed{at: w.now.Add(w.hop), from: from.seat(), to: s.To, box: box})
}

// run lets time pass.
func (w *world) run(d time.Duration) {
	end := w.now.Add(d)
	for {
		next := end
		if len(w.queue) > 0 && w.queue[0].at.Before(next) {
			next = w.queue[0].at
		}
		for _, n := range w.nodes {
			if due := n.a.Due(); !due.IsZero() && due.Before(next) {
				next = due
			}
		}
		if next.After(w.now) {
			w.now = next
		}
		if !w.deliver() && !w.tick() && !w.now.Before(end) {
			return
		}
	}
}

func (w *world) deliver() bool {
	if len(w.queue) == 0 || w.queue[0].at.After(w.now) {
		return false
	}
	m := w.queue[0]
	w.queue = w.queue[1:]
	to := w.bySeat[m.to]
	to.do(to.a.Receive(w.now, m.from, m.box))
	return true
}

func (w *world) tick() bool {
	worked := false
	for _, n := range w.nodes {
		before := n.a.Due()
		if before.IsZero() || before.After(w.now) {
			continue
		}
		worked = true
		n.do(n.a.Tick(w.now))
		if after := n.a.Due(); !after.IsZero() && !after.After(w.now) {
			w.t.Fatalf("%s has something due that a tick does not do", n.name)
		}
	}
	return worked
}

// hears reports whether a frame of one gets through to another.
func hears(to, from *node) bool {
	frame, err := from.sealer.Seal(Audio, []byte("sound"))
	if errors.Is(err, ErrNoKey) {
		return false
	}
	plain, err := to.opener.Open(from.seat(), Audio, frame)
	return err == nil && string(plain) == "sound"
}

func (w *world) allHear(nodes ...*node) {
	w.t.Helper()
	for _, to := range nodes {
		for _, from := range nodes {
			if to != from && !hears(to, from) {
				w.t.Errorf("%s does not hear %s", to.name, from.name)
			}
		}
	}
}

func (w *world) sameCode(nodes ...*node) string {
	w.t.Helper()
	code := nodes[0].a.Status().Code
	for _, n := range nodes {
		s := n.a.Status()
		if len(s.Code) != 6 || s.Code != code || s.Mismatch {
			w.t.Errorf("%s shows code %q, mismatch %v; %s shows %q", n.name, s.Code, s.Mismatch, nodes[0].name, code)
		}
	}
	return code
}

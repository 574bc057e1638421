package e2ee

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"errors"
	"time"
)

// Times of the agreement (§7).
const (
	// SwitchAfter is when a sender uses a new key at the latest, although not
	// everybody has acknowledged it.
	SwitchAfter = time.Second
	// KeepOld is how long a receiver keeps the keys before a newer one: the
	// sender's SwitchAfter, and what may be under way then.
	KeepOld = SwitchAfter + 1500*time.Millisecond

	gatherFor     = 500 * time.Millisecond // how long newcomers wait for each other
	vouchFor      = 300 * time.Millisecond // how long a host waits to vouch for several at once
	adoptAfter    = time.Second            // how soon after a rotation another is joined without need
	firstRetry    = time.Second
	slowestRetry  = 8 * time.Second
	answerSpacing = 200 * time.Millisecond
)

// Config is what an agreement is made from.
type Config struct {
	Session string
	// Key is the seat's key.
	Key  *ecdsa.PrivateKey
	Role Role
	// HostSecret is for a host whose link carried one; LinkSecret, with the
	// token's claims, for a guest whose link did.
	HostSecret  *HostSecret
	LinkSecret  *LinkSecret
	Invite, JTI string
	// Kept is what an earlier page load of the same seat kept, or nil.
	Kept *Kept
	// Now is the time at the beginning.
	Now time.Time
}

// Person is somebody else in the session, as the gateway says. It is not
// believed: it can only lead to less being sent, never to more.
type Person struct {
	Seat    SeatID
	Role    Role
	Online  bool
	Capable bool
	// With: this seat exchanges media with that person now. A host at the door
	// is with the greeted person alone, and the others are not with that host.
	With bool
	// Door: this host talks with that person at the door.
	Door bool
}

// Agreement is the state machine of one page load of one seat. It belongs to
// one goroutine. Every method returns what is to be done.
type Agreement struct {
	cfg  Config
	seat SeatID
	key  []byte // the seat's public key
	dh   *ecdh.PrivateKey
	pair *pairKeys // of this guest's link secret

	serial    uint64
	peers     map[SeatID]*peer
	order     []SeatID // of the newest circle
	hosts     map[SeatID]bool
	statement *statement

	// A host's decisions.
	wanted  map[SeatID]bool // let in by this host; true: although unproved
	door    map[SeatID]bool // greeted by this host
	gone    map[SeatID]bool // was in the room and went: needs a new decision
	clear   bool
	vouchAt time.Time

	epoch    uint32
	current  *group
	pending  bool // the newest key is not in use yet
	grewAt   time.Time
	started  bool
	mismatch bool
	refused  bool // somebody was, while settling: look at the circle again
	out      []Output
}

// ErrConfig: a Config is contradictory or incomplete.
var ErrConfig = errors.New("e2ee: bad config")

// New begins an agreement with a fresh key.
func New(cfg Config) (*Agreement, error) {
	if cfg.Key == nil || len(cfg.Session) == 0 || len(cfg.Session) > 255 || cfg.Role == Host && cfg.LinkSecret != nil || cfg.Role == Guest && cfg.HostSecret != nil {
		return nil, ErrConfig
	}
	dh, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	public, err := cfg.Key.PublicKey.Bytes()
	if err != nil || len(public) != pointSize {
		return nil, ErrConfig
	}
	a := &Agreement{
		cfg: cfg, key: public, seat: SeatOf(cfg.Session, public), dh: dh, serial: uint64(cfg.Now.UnixMilli()),
		peers: map[SeatID]*peer{}, hosts: map[SeatID]bool{}, wanted: map[SeatID]bool{}, door: map[SeatID]bool{}, gone: map[SeatID]bool{},
	}
	if cfg.LinkSecret != nil {
		a.pair = cfg.LinkSecret.keys(cfg.Session)
	}
	if cfg.Kept != nil {
		a.restore(cfg.Kept)
	}
	return a, nil
}

// Seat is the name of this seat.
func (a *Agreement) Seat() SeatID { return a.seat }

// Circle tells who is there, by the newest view. A seat that is not in and not
// greeted has an empty circle.
func (a *Agreement) Circle(now time.Time, people []Person) []Output {
	a.started = true
	present := map[SeatID]bool{}
	a.order = a.order[:0]
	for _, person := range people {
		if person.Seat == a.seat || present[person.Seat] {
			continue
		}
		present[person.Seat] = true
		a.order = append(a.order, person.Seat)
		a.peer(person.Seat).arrive(now, person)
	}
	for _, p := range a.peers {
		if p.present && !present[p.seat] || p.present && p.person.Door {
			a.left(p, present[p.seat])
		}
	}
	return a.settle(now)
}

// left takes note that somebody is not in the room, so that coming in again
// takes a new decision of a host.
func (a *Agreement) left(p *peer, atDoor bool) {
	if p.inRoom {
		delete(a.wanted, p.seat)
		a.gone[p.seat] = true
	}
	p.inRoom = false
	p.out = content{}
	if !atDoor {
		p.present, p.person.With, p.person.Door = false, false, false
		delete(a.door, p.seat)
	}
}

// Allow is a person's decision. A host lets seats into the room, also such as
// cannot prove their link; a guest trusts a host that cannot prove itself.
func (a *Agreement) Allow(now time.Time, unproved bool, seats ...SeatID) []Output {
	for _, seat := range seats {
		if a.cfg.Role == Guest {
			a.hosts[seat] = true
			continue
		}
		a.wanted[seat] = unproved
		delete(a.gone, seat)
	}
	return a.settle(now)
}

// Greet is a host's decision to talk with somebody at the door.
func (a *Agreement) Greet(now time.Time, unproved bool, seat SeatID) []Output {
	if a.cfg.Role == Host {
		a.door[seat] = unproved
	}
	return a.settle(now)
}

// Deny is a host's decision to send somebody out, or not to let them in. It
// takes effect at once, whatever the gateway does.
func (a *Agreement) Deny(now time.Time, seat SeatID) []Output {
	if a.cfg.Role == Host {
		delete(a.wanted, seat)
		delete(a.door, seat)
		a.gone[seat] = true
	}
	return a.settle(now)
}

// PermitClear is a host's decision that the room may do without encryption.
func (a *Agreement) PermitClear(now time.Time, clear bool) []Output {
	a.clear = clear && a.cfg.Role == Host
	return a.settle(now)
}

// Resume says that messages may have been lost, since the connection was.
func (a *Agreement) Resume(now time.Time) []Output {
	for _, p := range a.peers {
		p.hurry(now)
	}
	return a.settle(now)
}

// Tick does what is due. See [Agreement.Due].
func (a *Agreement) Tick(now time.Time) []Output { return a.settle(now) }

// settle brings everything in line with what is known, and collects what is to
// be done for it.
func (a *Agreement) settle(now time.Time) []Output {
	if !a.started {
		return nil
	}
	for again := true; again; again = a.refused {
		a.refused = false
		a.pin()
		a.vouch(now)
		a.regroup(now)
		a.adopt(now)
		a.install(now)
		a.confirm()
	}
	a.switchOver(now)
	a.retry(now)
	a.expire(now)
	a.greet(now)
	return a.flush()
}

func (a *Agreement) emit(o Output) { a.out = append(a.out, o) }

// flush puts what there is for each seat into one box.
func (a *Agreement) flush() []Output {
	for _, seat := range a.order {
		if p := a.peers[seat]; !p.out.empty() {
			a.box(p)
		}
	}
	out := a.out
	a.out = nil
	return out
}

func (a *Agreement) box(p *peer) {
	told := p.out
	p.out = content{}
	if p.hello == nil || p.refused != "" {
		return
	}
	if a.current == nil || !a.current.has(member{seat: p.seat, dh: p.hello.dh}) {
		told.key, told.reveal = nil, nil // nobody but members, whatever led here
	}
	if p.boxer == nil || p.boxer.mode != p.mode() {
		boxer, err := newBoxer(a.pairTo(p), a.dh)
		if err != nil {
			return
		}
		p.boxer = boxer
		if a.statement != nil {
			told.statement = a.statement.raw
		}
	}
	if !told.empty() {
		a.emit(Send{To: p.seat, Box: p.boxer.seal(told.encode())})
	}
}

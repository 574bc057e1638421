package sfu

// Kind is what a slot carries.
type Kind string

// The kinds of media a peer may send, in the order of its offer's sections.
const (
	Audio  Kind = "audio"
	Camera Kind = "camera"
	Screen Kind = "screen"
)

// Slot says that the receiving media section Mid of a peer carries Kind of the
// participant Seat.
type Slot struct {
	Mid  string
	Seat string
	Kind Kind
}

// Want is how many receiving sections a peer should offer in all.
type Want struct {
	Audio, Video int
}

// Reason is why a peer closed by itself.
type Reason string

const (
	// Replaced: the same seat was opened again.
	Replaced Reason = "replaced"
	// Left: the client closed its connection.
	Left Reason = "left"
	// Lost: nothing was heard of the client for too long, or it could not be
	// connected at all.
	Lost Reason = "lost"
)

// Events are what a peer reports. Any may be nil. They are called one after
// the other for one room, from a goroutine of the room that holds no lock, and
// must not block. None is called after Peer.Close has returned, but for one
// that was already running.
type Events struct {
	// Slots gets the whole list whenever it changes; sections not listed are
	// idle. wanted is nil unless sections are missing.
	Slots func(wanted *Want, slots []Slot)
	// Speakers gets the seats heard at the moment in the peer's circle, loudest
	// first.
	Speakers func(seats []string)
	// Layers gets how many layers of what the peer sends somebody watches, the
	// lowest first, whenever that changes: 0 is none. At the start it is all.
	Layers func(camera, screen int)
	// Quality gets whose line is weak, whenever that changes. At the start all
	// are Good.
	Quality func(Quality)
	// Closed is called once if the peer ends without Peer.Close.
	Closed func(Reason)
}

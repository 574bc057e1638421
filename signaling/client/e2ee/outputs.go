package e2ee

// Output is something that an [Agreement] wants done: [Send], [UseKey],
// [AddKey] or [DropKeys]. They are to be done in the order in which they come.
type Output interface{ output() }

// Send wants a box relayed to a seat.
type Send struct {
	To  SeatID
	Box []byte
}

// UseKey makes a key the one that this seat seals with.
type UseKey struct {
	Epoch   uint32
	Key     [32]byte
	Private [32]byte
	// Grown says that somebody came who has none of the frames before: they
	// need a key frame.
	Grown bool
}

// AddKey brings another seat's key of an epoch. Private is nil unless this seat
// is a host.
type AddKey struct {
	Seat    SeatID
	Epoch   uint32
	Key     [32]byte
	Private []byte
}

// DropKeys forgets a seat's keys of the epochs before one, or all.
type DropKeys struct {
	Seat   SeatID
	Before uint32
	All    bool
}

func (Send) output()     {}
func (UseKey) output()   {}
func (AddKey) output()   {}
func (DropKeys) output() {}

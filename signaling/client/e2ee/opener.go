package e2ee

import (
	"errors"
	"slices"
)

// ErrRefused: a frame or message is not authentic, not from whom and what it
// is said to be, or was opened before. Nothing of it may be shown.
var ErrRefused = errors.New("e2ee: refused")

// maxEpochs bounds the keys kept of one seat; the agreement drops them earlier.
const maxEpochs = 4

// Opener decrypts what others send. It belongs to one goroutine.
type Opener struct {
	seats map[SeatID][]*epochKeys // newest first
}

// epochKeys is what one seat seals with in one epoch.
type epochKeys struct {
	epoch   uint32
	keys    [kinds]*sframeKey
	windows [kinds]window
}

// NewOpener makes an opener that has no keys.
func NewOpener() *Opener { return &Opener{seats: map[SeatID][]*epochKeys{}} }

// Add takes in the keys of a seat's epoch. The same again changes nothing: a
// key keeps its replay window.
func (o *Opener) Add(k AddKey) error {
	if slices.ContainsFunc(o.seats[k.Seat], func(e *epochKeys) bool { return e.epoch == k.Epoch }) {
		return nil
	}
	e := &epochKeys{epoch: k.Epoch}
	for kind := range Kind(kinds) {
		base := k.Key[:]
		if kind == PrivateChat {
			base = k.Private
		}
		if base == nil {
			continue
		}
		key, err := deriveSFrame(base, keyID(k.Seat, k.Epoch, kind))
		if err != nil {
			return err
		}
		e.keys[kind] = key
	}
	all := append([]*epochKeys{e}, o.seats[k.Seat]...)
	o.seats[k.Seat] = all[:min(len(all), maxEpochs)]
	return nil
}

// Drop forgets keys: those of a seat before an epoch, or all of it.
func (o *Opener) Drop(d DropKeys) {
	if d.All {
		delete(o.seats, d.Seat)
		return
	}
	o.seats[d.Seat] = slices.DeleteFunc(o.seats[d.Seat], func(e *epochKeys) bool { return e.epoch < d.Before })
}

// Open decrypts a frame that is said to be of this sender and kind. ErrNoKey
// when there is no key of that name: it may be on its way.
func (o *Opener) Open(sender SeatID, kind Kind, frame []byte) ([]byte, error) {
	clear, sealed, header, ok := splitFrame(kind, frame)
	if !ok {
		return nil, ErrRefused
	}
	out := append(make([]byte, 0, len(clear)+len(sealed)), clear...)
	return o.open(out, sender, kind, sealed, header, clear)
}

// OpenText decrypts a chat message.
func (o *Opener) OpenText(sender SeatID, kind Kind, message []byte) (string, error) {
	sealed, header, ok := splitSealed(message)
	if !ok {
		return "", ErrRefused
	}
	text, err := o.open(nil, sender, kind, sealed, header, nil)
	return string(text), err
}

func (o *Opener) open(to []byte, sender SeatID, kind Kind, sealed, header, clear []byte) ([]byte, error) {
	kid, ctr, ok := parseHeader(header)
	if !ok || kind >= kinds || kindOf(kid) != kind {
		return nil, ErrRefused
	}
	err := ErrNoKey
	aad := metadata(header, kind, sender, clear)
	for _, e := range o.seats[sender] {
		if e.keys[kind] == nil || keyID(sender, e.epoch, kind) != kid {
			continue
		}
		err = ErrRefused
		plain, failed := e.keys[kind].open(to, ctr, sealed, aad)
		if failed != nil || !e.windows[kind].fresh(ctr) {
			continue
		}
		e.windows[kind].mark(ctr)
		return plain, nil
	}
	return nil, err
}

package e2ee

import (
	"errors"
	"math"
)

// ErrNoKey: there is no key to seal or open with. Nothing may be sent or shown.
var ErrNoKey = errors.New("e2ee: no key")

// Sealer encrypts what this seat sends. It belongs to one goroutine.
type Sealer struct {
	seat SeatID
	keys [kinds]*sframeKey
	kids [kinds]uint64
	// next counts everything that this seat ever sealed, over all kinds and
	// keys: no nonce can come twice.
	next uint64
}

// NewSealer makes a sealer that has no key yet.
func NewSealer(seat SeatID) *Sealer { return &Sealer{seat: seat} }

// Use makes all that follows be sealed with the keys of an epoch.
func (s *Sealer) Use(k UseKey) error {
	var keys [kinds]*sframeKey
	var kids [kinds]uint64
	for kind := range Kind(kinds) {
		base := k.Key[:]
		if kind == PrivateChat {
			base = k.Private[:]
		}
		kids[kind] = keyID(s.seat, k.Epoch, kind)
		key, err := deriveSFrame(base, kids[kind])
		if err != nil {
			return err
		}
		keys[kind] = key
	}
	s.keys, s.kids = keys, kids
	return nil
}

// Seal encrypts one frame: clear ‖ ciphertext ‖ header ‖ length of the header
// (§8.3). It adds at most 16 + 17 + 1 octets. ErrRefused if it is no frame of
// that kind.
func (s *Sealer) Seal(kind Kind, frame []byte) ([]byte, error) {
	n := clearSize(kind, frame)
	if n > len(frame) {
		return nil, ErrRefused
	}
	header, ctr, err := s.header(kind)
	if err != nil {
		return nil, err
	}
	out := make([]byte, n, len(frame)+tagSize+len(header)+1)
	copy(out, frame)
	out = s.keys[kind].seal(out, ctr, frame[n:], metadata(header, kind, s.seat, frame[:n]))
	return append(append(out, header...), byte(len(header))), nil
}

// SealText encrypts a chat message: header ‖ ciphertext (§9).
func (s *Sealer) SealText(kind Kind, text string) ([]byte, error) {
	header, ctr, err := s.header(kind)
	if err != nil {
		return nil, err
	}
	return s.keys[kind].seal(header, ctr, []byte(text), metadata(header, kind, s.seat, nil)), nil
}

func (s *Sealer) header(kind Kind) ([]byte, uint64, error) {
	if kind >= kinds || s.keys[kind] == nil || s.next == math.MaxUint64 {
		return nil, 0, ErrNoKey
	}
	ctr := s.next
	s.next++
	return appendHeader(make([]byte, 0, maxHeader), s.kids[kind], ctr), ctr, nil
}

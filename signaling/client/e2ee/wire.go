package e2ee

import (
	"encoding/binary"
	"errors"
)

// errMalformed is the one error of all parsers in this package: whoever sent
// it learns nothing more.
var errMalformed = errors.New("e2ee: malformed")

// lp is a string with its length in one octet before it, as transcripts have it
// (§2). Strings in transcripts are identifiers of at most 255 octets.
func lp(s string) []byte { return append([]byte{byte(len(s))}, s...) }

func cat(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func be32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
func be64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// reader takes fields from the front of a message. After the first field that
// does not fit, everything it returns is zero and done reports the failure.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) take(n int) []byte {
	if r.bad || n > len(r.rest) {
		r.bad = true
		return make([]byte, n)
	}
	field := r.rest[:n:n]
	r.rest = r.rest[n:]
	return field
}

func (r *reader) octet() byte    { return r.take(1)[0] }
func (r *reader) uint16() uint16 { return binary.BigEndian.Uint16(r.take(2)) }
func (r *reader) uint32() uint32 { return binary.BigEndian.Uint32(r.take(4)) }
func (r *reader) uint64() uint64 { return binary.BigEndian.Uint64(r.take(8)) }
func (r *reader) text() string   { return string(r.take(int(r.octet()))) }
func (r *reader) array32() (a [32]byte) {
	copy(a[:], r.take(32))
	return a
}

// done reports an error unless all was read and all fitted.
func (r *reader) done() error {
	if r.bad || len(r.rest) != 0 {
		return errMalformed
	}
	return nil
}

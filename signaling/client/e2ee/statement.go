package e2ee

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/hmac"
	"slices"
)

// maxEntries bounds a statement; a box must hold it.
const maxEntries = 256

// flagClear says in a statement that a host allowed sending without encryption.
const flagClear = 0x01

// entry is one seat that a host vouches for.
type entry struct {
	seat SeatID
	role Role
}

// statement is a host's signed word on who is in the room (§6). The newest one
// of any trusted host is the whole truth.
type statement struct {
	serial  uint64
	key     []byte // the signing host's seat key
	clear   bool
	entries []entry // sorted by seat
	raw     []byte
}

func statementText(session string, body []byte) []byte {
	return cat([]byte("anteroom-e2ee-v1 statement"), lp(session), body)
}

// issue signs a statement; authKey, when hosts share a secret, is
// HostSecret.statementKey.
func issue(session string, seat *ecdsa.PrivateKey, s statement, authKey []byte) (*statement, error) {
	slices.SortFunc(s.entries, func(a, b entry) int { return bytes.Compare(a.seat[:], b.seat[:]) })
	flags := byte(0)
	if s.clear {
		flags = flagClear
	}
	body := cat([]byte{version, flags}, be64(s.serial), s.key, []byte{byte(len(s.entries) >> 8), byte(len(s.entries))})
	for _, e := range s.entries {
		body = append(append(body, e.seat[:]...), byte(e.role))
	}
	text := statementText(session, body)
	signature, err := sign(seat, text)
	if err != nil {
		return nil, err
	}
	authenticator := make([]byte, 32)
	if authKey != nil {
		authenticator = mac(authKey, text)
	}
	s.raw = cat(body, authenticator, signature)
	return &s, nil
}

// parseStatement reads a statement and checks its form and signature, not
// whether its signer is to be trusted.
func parseStatement(session string, raw []byte) (*statement, error) {
	r := &reader{rest: raw}
	v, flags := r.octet(), r.octet()
	s := &statement{serial: r.uint64(), key: r.take(pointSize), clear: flags&flagClear != 0, raw: raw}
	count := int(r.uint16())
	if r.bad || v != version || flags&^flagClear != 0 || count > maxEntries {
		return nil, errMalformed
	}
	for range count {
		s.entries = append(s.entries, entry{seat: SeatID(r.take(16)), role: Role(r.octet())})
	}
	body := raw[:len(raw)-len(r.rest)]
	r.take(32) // the authenticator, which provesHost checks
	signature := r.take(signatureSize)
	if r.done() != nil || !s.ordered() || !verify(s.key, statementText(session, body), signature) {
		return nil, errMalformed
	}
	return s, nil
}

func (s *statement) ordered() bool {
	for i, e := range s.entries {
		if e.role > Host || i > 0 && bytes.Compare(s.entries[i-1].seat[:], e.seat[:]) >= 0 {
			return false
		}
	}
	return true
}

// provesHost reports whether a holder of the host secret made the statement.
func (s *statement) provesHost(session string, authKey []byte) bool {
	end := len(s.raw) - signatureSize
	return hmac.Equal(s.raw[end-32:end], mac(authKey, statementText(session, s.raw[:end-32])))
}

// role is what the statement says of a seat; not ok when it says nothing.
func (s *statement) role(seat SeatID) (Role, bool) {
	if s == nil {
		return 0, false
	}
	for _, e := range s.entries {
		if e.seat == seat {
			return e.role, true
		}
	}
	return 0, false
}

// newer orders statements: by serial, and of two with the same serial by signer.
func (s *statement) newer(than *statement) bool {
	if than == nil || s.serial != than.serial {
		return than == nil || s.serial > than.serial
	}
	return bytes.Compare(s.raw, than.raw) > 0
}

package e2ee

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
)

// member is one page load of one seat in a circle of people who exchange keys.
type member struct {
	seat SeatID
	role Role
	key  []byte
	dh   []byte
}

func sortMembers(all []member) {
	slices.SortFunc(all, func(a, b member) int { return bytes.Compare(a.seat[:], b.seat[:]) })
}

// membersHash names a circle: who is in it, as what, with which keys (§7.1).
func membersHash(session string, all []member) [32]byte {
	h := sha256.New()
	h.Write(cat([]byte("anteroom-e2ee-v1 members"), lp(session), []byte{byte(len(all) >> 8), byte(len(all))}))
	for _, m := range all {
		h.Write(cat([]byte{byte(m.role)}, m.key, m.dh))
	}
	return [32]byte(h.Sum(nil))
}

// commitment binds a seat to its part of the code before it knows the others'.
func commitment(session string, members [32]byte, epoch uint32, seat SeatID, nonce [32]byte) [32]byte {
	return sha256.Sum256(cat([]byte("anteroom-e2ee-v1 commit"), lp(session), members[:], be32(epoch), seat[:], nonce[:]))
}

// roundHash names what everybody committed to, in the order of members.
func roundHash(members [32]byte, epoch uint32, commits [][32]byte) [32]byte {
	text := cat([]byte("anteroom-e2ee-v1 round"), members[:], be32(epoch))
	for _, c := range commits {
		text = append(text, c[:]...)
	}
	return sha256.Sum256(text)
}

// safetyCode is the six digits of a round whose nonces are all revealed.
func safetyCode(round [32]byte, nonces [][32]byte) string {
	text := cat([]byte("anteroom-e2ee-v1 code"), round[:])
	for _, n := range nonces {
		text = append(text, n[:]...)
	}
	sum := sha256.Sum256(text)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(sum[:8])%1_000_000)
}

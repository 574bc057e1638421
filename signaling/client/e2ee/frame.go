package e2ee

// Kind is what a frame belongs to. It is part of the key's name, of the key and
// of what is authenticated, so that no frame passes for one of another kind.
type Kind byte

// The kinds (§8.2).
const (
	Audio       Kind = 0
	Camera      Kind = 1
	Screen      Kind = 2
	Chat        Kind = 3
	PrivateChat Kind = 4 // to hosts only, under a key that only hosts have

	kinds = 5
)

// keyID is the KID of a sender's key for one kind (§8.2): 16 bits of the seat's
// name, 5 of the epoch, 3 of the kind.
func keyID(sender SeatID, epoch uint32, kind Kind) uint64 {
	return uint64(sender[0])<<16 | uint64(sender[1])<<8 | uint64(epoch&31)<<3 | uint64(kind)
}

func kindOf(kid uint64) Kind { return Kind(kid & 7) }

// clearSize is how many octets of a frame stay readable (§8.3): what a gateway
// and a packetizer need of VP8, nothing of sound. It depends only on octets that
// are clear themselves, so that both sides agree. It may be more than a frame
// has: then it is no VP8.
func clearSize(kind Kind, frame []byte) int {
	switch {
	case kind != Camera && kind != Screen:
		return 0
	case len(frame) > 0 && frame[0]&1 == 0:
		return 10 // RFC 6386 §9.1: a key frame's tag, start code and dimensions
	}
	return 3 // frame tag
}

// metadata is what is authenticated beside the header: kind, sender and the
// clear octets.
func metadata(header []byte, kind Kind, sender SeatID, clear []byte) []byte {
	out := make([]byte, 0, len(header)+1+len(sender)+len(clear))
	out = append(out, header...)
	out = append(out, byte(kind))
	out = append(out, sender[:]...)
	return append(out, clear...)
}

// splitFrame finds the parts of a sealed frame: clear ‖ ciphertext ‖ header ‖
// length of the header.
func splitFrame(kind Kind, frame []byte) (clear, sealed, header []byte, ok bool) {
	if len(frame) < 2 {
		return nil, nil, nil, false
	}
	size := int(frame[len(frame)-1])
	end := len(frame) - 1 - size
	if size < 1 || size > maxHeader || end < tagSize {
		return nil, nil, nil, false
	}
	n := clearSize(kind, frame[:end])
	if end-n < tagSize {
		return nil, nil, nil, false
	}
	return frame[:n], frame[n:end], frame[end : len(frame)-1], true
}

// splitSealed finds the parts of a sealed message, which has the header in
// front as RFC 9605 §4.2 has it.
func splitSealed(message []byte) (sealed, header []byte, ok bool) {
	if len(message) == 0 {
		return nil, nil, false
	}
	size := 1
	for _, half := range []byte{message[0] >> 4, message[0] & 0x0f} {
		if half >= 8 {
			size += int(half&7) + 1
		}
	}
	if len(message) < size+tagSize {
		return nil, nil, false
	}
	return message[size:], message[:size], true
}

package e2ee

import (
	"bytes"
	"errors"
	"testing"
)

// ends is a sender and a receiver that share a key.
func ends(t testing.TB) (SeatID, *Sealer, *Opener) {
	t.Helper()
	seat := SeatID{1, 2, 3}
	s, o := NewSealer(seat), NewOpener()
	if err := s.Use(UseKey{Epoch: 1, Key: [32]byte{1}, Private: [32]byte{2}}); err != nil {
		t.Fatal(err)
	}
	if err := o.Add(AddKey{Seat: seat, Epoch: 1, Key: [32]byte{1}}); err != nil {
		t.Fatal(err)
	}
	return seat, s, o
}

func sealed(t testing.TB, s *Sealer, kind Kind, frame []byte) []byte {
	t.Helper()
	out, err := s.Seal(kind, frame)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func refused(t *testing.T, what string, o *Opener, seat SeatID, kind Kind, frame []byte) {
	t.Helper()
	if plain, err := o.Open(seat, kind, frame); err == nil {
		t.Errorf("%s: opened to %x", what, plain)
	}
}

func deltaFrame() []byte { return append([]byte{0x31, 0x02, 0x00}, bytes.Repeat([]byte{7}, 50)...) }

func TestNoFrameOpensWithoutItsKey(t *testing.T) {
	seat, s, _ := ends(t)
	frame := sealed(t, s, Camera, deltaFrame())
	if _, err := NewOpener().Open(seat, Camera, frame); !errors.Is(err, ErrNoKey) {
		t.Errorf("without a key: %v", err)
	}
	wrong := NewOpener()
	if err := wrong.Add(AddKey{Seat: seat, Epoch: 1, Key: [32]byte{9}}); err != nil {
		t.Fatal(err)
	}
	if _, err := wrong.Open(seat, Camera, frame); !errors.Is(err, ErrRefused) {
		t.Errorf("with a wrong key: %v", err)
	}
	if _, err := NewSealer(seat).Seal(Audio, []byte("x")); !errors.Is(err, ErrNoKey) {
		t.Errorf("sealing without a key: %v", err)
	}
}

func TestEveryOctetIsAuthenticated(t *testing.T) {
	seat, s, o := ends(t)
	frame := sealed(t, s, Camera, deltaFrame())
	for i := range frame {
		for bit := range 8 {
			flipped := bytes.Clone(frame)
			flipped[i] ^= 1 << bit
			refused(t, "flipped", o, seat, Camera, flipped)
		}
		refused(t, "cut", o, seat, Camera, frame[:i])
	}
	if _, err := o.Open(seat, Camera, frame); err != nil {
		t.Errorf("the frame itself: %v", err)
	}
}

func TestReplayIsRefused(t *testing.T) {
	seat, s, o := ends(t)
	var frames [][]byte
	for range windowSize + 2 {
		frames = append(frames, sealed(t, s, Audio, []byte("sound")))
	}
	for _, i := range []int{0, 5, 3, 4} {
		if _, err := o.Open(seat, Audio, frames[i]); err != nil {
			t.Errorf("frame %d: %v", i, err)
		}
	}
	refused(t, "again", o, seat, Audio, frames[3])
	refused(t, "the first again", o, seat, Audio, frames[0])
	if _, err := o.Open(seat, Audio, frames[windowSize+1]); err != nil {
		t.Error(err)
	}
	refused(t, "older than the window", o, seat, Audio, frames[1])
	if _, err := o.Open(seat, Audio, frames[2]); err != nil {
		t.Errorf("just within the window: %v", err)
	}
	refused(t, "again after the window moved", o, seat, Audio, frames[5])
	if err := o.Add(AddKey{Seat: seat, Epoch: 1, Key: [32]byte{1}}); err != nil {
		t.Fatal(err)
	}
	refused(t, "again after the key came again", o, seat, Audio, frames[5])
}

func TestFramesOfOneStreamAreNoneOfAnother(t *testing.T) {
	seat, s, o := ends(t)
	other := SeatID{1, 2, 4} // the same first octets, so the same key names
	if err := o.Add(AddKey{Seat: other, Epoch: 1, Key: [32]byte{1}}); err != nil {
		t.Fatal(err)
	}
	frame := sealed(t, s, Camera, deltaFrame())
	refused(t, "camera as screen", o, seat, Screen, frame)
	refused(t, "camera as sound", o, seat, Audio, frame)
	refused(t, "another's camera, even under the same key", o, other, Camera, frame)
	if _, err := o.Open(seat, Camera, frame); err != nil {
		t.Error(err)
	}
}

func TestCountersAreSharedByAllStreams(t *testing.T) {
	seat, s, o := ends(t)
	seen := map[uint64]bool{}
	for range 20 {
		for _, kind := range []Kind{Audio, Camera, Screen} {
			frame := sealed(t, s, kind, deltaFrame())
			_, _, header, _ := splitFrame(kind, frame)
			_, ctr, _ := parseHeader(header)
			if seen[ctr] {
				t.Fatalf("counter %d twice", ctr)
			}
			seen[ctr] = true
			if _, err := o.Open(seat, kind, frame); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Use(UseKey{Epoch: 2}); err != nil {
		t.Fatal(err)
	}
	_, _, header, _ := splitFrame(Audio, sealed(t, s, Audio, nil))
	if _, ctr, _ := parseHeader(header); seen[ctr] {
		t.Error("a new key began to count anew")
	}
}

func TestAReusedCounterIsRefused(t *testing.T) {
	seat, s, o := ends(t)
	if _, err := o.Open(seat, Audio, sealed(t, s, Audio, []byte("one"))); err != nil {
		t.Fatal(err)
	}
	s.next = 0 // a broken or hostile sender
	refused(t, "reused counter", o, seat, Audio, sealed(t, s, Audio, []byte("two")))
}

func TestPrivateChatNeedsTheHostsKey(t *testing.T) {
	seat, s, guest := ends(t)
	host := NewOpener()
	if err := host.Add(AddKey{Seat: seat, Epoch: 1, Key: [32]byte{1}, Private: bytes.Repeat([]byte{0}, 32)}); err != nil {
		t.Fatal(err)
	}
	message, err := s.SealText(PrivateChat, "to the hosts")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := guest.OpenText(seat, PrivateChat, message); err == nil {
		t.Errorf("a guest reads %q", text)
	}
	if text, err := guest.OpenText(seat, Chat, message); err == nil {
		t.Errorf("as open chat a guest reads %q", text)
	}
	if _, err := host.OpenText(seat, PrivateChat, message); err == nil {
		t.Error("a host with the wrong private key reads it")
	}
	host.Drop(DropKeys{Seat: seat, All: true})
	private := [32]byte{2}
	if err := host.Add(AddKey{Seat: seat, Epoch: 1, Key: [32]byte{1}, Private: private[:]}); err != nil {
		t.Fatal(err)
	}
	if text, err := host.OpenText(seat, PrivateChat, message); err != nil || text != "to the hosts" {
		t.Errorf("the host reads %q, %v", text, err)
	}
}

func TestTheClearPartIsWhatTheGatewayNeeds(t *testing.T) {
	_, s, _ := ends(t)
	key := append([]byte{0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01}, bytes.Repeat([]byte{0xaa}, 40)...)
	for _, c := range []struct {
		kind  Kind
		frame []byte
		clear int
	}{{Camera, key, 10}, {Screen, key, 10}, {Camera, deltaFrame(), 3}, {Audio, bytes.Repeat([]byte{0xaa}, 40), 0}} {
		out := sealed(t, s, c.kind, c.frame)
		if !bytes.Equal(out[:c.clear], c.frame[:c.clear]) || bytes.Contains(out[c.clear:], c.frame[len(c.frame)-8:]) {
			t.Errorf("kind %d: %x", c.kind, out)
		}
		if over := len(out) - len(c.frame); over > 25 {
			t.Errorf("kind %d: %d octets more", c.kind, over)
		}
	}
	if _, err := s.Seal(Camera, key[:9]); !errors.Is(err, ErrRefused) {
		t.Errorf("a frame that is shorter than its clear part: %v", err)
	}
}

func BenchmarkSeal(b *testing.B) {
	benchmark(b, func(s *Sealer, _ *Opener, frame []byte) { _, _ = s.Seal(Camera, frame) })
}

func BenchmarkSealAndOpen(b *testing.B) {
	benchmark(b, func(s *Sealer, o *Opener, frame []byte) {
		out, _ := s.Seal(Camera, frame)
		if _, err := o.Open(s.seat, Camera, out); err != nil {
			b.Fatal(err)
		}
	})
}

func benchmark(b *testing.B, work func(*Sealer, *Opener, []byte)) {
	_, s, o := ends(b)
	frame := append([]byte{0x31, 0x02, 0x00}, make([]byte, 4000)...)
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		work(s, o, frame)
	}
}

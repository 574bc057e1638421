package signaling

import (
	"context"
	"testing"
	"time"

	"github.com/pion/rtp"

	"anteroom/signaling/client"
)

// pump sends sound, picture and screen as a browser would, 50 packets a second
// each, until the test ends.
func pump(t *testing.T, m *client.Media) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for n := uint16(1); ; n++ {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				sendOne(m, n)
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
}

func sendOne(m *client.Media, n uint16) {
	packet := func(payload ...byte) *rtp.Packet {
		return &rtp.Packet{Header: rtp.Header{SequenceNumber: n, Timestamp: uint32(n) * 960, Marker: true}, Payload: payload}
	}
	_ = m.Track(client.Audio).WriteRTP(packet(0xfc, 1, 2, 3))
	// A VP8 key frame of one packet: descriptor, frame tag, start code, size.
	frame := packet(0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0)
	_ = m.Track(client.Screen).WriteRTP(frame)
	for _, layer := range m.Layers() {
		_ = layer.WriteRTP(frame)
	}
}

// publishing is somebody who sends and receives.
type publishing struct {
	person
	media *client.Media
}

func (m *meeting) publish(p person, o client.MediaOptions) publishing {
	m.t.Helper()
	if o.Engine == nil {
		o.Engine = m.engine
	}
	if o.Audio == 0 {
		o.Audio, o.Video = 2, 4
	}
	media := must[*client.Media](m.t)(p.Publish(within(m.t), o))
	m.t.Cleanup(media.Close)
	ok(m.t, media.WaitConnected(within(m.t)))
	pump(m.t, media)
	ok(m.t, p.Send(within(m.t), true, true, true))
	return publishing{p, media}
}

// hears waits until a few packets of that kind have come from somebody.
func (m *meeting) hears(who publishing, from person, kind client.Kind) {
	m.t.Helper()
	if err := who.media.WaitPackets(within(m.t), from.seat.ID, kind, 5); err != nil {
		m.t.Fatalf("no %s: %v", kind, err)
	}
}

// silent checks that nothing of that kind comes from somebody, for as long as
// some other stream takes to bring ten packets.
func (m *meeting) silent(who publishing, from person, kind client.Kind, meanwhile func(n uint64) error) {
	m.t.Helper()
	ok(m.t, meanwhile(5)) // what was on its way has come
	before := who.media.Packets(from.seat.ID, kind)
	ok(m.t, meanwhile(10))
	if n := who.media.Packets(from.seat.ID, kind) - before; n > 0 {
		m.t.Errorf("%d packets of %s came", n, kind)
	}
}

// counting waits for packets, for silent.
func (m *meeting) counting(who publishing, from person, kind client.Kind) func(uint64) error {
	return func(n uint64) error { return who.media.WaitPackets(within(m.t), from.seat.ID, kind, n) }
}

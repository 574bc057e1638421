package client

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// lane is who is on a receiving section, with that person's count of packets.
type lane struct {
	slot  Slot
	count *atomic.Uint64
}

// laneTable is immutable; by mid.
type laneTable map[string]lane

// take takes in the newest list of slots, and offers more sections if the
// server wants them. (Should that offer fail, the server says so again with its
// next list.)
func (m *Media) take(message *slotsMessage) {
	if message.PC != m.pc {
		return
	}
	m.state.update(func() {
		table := laneTable{}
		for _, slot := range message.Slots {
			table[slot.Mid] = lane{slot, m.countLocked(slot.Seat, slot.Kind)}
		}
		m.slots = message.Slots
		m.lanes.Store(&table)
	})
	if want := message.Wanted; want != nil && !m.options.Fixed {
		m.begin(func() { _ = m.Grow(m.life, want.Audio, want.Video) })
	}
}

func (m *Media) countLocked(seat string, kind Kind) *atomic.Uint64 {
	key := Slot{Seat: seat, Kind: kind}
	if m.counts[key] == nil {
		m.counts[key] = new(atomic.Uint64)
	}
	return m.counts[key]
}

// receive reads one section until the connection ends.
func (m *Media) receive(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	m.begin(func() {
		mid := receiver.RTPTransceiver().Mid()
		buffer := make([]byte, 1500)
		var packet rtp.Packet
		for {
			n, _, err := track.Read(buffer)
			if err != nil {
				return
			}
			if packet.Unmarshal(buffer[:n]) == nil {
				m.received(mid, &packet)
			}
		}
	})
}

func (m *Media) received(mid string, p *rtp.Packet) {
	at, ok := (*m.lanes.Load())[mid]
	if ok {
		at.count.Add(1)
	}
	if m.options.OnPacket != nil {
		at.slot.Mid = mid
		m.options.OnPacket(at.slot, p)
	}
	if m.waiting.Load() > 0 {
		m.state.update(func() {})
	}
}

// Slots is who is on which receiving section.
func (m *Media) Slots() []Slot {
	m.state.mu.Lock()
	defer m.state.mu.Unlock()
	return slices.Clone(m.slots)
}

// WaitSlots waits until ok accepts the list of slots.
func (m *Media) WaitSlots(ctx context.Context, ok func([]Slot) bool) error {
	return m.state.wait(ctx, func() bool { return ok(slices.Clone(m.slots)) })
}

// Packets is how many packets came from a seat.
func (m *Media) Packets(seat string, kind Kind) uint64 {
	m.state.mu.Lock()
	defer m.state.mu.Unlock()
	return m.countLocked(seat, kind).Load()
}

// WaitPackets waits until that many more packets have come from a seat.
func (m *Media) WaitPackets(ctx context.Context, seat string, kind Kind, more uint64) error {
	m.waiting.Add(1)
	defer m.waiting.Add(-1)
	until := m.Packets(seat, kind) + more
	return m.state.wait(ctx, func() bool { return m.countLocked(seat, kind).Load() >= until })
}

// AskKeyFrame asks for a key frame of everything that is received.
func (m *Media) AskKeyFrame() error {
	var ask []rtcp.Packet
	for _, section := range m.peer.GetTransceivers() {
		receiver := section.Receiver()
		if section.Kind() != webrtc.RTPCodecTypeVideo || receiver == nil {
			continue
		}
		for _, track := range receiver.Tracks() {
			ask = append(ask, &rtcp.PictureLossIndication{MediaSSRC: uint32(track.SSRC())})
		}
	}
	if len(ask) == 0 {
		return nil
	}
	return m.peer.WriteRTCP(ask)
}

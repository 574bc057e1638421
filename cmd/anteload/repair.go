//go:build linux

package main

import (
	"encoding/binary"

	"github.com/pion/rtcp"
)

// repair is what a browser does against loss: it asks again for packets of
// picture that are missing (RFC 4585 §6.2.1) and knows what comes again (RFC
// 4588). Sound is not asked for. Owned by the loop.
type repair struct {
	streams map[uint32]*arrivals // by SSRC
	carrier map[origin]uint32    // the SSRC on which somebody's stream comes
}

// origin is whose stream a packet belongs to, as its stamp says.
type origin struct {
	sender uint32
	kind   kind
}

func newRepair() *repair {
	return &repair{streams: map[uint32]*arrivals{}, carrier: map[origin]uint32{}}
}

// take notes a packet and reports whether it is new, and what to ask for now. A
// packet that comes again gets the header of the one it repeats.
func (r *repair) take(h *header, payload []byte, s stamp) (fresh bool, ask []uint16) {
	from := origin{s.sender, s.kind}
	if h.payloadType == rtxType {
		if len(payload) < 2+stampSize || r.carrier[from] == 0 {
			return false, nil
		}
		h.payloadType, h.ssrc, h.sequence = vp8Type, r.carrier[from], binary.BigEndian.Uint16(payload)
	}
	a := r.streams[h.ssrc]
	if a == nil {
		a = &arrivals{}
		r.streams[h.ssrc] = a
	}
	r.carrier[from] = h.ssrc
	fresh, gap := a.take(h.sequence)
	if !gap || s.kind != camera {
		return fresh, nil
	}
	return fresh, a.ask()
}

// again lists, stream by stream, what has been asked for and has not come.
func (r *repair) again(yield func(ssrc uint32, sequences []uint16) bool) {
	for from, ssrc := range r.carrier {
		if from.kind == camera && !yield(ssrc, r.streams[ssrc].ask()) {
			return
		}
	}
}

// ask asks for packets.
func (c *control) ask(e *endpoint, ssrc uint32, sequences []uint16) {
	if len(sequences) == 0 {
		return
	}
	c.send(e, []rtcp.Packet{&rtcp.TransportLayerNack{
		SenderSSRC: c.ssrc, MediaSSRC: ssrc, Nacks: rtcp.NackPairsFromSequenceNumbers(sequences),
	}})
}

// history is the newest packets of a picture, to be sent again. Owned by the
// loop.
type history struct {
	ssrc     uint32 // of what is sent again
	sequence uint16 // of the next that is sent again
	kept     [arrivalWindow]sentPacket
	payload  [maxDatagram]byte // scratch
}

type sentPacket struct {
	header  header
	payload []byte
}

func (h *history) keep(sent header, payload []byte) {
	k := &h.kept[sent.sequence%arrivalWindow]
	k.header, k.payload = sent, append(k.payload[:0], payload...)
}

// again makes the packet that repeats another; ok is false when that is gone.
// The payload is good until the next call.
func (h *history) again(sequence uint16) (out header, payload []byte, ok bool) {
	k := &h.kept[sequence%arrivalWindow]
	if k.payload == nil || k.header.sequence != sequence {
		return header{}, nil, false
	}
	out = k.header
	out.payloadType, out.ssrc, out.sequence = rtxType, h.ssrc, h.sequence
	h.sequence++
	payload = binary.BigEndian.AppendUint16(h.payload[:0], sequence)
	return out, append(payload, k.payload...), true
}

// resend sends again what the server asks for.
func (e *endpoint) resend(p *rtcp.TransportLayerNack) {
	for _, s := range e.streams {
		if s.history == nil || s.ssrc != p.MediaSSRC {
			continue
		}
		for _, pair := range p.Nacks {
			for _, sequence := range pair.PacketList() {
				if h, payload, ok := s.history.again(sequence); ok {
					e.loop.tally.wentAgain(e.put(h, payload))
				}
			}
		}
	}
}

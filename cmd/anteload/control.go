//go:build linux

package main

import (
	"time"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
	"github.com/pion/srtp/v3"
)

const (
	feedbackEvery = 100 * time.Millisecond
	reportEvery   = time.Second
	askEvery      = 200 * time.Millisecond // for a key frame that is missing
	maxReports    = 31                     // in one packet
)

// control is what a browser says beside its media: which packets arrived when
// (transport-wide congestion control), receiver reports and sender reports; and
// it hears requests for key frames. Owned by the loop.
type control struct {
	in, out  *srtp.Context
	sent     uint16 // transport-wide number of the next packet
	recorder *twcc.Recorder
	fresh    bool // something arrived since the last feedback
	highest  map[uint32]*reception
	repair   *repair // on a bad line; nil on a good one
	ssrc     uint32
}

// reception is what is reported of one incoming stream.
type reception struct {
	highest uint16
	cycles  uint32
	keyed   bool // a key frame came: it can be shown
	asked   time.Duration
}

func newControl(in, out *srtp.Context, ssrc uint32) *control {
	return &control{in: in, out: out, recorder: twcc.NewRecorder(ssrc), highest: map[uint32]*reception{}, ssrc: ssrc}
}

func (c *control) number() uint16 {
	c.sent++
	return c.sent - 1
}

func (c *control) start(e *endpoint) []*task {
	now := e.loop.now()
	return []*task{
		e.loop.repeat(now+feedbackEvery, feedbackEvery, false, func(time.Duration) { c.feedback(e) }),
		e.loop.repeat(now+reportEvery, reportEvery, false, func(now time.Duration) { c.report(e, now) }),
	}
}

func (c *control) arrived(h *header, now time.Duration) {
	if h.counted {
		c.recorder.Record(h.ssrc, h.twcc, now.Microseconds())
		c.fresh = true
	}
	r := c.highest[h.ssrc]
	if r == nil {
		c.highest[h.ssrc] = &reception{highest: h.sequence}
		return
	}
	if ahead := int16(h.sequence - r.highest); ahead > 0 {
		if h.sequence < r.highest {
			r.cycles += 1 << 16
		}
		r.highest = h.sequence
	}
}

// isNew reports whether a packet of media has not come before, and asks for those
// that it shows to be missing. On a good line nothing is asked for: what a
// gateway loses there is to be seen, not mended.
func (c *control) isNew(e *endpoint, h *header, payload []byte, s stamp) bool {
	if c.repair == nil {
		return h.payloadType != rtxType
	}
	fresh, missing := c.repair.take(h, payload, s)
	c.ask(e, h.ssrc, missing)
	return fresh
}

// shown asks for a key frame where a picture came without one: the first
// packets may come before the keys that open them.
func (c *control) shown(e *endpoint, h *header, key bool, now time.Duration) {
	r := c.highest[h.ssrc]
	if r.keyed = r.keyed || key; r.keyed || r.asked != 0 && now-r.asked < askEvery {
		return
	}
	r.asked = now
	c.send(e, []rtcp.Packet{&rtcp.PictureLossIndication{SenderSSRC: c.ssrc, MediaSSRC: h.ssrc}})
}

func (c *control) feedback(e *endpoint) {
	if c.fresh {
		c.fresh = false
		c.send(e, c.recorder.BuildFeedbackPacket())
	}
	if c.repair != nil {
		for ssrc, missing := range c.repair.again {
			c.ask(e, ssrc, missing)
		}
	}
}

func (c *control) report(e *endpoint, now time.Duration) {
	var all []rtcp.Packet
	for _, s := range e.streams {
		all = append(all, &rtcp.SenderReport{
			SSRC: s.ssrc, NTPTime: ntp(e.loop.epoch.Add(now)), RTPTime: s.timestamp,
			PacketCount: s.packets, OctetCount: s.octets,
		})
	}
	r := &rtcp.ReceiverReport{SSRC: c.ssrc}
	for ssrc, seen := range c.highest {
		if len(r.Reports) < maxReports {
			r.Reports = append(r.Reports, rtcp.ReceptionReport{SSRC: ssrc, LastSequenceNumber: seen.cycles | uint32(seen.highest)})
		}
	}
	if len(r.Reports) > 0 {
		all = append(all, r)
	}
	c.send(e, all)
}

// ntp is a time in the format of sender reports (RFC 3550 §4).
func ntp(t time.Time) uint64 {
	const before1970 = 2208988800
	return uint64(t.Unix()+before1970)<<32 | uint64(t.Nanosecond())<<32/1e9
}

func (c *control) send(e *endpoint, packets []rtcp.Packet) {
	if len(packets) == 0 {
		return
	}
	plain, err := rtcp.Marshal(packets)
	if err != nil {
		return
	}
	if sealed, err := c.out.EncryptRTCP(e.loop.sealed[:0], plain, nil); err == nil {
		_ = e.transmit(sealed)
	}
}

// receive takes a control packet: only requests for key frames, and for packets
// that were lost, matter.
func (c *control) receive(e *endpoint, b []byte) {
	plain, err := c.in.DecryptRTCP(e.loop.plain[:0], b, nil)
	if err != nil {
		e.loop.tally.garbage++
		return
	}
	packets, err := rtcp.Unmarshal(plain)
	if err != nil {
		return
	}
	for _, p := range packets {
		switch p := p.(type) {
		case *rtcp.TransportLayerNack:
			e.resend(p)
		case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
			for _, s := range e.streams {
				s.wantKey = s.wantKey || s.kind == camera
			}
		}
	}
}

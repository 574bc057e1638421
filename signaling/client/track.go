package client

import (
	"sync/atomic"

	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

// silent is the level of an audio track that is not told another: no sound.
const silent = 127

// Track is one stream that a Media sends: sound, screen, camera, or one layer
// of a camera with simulcast.
type Track struct {
	Kind Kind
	RID  string // of the layer; "" without simulcast

	local  *webrtc.TrackLocalStaticRTP
	level  atomic.Uint32
	header atomic.Pointer[trackHeader] // nil until negotiated
	packet rtp.Packet                  // scratch of the writing goroutine
	left   uint16                      // packets left out; owned by the writing goroutine
	rests  atomic.Bool                 // nobody watches it
}

// trackHeader is what goes into each packet beside what its writer put there.
type trackHeader struct {
	mid                 string
	midID, ridID, level uint8 // extension ids, 0 if not negotiated
}

func newTrack(kind Kind, rid string) (*Track, error) {
	codec := vp8()
	if kind == Audio {
		codec = opus()
	}
	var options []func(*webrtc.TrackLocalStaticRTP)
	if rid != "" {
		options = append(options, webrtc.WithRTPStreamID(rid))
	}
	local, err := webrtc.NewTrackLocalStaticRTP(codec, string(kind), "anteroom", options...)
	t := &Track{Kind: kind, RID: rid, local: local}
	t.level.Store(silent)
	return t, err
}

// SetLevel says how loud the sound is from now on: 0 is loudest, 127 silence, in
// -dBov (RFC 6464). It goes into each packet.
func (t *Track) SetLevel(level uint8) { t.level.Store(uint32(min(level, silent))) }

// WriteRTP sends a packet with the sequence number, timestamp, marker and
// payload given; SSRC, payload type and header extensions are filled in. Before
// the connection is up packets go nowhere, and so do those that nobody watches:
// the numbers of what is sent have no gap for them. p is not kept and not
// changed.
func (t *Track) WriteRTP(p *rtp.Packet) error {
	if t.rests.Load() {
		t.left++
		return nil
	}
	out := &t.packet
	out.Header = rtp.Header{
		Version: 2, Marker: p.Marker, SequenceNumber: p.SequenceNumber - t.left, Timestamp: p.Timestamp,
		ExtensionProfile: rtp.ExtensionProfileOneByte, Extensions: out.Extensions[:0],
	}
	out.Payload = p.Payload
	if h := t.header.Load(); h != nil {
		if err := t.extend(&out.Header, h); err != nil {
			return err
		}
	}
	return t.local.WriteRTP(out)
}

func (t *Track) extend(header *rtp.Header, h *trackHeader) error {
	if t.Kind == Audio && h.level != 0 {
		return header.SetExtension(h.level, []byte{byte(t.level.Load())})
	}
	if t.RID == "" || h.midID == 0 || h.ridID == 0 {
		return nil
	}
	if err := header.SetExtension(h.midID, []byte(h.mid)); err != nil {
		return err
	}
	return header.SetExtension(h.ridID, []byte(t.RID))
}

// negotiated takes over what was agreed on for the track's section.
func (t *Track) negotiated(tr *webrtc.RTPTransceiver) {
	h := &trackHeader{mid: tr.Mid()}
	for _, e := range tr.Sender().GetParameters().HeaderExtensions {
		switch e.URI {
		case sdp.SDESMidURI:
			h.midID = uint8(e.ID)
		case sdp.SDESRTPStreamIDURI:
			h.ridID = uint8(e.ID)
		case sdp.AudioLevelURI:
			h.level = uint8(e.ID)
		}
	}
	t.header.Store(h)
}

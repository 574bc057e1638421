package sfu

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// rawTrack is a door for RTP packets with any header.
type rawTrack struct{ bound chan webrtc.TrackLocalWriter }

func (r *rawTrack) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	r.bound <- c.WriteStream()
	return c.CodecParameters()[0], nil
}
func (r *rawTrack) Unbind(webrtc.TrackLocalContext) error { return nil }
func (r *rawTrack) ID() string                            { return "raw" }
func (r *rawTrack) RID() string                           { return "" }
func (r *rawTrack) StreamID() string                      { return "raw" }
func (r *rawTrack) Kind() webrtc.RTPCodecType             { return webrtc.RTPCodecTypeAudio }

// joinRaw joins a peer whose sound is sent through a raw door.
func joinRaw(t *testing.T, r *Room, seat string) (*testPeer, webrtc.TrackLocalWriter) {
	t.Helper()
	p := openPeer(t, r, seat, peerOptions{receive: true})
	raw := &rawTrack{bound: make(chan webrtc.TrackLocalWriter, 1)}
	tr, err := p.pc.AddTransceiverFromTrack(raw, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
	must(t, err)
	p.drain(tr.Sender())
	p.addSections(3)
	p.peer.Allow(true, true, true)
	p.peer.Join("in")
	p.negotiate()
	return p, <-raw.bound
}

// TestForgedSSRC: a client that sends with the SSRC of another, or with any
// number of others, changes nothing for anybody but itself.
func TestForgedSSRC(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 3})
	b := join(t, r, "b", "in", peerOptions{sections: 3})
	mallory, raw := joinRaw(t, r, "m")
	own := uint32(mallory.pc.GetSenders()[0].GetParameters().Encodings[0].SSRC)
	stolen := uint32(a.pc.GetSenders()[0].GetParameters().Encodings[0].SSRC)
	eventually(t, "b gets a", both(b, "a"))
	seq := uint16(0)
	send := func(ssrc uint32, text string) {
		seq++
		h := &rtp.Header{Version: 2, PayloadType: 111, SSRC: ssrc, SequenceNumber: seq, Timestamp: uint32(seq) * 960}
		_, err := raw.WriteRTP(h, []byte(text))
		must(t, err)
	}
	eventually(t, "b gets what mallory may send", func() bool {
		send(own, "m audio")
		return b.hears("m", Audio) > 3
	})
	before := n.Stats()
	for i := range uint32(3000) {
		send(stolen, "stolen audio")
		send(1_000_000+i, "strange audio")
	}
	b.forget()
	eventually(t, "mallory is still there", func() bool {
		send(own, "m audio")
		return b.hears("m", Audio) > 3
	})
	eventually(t, "b still gets a", both(b, "a"))
	if b.hears("stolen", Audio)+b.hears("strange", Audio) > 0 {
		t.Error("forged packets were forwarded")
	}
	if after := n.Stats(); after.Dropped-before.Dropped < 2000 {
		t.Errorf("%d of the forged packets dropped", after.Dropped-before.Dropped)
	}
}

// TestFlood: who sends far more than a camera needs is cut down, and nobody
// else notices.
func TestFlood(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 3})
	b := join(t, r, "b", "in", peerOptions{sections: 3})
	mallory, raw := joinRaw(t, r, "m")
	eventually(t, "mallory is connected", func() bool { return mallory.peer.link.Load().up.Load() })
	own := uint32(mallory.pc.GetSenders()[0].GetParameters().Encodings[0].SSRC)
	big := make([]byte, 1100)
	copy(big, "m audio ")
	before, begun := n.Stats(), time.Now()
	const sent = 5000 // 5.5 MB
	for i := range sent {
		h := &rtp.Header{Version: 2, PayloadType: 111, SSRC: own, SequenceNumber: uint16(i), Timestamp: uint32(i)}
		_, err := raw.WriteRTP(h, big)
		must(t, err)
	}
	a.forget()
	eventually(t, "a still gets b", both(a, "b"))
	eventually(t, "b still gets a", both(b, "a"))
	in, most := n.Stats().BytesIn-before.BytesIn, ingressBurst+ingressRate*(time.Since(begun).Seconds()+1)
	if float64(in) > most {
		t.Errorf("%d octets taken in, %.0f allowed", in, most)
	}
}

// TestPLIFlood: however often a receiver asks, the sender is asked now and
// then.
func TestPLIFlood(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	join(t, r, "a", "in", peerOptions{sections: 2})
	b := join(t, r, "b", "in", peerOptions{sections: 2})
	eventually(t, "b gets a", both(b, "a"))
	var ssrc uint32
	b.with(func() {
		for _, tr := range b.tracks {
			if tr.Kind() == webrtc.RTPCodecTypeVideo {
				ssrc = uint32(tr.SSRC())
			}
		}
	})
	before := n.Stats()
	for range 2000 {
		must(t, b.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}}))
	}
	b.forget()
	eventually(t, "b still gets a", func() bool { return b.hears("a", Camera) > 60 })
	after := n.Stats()
	if after.PLIsIn == before.PLIsIn {
		t.Error("no PLI arrived")
	}
	if asked := after.PLIsOut - before.PLIsOut; asked > 10 {
		t.Errorf("the sender was asked %d times", asked)
	}
}

// TestOffersThatAreRefused leave the peer as it was.
func TestOffersThatAreRefused(t *testing.T) {
	n := newTestNode(t)
	r := n.Room("r")
	a := join(t, r, "a", "in", peerOptions{sections: 2})
	join(t, r, "b", "in", peerOptions{sections: 2})
	eventually(t, "a gets b", both(a, "b"))
	good := a.pc.LocalDescription().SDP
	for name, sdp := range map[string]string{
		"nothing":             "",
		"another certificate": strings.Replace(good, line(good, "a=fingerprint:"), "a=fingerprint:sha-256 "+aFingerprint+"\r\n", 1),
		"fewer sections":      good[:strings.LastIndex(good, "m=")],
		"other mids":          strings.NewReplacer("a=mid:3\r", "a=mid:33\r", "BUNDLE 0 1 2 3", "BUNDLE 0 1 2 33").Replace(good),
		"a changed section":   strings.Replace(good, "a=recvonly", "a=sendonly", 1),
		"200 sections":        good + strings.Repeat("m=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=mid:x\r\n", 200),
	} {
		if _, err := a.peer.Offer(context.Background(), sdp); err == nil {
			t.Errorf("taken: %s", name)
		}
	}
	a.forget()
	eventually(t, "a still gets b", both(a, "b"))
}

// TestCandidatesAreIgnored: an offer that names another host makes the gateway
// send nothing to it.
func TestCandidatesAreIgnored(t *testing.T) {
	victim, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 9)})
	must(t, err)
	defer victim.Close()
	n := newTestNode(t)
	p, err := n.Room("r").Open("a", Events{})
	must(t, err)
	offer := strings.Replace(chromeOffer, "192.0.2.1 40000", strings.Replace(victim.LocalAddr().String(), ":", " ", 1), 1)
	_, err = p.Offer(context.Background(), offer)
	must(t, err)
	a := join(t, n.Room("r"), "b", "in", peerOptions{sections: 2})
	b := join(t, n.Room("r"), "c", "in", peerOptions{sections: 2})
	eventually(t, "others talk", both(a, "c"))
	eventually(t, "others talk", both(b, "b"))
	must(t, victim.SetReadDeadline(time.Now()))
	if k, _, err := victim.ReadFromUDP(make([]byte, 100)); err == nil {
		t.Errorf("%d octets to a host that a candidate named", k)
	}
}

// TestStrangersGetNoAnswer: without a transport's password nothing comes back.
func TestStrangersGetNoAnswer(t *testing.T) {
	n := newTestNode(t)
	a := join(t, n.Room("r"), "a", "in", peerOptions{sections: 1})
	join(t, n.Room("r"), "b", "in", peerOptions{sections: 1})
	eventually(t, "a gets b", both(a, "b"))
	c, err := net.Dial("udp", n.Addr().String())
	must(t, err)
	defer c.Close()
	before := n.Stats().Dropped
	junk := [][]byte{
		{0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
		append([]byte{0x80, 96}, make([]byte, 100)...),
		append([]byte{0x80, 200}, make([]byte, 100)...),
		append([]byte{22, 254, 253}, make([]byte, 100)...),
		make([]byte, 3), make([]byte, 9000), {0xff},
	}
	for _, j := range junk {
		_, err := c.Write(j)
		must(t, err)
	}
	eventually(t, "all dropped", func() bool { return n.Stats().Dropped >= before+uint64(len(junk)) })
	must(t, c.SetReadDeadline(time.Now()))
	if k, err := c.Read(make([]byte, 100)); err == nil {
		t.Errorf("%d octets to a stranger", k)
	}
	a.forget()
	eventually(t, "a still gets b", both(a, "b"))
}

// TestStrangersOnTCP: connections that prove nothing are closed.
func TestStrangersOnTCP(t *testing.T) {
	n := newTestNode(t)
	for _, frame := range []string{"\x00\x00", "\xff\xff", "GET / HTTP/1.1\r\n\r\n", "\x00\x14" + strings.Repeat("\x00", 20)} {
		c, err := net.Dial("tcp", n.Addr().String())
		must(t, err)
		_, err = c.Write([]byte(frame))
		must(t, err)
		if k, err := c.Read(make([]byte, 10)); err == nil {
			t.Errorf("%d octets to a stranger", k)
		}
		_ = c.Close()
	}
}

package sfu

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// testPeer is a real Pion client of a room: it sends packets whose payload says
// who sent them, and counts what it gets by section and sender.
type testPeer struct {
	t    *testing.T
	seat string
	peer *Peer
	pc   *webrtc.PeerConnection
	opts peerOptions

	mic          *webrtc.TrackLocalStaticRTP
	camera       []*webrtc.TrackLocalStaticRTP // one, or one for each rid
	cameraSender *webrtc.RTPSender
	screen       *webrtc.TrackLocalStaticRTP
	stop         chan struct{}
	done         sync.WaitGroup

	mu       sync.Mutex
	got      map[string]int // packets by "mid seat kind", then more by "… rid"
	last     map[string]time.Time
	slots    []Slot
	wanted   *Want
	events   int
	speakers []string
	reason   Reason
	layers   string // as last told
	quality  Quality
	plis     int
	tracks   map[string]*webrtc.TrackRemote // by mid
	packets  map[string][]rtp.Header        // by mid
	srs      []*rtcp.SenderReport
	mute     map[int]bool // simulcast layers not sent
	silent   bool
}

type peerOptions struct {
	sections int // receiving sections of each kind
	tcp      bool
	rids     []string
	screen   bool
	receive  bool // no own sections
	level    uint8
	network  *lossy
	line     *narrowLine   // between the client and the node
	sizes    []int         // octets of the frames of each layer
	every    time.Duration // between two packets of each kind; 20 ms when 0
}

func newTestNode(t *testing.T) *Node {
	t.Helper()
	n, err := New(Config{Address: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

// offered is a node with one peer that has made its offer.
func offered(t *testing.T) (*Node, *Peer) {
	t.Helper()
	n := newTestNode(t)
	p, err := n.Room("r").Open("a", Events{})
	must(t, err)
	_, err = p.Offer(t.Context(), chromeOffer)
	must(t, err)
	return n, p
}

// openPeer opens a seat and makes its client, without negotiating.
func openPeer(t *testing.T, r *Room, seat string, o peerOptions) *testPeer {
	t.Helper()
	p := &testPeer{
		t: t, seat: seat, opts: o, stop: make(chan struct{}), got: map[string]int{}, last: map[string]time.Time{},
		tracks: map[string]*webrtc.TrackRemote{}, packets: map[string][]rtp.Header{}, mute: map[int]bool{},
	}
	peer, err := r.Open(seat, p.eventFuncs())
	if err != nil {
		t.Fatal(err)
	}
	p.peer = peer
	p.pc = newTestConnection(t, o)
	p.pc.OnTrack(p.onTrack)
	if !o.receive {
		p.addOwn()
	}
	p.addSections(o.sections)
	t.Cleanup(p.close)
	return p
}

// join opens, allows everything, joins the circle, negotiates and sends.
func join(t *testing.T, r *Room, seat, circle string, o peerOptions) *testPeer {
	t.Helper()
	p := openPeer(t, r, seat, o)
	p.peer.Allow(true, true, true)
	p.peer.Join(circle)
	p.negotiate()
	p.start()
	return p
}

func (p *testPeer) eventFuncs() Events {
	return Events{
		Slots: func(want *Want, slots []Slot) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.slots, p.wanted = slots, want
			p.events++
		},
		Speakers: func(s []string) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.speakers = s
		},
		Layers:  func(camera, screen int) { p.with(func() { p.layers = fmt.Sprint(camera, screen) }) },
		Quality: func(q Quality) { p.with(func() { p.quality = q }) },
		Closed: func(r Reason) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.reason = r
		},
	}
}

func newTestConnection(t *testing.T, o peerOptions) *webrtc.PeerConnection {
	t.Helper()
	m := &webrtc.MediaEngine{}
	must(t, m.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1",
	}, PayloadType: 111}, webrtc.RTPCodecTypeAudio))
	must(t, m.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeVP8, ClockRate: 90000,
		RTCPFeedback: []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}, {Type: "ccm", Parameter: "fir"}},
	}, PayloadType: 96}, webrtc.RTPCodecTypeVideo))
	must(t, m.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=96",
	}, PayloadType: 97}, webrtc.RTPCodecTypeVideo))
	must(t, m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uriLevel}, webrtc.RTPCodecTypeAudio))
	reg := &interceptor.Registry{}
	if o.network != nil {
		reg.Add(o.network)
	}
	must(t, webrtc.RegisterDefaultInterceptors(m, reg))
	var e webrtc.SettingEngine
	e.SetIncludeLoopbackCandidate(true)
	e.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	e.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	if o.tcp {
		e.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeTCP4})
	}
	pc, err := webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithInterceptorRegistry(reg), webrtc.WithSettingEngine(e)).
		NewPeerConnection(webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle})
	must(t, err)
	return pc
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (p *testPeer) addOwn() {
	send := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}
	var err error
	p.mic, err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, "mic", p.seat)
	must(p.t, err)
	tr, err := p.pc.AddTransceiverFromTrack(p.mic, send)
	must(p.t, err)
	p.drain(tr.Sender())
	rids := p.opts.rids
	if len(rids) == 0 {
		rids = []string{""}
	}
	for i, rid := range rids {
		var with []func(*webrtc.TrackLocalStaticRTP)
		if rid != "" {
			with = append(with, webrtc.WithRTPStreamID(rid))
		}
		c, err := webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}, "camera", p.seat, with...)
		must(p.t, err)
		p.camera = append(p.camera, c)
		if i == 0 {
			tr, err = p.pc.AddTransceiverFromTrack(c, send)
			must(p.t, err)
			p.cameraSender = tr.Sender()
		} else {
			must(p.t, p.cameraSender.AddEncoding(c))
		}
	}
	p.drain(p.cameraSender)
	if p.opts.screen {
		p.screen, err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}, "screen", p.seat)
		must(p.t, err)
		tr, err = p.pc.AddTransceiverFromTrack(p.screen, send)
		must(p.t, err)
		p.drain(tr.Sender())
	}
}

// drain reads RTCP of a sender, as an interceptor chain needs, and counts PLIs.
func (p *testPeer) drain(s *webrtc.RTPSender) {
	read := func(f func() ([]rtcp.Packet, interceptor.Attributes, error)) {
		defer p.done.Done()
		for {
			pkts, _, err := f()
			if err != nil {
				return
			}
			for _, k := range pkts {
				if _, ok := k.(*rtcp.PictureLossIndication); ok {
					p.mu.Lock()
					p.plis++
					p.mu.Unlock()
				}
			}
		}
	}
	p.done.Add(1)
	go read(s.ReadRTCP)
	if s == p.cameraSender {
		for _, rid := range p.opts.rids[min(1, len(p.opts.rids)):] {
			p.done.Add(1)
			go read(func() ([]rtcp.Packet, interceptor.Attributes, error) { return s.ReadSimulcastRTCP(rid) })
		}
	}
}

func (p *testPeer) addSections(n int) {
	recv := webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}
	for range n {
		for _, k := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
			_, err := p.pc.AddTransceiverFromKind(k, recv)
			must(p.t, err)
		}
	}
}

// negotiate makes an offer, hands it to the peer and takes the answer.
func (p *testPeer) negotiate() { p.offer(nil) }

func (p *testPeer) offer(o *webrtc.OfferOptions) {
	p.t.Helper()
	offer, err := p.pc.CreateOffer(o)
	must(p.t, err)
	must(p.t, p.pc.SetLocalDescription(offer))
	answer, err := p.peer.Offer(context.Background(), offer.SDP)
	must(p.t, err)
	if p.opts.tcp {
		answer = dropLines(answer, func(l string) bool { return strings.HasPrefix(l, "a=candidate:") && strings.Contains(l, " udp ") })
	}
	if p.opts.line != nil {
		answer = p.opts.line.through(answer, p.peer.room.node)
	}
	must(p.t, p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}))
}

func dropLines(sdp string, drop func(string) bool) string {
	var b strings.Builder
	for l := range strings.Lines(sdp) {
		if !drop(l) {
			b.WriteString(l)
		}
	}
	return b.String()
}

func (p *testPeer) onTrack(tr *webrtc.TrackRemote, rc *webrtc.RTPReceiver) {
	mid := ""
	for _, x := range p.pc.GetTransceivers() {
		if x.Receiver() == rc {
			mid = x.Mid()
		}
	}
	p.mu.Lock()
	p.tracks[mid] = tr
	p.mu.Unlock()
	p.done.Add(1)
	go func() {
		defer p.done.Done()
		for {
			pkts, _, err := rc.ReadRTCP()
			if err != nil {
				return
			}
			for _, k := range pkts {
				if sr, ok := k.(*rtcp.SenderReport); ok {
					p.mu.Lock()
					p.srs = append(p.srs, sr)
					p.mu.Unlock()
				}
			}
		}
	}()
	for {
		pkt, _, err := tr.ReadRTP()
		if err != nil {
			return
		}
		p.note(mid, tr.Kind(), pkt)
	}
}

func (p *testPeer) note(mid string, kind webrtc.RTPCodecType, pkt *rtp.Packet) {
	text := string(pkt.Payload)
	if kind == webrtc.RTPCodecTypeVideo {
		text = string(pkt.Payload[min(len(pkt.Payload), testPrefix):])
	}
	words := strings.Fields(text)
	if len(words) < 2 {
		return
	}
	key := mid + " " + words[0] + " " + words[1]
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got[key]++
	p.last[words[0]] = time.Now()
	if len(words) > 2 {
		p.got[key+" "+words[2]]++
	}
	p.packets[mid] = append(p.packets[mid], pkt.Header)
}

// testPrefix: VP8 descriptor with a long picture id, TL0PICIDX and TID, and
// the first octets of a frame.
const testPrefix = 6 + 4

// testVP8 makes a one-packet frame.
func testVP8(key bool, pid uint16, tl0 uint8, text string) []byte {
	b := []byte{0x90, 0xe0, 0x80 | byte(pid>>8), byte(pid), tl0, 0x20, 0x01, 0, 0, 0}
	if key {
		b[6] = 0x00
	}
	return append(b, text...)
}

// start sends sound and picture until the peer is closed.
func (p *testPeer) start() {
	if p.opts.receive {
		return
	}
	p.done.Add(1)
	go func() {
		defer p.done.Done()
		tick := time.NewTicker(cmp.Or(p.opts.every, 20*time.Millisecond))
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-p.stop:
				return
			case <-tick.C:
				p.sendOne(n)
			}
		}
	}()
}

func (p *testPeer) sendOne(n int) {
	p.mu.Lock()
	key := n%25 == 0 || p.plis > 0
	p.plis = 0
	mute := map[int]bool{}
	for k, v := range p.mute {
		mute[k] = v
	}
	silent := p.silent
	p.mu.Unlock()
	if silent {
		return
	}
	h := rtp.Header{Version: 2, SequenceNumber: uint16(n), Timestamp: uint32(n) * 960}
	if p.opts.level != 0 {
		for _, e := range p.micExtensions() {
			if e.URI == uriLevel {
				_ = h.SetExtension(uint8(e.ID), []byte{p.opts.level})
			}
		}
	}
	_ = p.mic.WriteRTP(&rtp.Packet{Header: h, Payload: []byte(p.seat + " audio ")})
	for i, c := range p.camera {
		if !mute[i] {
			p.sendFrame(c, i, n, key)
		}
	}
	if p.screen != nil {
		pkt := &rtp.Packet{Header: rtp.Header{Version: 2, Marker: true, SequenceNumber: uint16(n), Timestamp: uint32(n) * 1800}}
		pkt.Payload = testVP8(key, uint16(n), uint8(n), p.seat+" screen ")
		_ = p.screen.WriteRTP(pkt)
	}
}

func (p *testPeer) micExtensions() []webrtc.RTPHeaderExtensionParameter {
	return p.pc.GetSenders()[0].GetParameters().HeaderExtensions
}

func (p *testPeer) sendFrame(c *webrtc.TrackLocalStaticRTP, i, n int, key bool) {
	// Each layer counts from elsewhere.
	h := rtp.Header{Version: 2, Marker: true, SequenceNumber: uint16(n + 1000*i), Timestamp: uint32(n)*1800 + uint32(i)*7_000_000}
	if c.RID() != "" {
		for _, e := range p.cameraSender.GetParameters().HeaderExtensions {
			switch e.URI {
			case uriMID:
				_ = h.SetExtension(uint8(e.ID), []byte("1"))
			case uriRID:
				_ = h.SetExtension(uint8(e.ID), []byte(c.RID()))
			}
		}
	}
	text := fmt.Sprintf("%s camera %s ", p.seat, c.RID())
	if i < len(p.opts.sizes) {
		text += strings.Repeat("x", max(0, p.opts.sizes[i]-len(text)))
	}
	_ = c.WriteRTP(&rtp.Packet{Header: h, Payload: testVP8(key, uint16(n+50*i), uint8(n+5*i), text)})
}

func (p *testPeer) close() {
	select {
	case <-p.stop:
		return
	default:
	}
	close(p.stop)
	_ = p.pc.Close()
	p.peer.Close()
	p.done.Wait()
}

// hears counts packets of a kind from a seat, on whatever section.
func (p *testPeer) hears(seat string, kind Kind) int { return p.hearsLayer(seat, kind, "") }

func (p *testPeer) hearsLayer(seat string, kind Kind, rid string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	want := " " + seat + " " + string(kind)
	if rid != "" {
		want += " " + rid
	}
	for k, v := range p.got {
		if strings.HasSuffix(k, want) {
			n += v
		}
	}
	return n
}

func (p *testPeer) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.got)
}

func (p *testPeer) slotOf(seat string, kind Kind) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.slots {
		if s.Seat == seat && s.Kind == kind {
			return s.Mid
		}
	}
	return ""
}

func (p *testPeer) with(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(60 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("never: " + what)
		}
	}
}

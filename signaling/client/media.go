package client

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// maxSections bounds the receiving sections of each sort, whatever is wanted.
const maxSections = 64

// MediaOptions say what a Media offers and whom it tells of what it gets.
type MediaOptions struct {
	// Engine makes the connection; one with default options if nil.
	Engine *Engine
	// Simulcast offers the camera in three layers: q, h, f.
	Simulcast bool
	// Audio and Video are how many receiving sections are offered at first.
	// More are offered when the server wants more, unless Fixed.
	Audio, Video int
	// Fixed keeps it at that many, for somebody who does not want all there is.
	Fixed bool
	// TURN says whether a way through the gateway's TURN server is used.
	TURN TURNUse
	// OnPacket gets each received packet on the goroutine of its section. The
	// packet is good until it returns. A zero Seat: the section's owner is not
	// known yet.
	OnPacket func(from Slot, p *rtp.Packet)
	// OnKeyFrame is told when the gateway asks for a key frame, and when somebody
	// watches a layer again that nobody did.
	OnKeyFrame func(t *Track)
}

// Media is the media connection of a seat, made as a browser makes it: own
// audio, camera and screen to send, then sections to receive on.
type Media struct {
	pc           string // its name in the protocol
	peer         *webrtc.PeerConnection
	options      MediaOptions
	tracks       []*Track
	own          []*webrtc.RTPTransceiver  // of audio, camera, screen
	lanes        atomic.Pointer[laneTable] // who is on which section
	waiting      atomic.Int32              // goroutines in WaitPackets
	turn         chan struct{}             // a token: negotiations go one by one
	audio, video int                       // receiving sections; owned by who has the token
	life         context.Context           // ends with Close
	end          context.CancelFunc
	work         sync.WaitGroup

	state      changing
	closed     bool  // guarded by state.mu, like all below
	answered   bool  // the gateway has answered an offer
	told       bool  // the gateway said that the seat has no media any more
	conn       *Conn // where offers go
	connection webrtc.PeerConnectionState
	slots      []Slot
	counts     map[Slot]*atomic.Uint64 // packets, by seat and kind (no mid)
	quality    Quality                 // as last told
}

// Publish makes a media connection and offers it. It returns when the answer
// is there; WaitConnected waits for the connection itself.
func (c *Conn) Publish(ctx context.Context, o MediaOptions) (*Media, error) {
	m, err := newMedia(o, c.TURN())
	if err != nil {
		return nil, err
	}
	c.Attach(m)
	if err := m.Grow(ctx, o.Audio, o.Video); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

func newMedia(o MediaOptions, turn *TURN) (*Media, error) {
	if o.Engine == nil {
		engine, err := NewEngine(EngineOptions{})
		if err != nil {
			return nil, err
		}
		o.Engine = engine
	}
	ways, err := o.TURN.configuration(turn)
	if err != nil {
		return nil, err
	}
	peer, err := o.Engine.api.NewPeerConnection(ways)
	if err != nil {
		return nil, err
	}
	good := Quality{Down: LineGood, Up: LineGood}
	m := &Media{
		quality: good, pc: rand.Text(), peer: peer, options: o, turn: make(chan struct{}, 1), counts: map[Slot]*atomic.Uint64{},
	}
	m.life, m.end = context.WithCancel(context.Background())
	m.lanes.Store(&laneTable{})
	peer.OnTrack(m.receive)
	peer.OnConnectionStateChange(func(s webrtc.PeerConnectionState) { m.state.update(func() { m.connection = s }) })
	if err := m.addOwn(); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// addOwn adds what the client sends, in the order of the protocol.
func (m *Media) addOwn() error {
	camera := []string{""}
	if m.options.Simulcast {
		camera = []string{"q", "h", "f"}
	}
	return errors.Join(m.addSection(Audio, ""), m.addSection(Camera, camera...), m.addSection(Screen, ""))
}

func (m *Media) addSection(kind Kind, rids ...string) error {
	var section *webrtc.RTPTransceiver
	for _, rid := range rids {
		t, err := newTrack(kind, rid)
		if err != nil {
			return err
		}
		if section == nil {
			section, err = m.peer.AddTransceiverFromTrack(t.local, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		} else {
			err = section.Sender().AddEncoding(t.local)
		}
		if err != nil {
			return err
		}
		m.tracks = append(m.tracks, t)
		m.begin(func() { m.readFeedback(section.Sender(), t) })
	}
	m.own = append(m.own, section)
	return nil
}

// begin runs fn on a goroutine that Close waits for.
func (m *Media) begin(fn func()) {
	m.state.mu.Lock()
	defer m.state.mu.Unlock()
	if !m.closed {
		m.work.Go(fn)
	}
}

// readFeedback reads what the gateway reports of a track, until it ends. (That
// it is read makes retransmissions work.)
func (m *Media) readFeedback(sender *webrtc.RTPSender, t *Track) {
	for {
		packets, err := m.feedback(sender, t)
		if err != nil {
			return
		}
		for _, p := range packets {
			switch p.(type) {
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				if m.options.OnKeyFrame != nil {
					m.options.OnKeyFrame(t)
				}
			}
		}
	}
}

func (m *Media) feedback(sender *webrtc.RTPSender, t *Track) ([]rtcp.Packet, error) {
	if t.RID == "" {
		packets, _, err := sender.ReadRTCP()
		return packets, err
	}
	packets, _, err := sender.ReadSimulcastRTCP(t.RID)
	return packets, err
}

// Track returns the track of a kind; of a camera with simulcast its lowest
// layer. nil for a kind that there is not.
func (m *Media) Track(kind Kind) *Track {
	for _, t := range m.tracks {
		if t.Kind == kind {
			return t
		}
	}
	return nil
}

// Layers returns the camera's tracks, lowest first: one without simulcast.
func (m *Media) Layers() []*Track {
	var all []*Track
	for _, t := range m.tracks {
		if t.Kind == Camera {
			all = append(all, t)
		}
	}
	return all
}

// WaitConnected waits until media can flow. The connection's end before that is
// ErrGone.
func (m *Media) WaitConnected(ctx context.Context) error {
	return m.waitState(ctx, webrtc.PeerConnectionStateConnected)
}

// WaitClosed waits until the connection has ended: the gateway closed it, or
// nothing was heard of it for too long.
func (m *Media) WaitClosed(ctx context.Context) error {
	if err := m.waitState(ctx, webrtc.PeerConnectionStateClosed); !errors.Is(err, ErrGone) {
		return err
	}
	return nil
}

func (m *Media) waitState(ctx context.Context, want webrtc.PeerConnectionState) error {
	var now webrtc.PeerConnectionState
	err := m.state.wait(ctx, func() bool {
		now = m.connection
		return now == want || now == webrtc.PeerConnectionStateFailed || now == webrtc.PeerConnectionStateClosed
	})
	if err == nil && now != want {
		err = ErrGone
	}
	return err
}

// giveUp ends the connection because the gateway said that it has: its own word
// on the media connection may be lost. One that it has not answered yet it cannot
// end: it refuses the offer.
func (m *Media) giveUp() {
	m.state.update(func() { m.told = m.told || m.answered })
	if m.over() {
		m.begin(func() { _ = m.peer.Close() })
	}
}

// over reports whether the gateway has ended the connection.
func (m *Media) over() bool {
	m.state.mu.Lock()
	defer m.state.mu.Unlock()
	return m.told
}

// Close ends the media connection. It returns when all its goroutines have.
func (m *Media) Close() {
	m.state.update(func() { m.closed = true })
	m.end()
	_ = m.peer.GracefulClose()
	m.work.Wait()
}

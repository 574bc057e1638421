package client

import (
	"context"
	"errors"
	"fmt"

	"github.com/pion/webrtc/v4"
)

// Attach hands a media connection to this websocket: offers go and slots come
// over it from now on. After a lost websocket the next one takes the running
// media over.
func (c *Conn) Attach(m *Media) {
	m.state.update(func() { m.conn = c })
	c.state.mu.Lock()
	c.media = m
	newest, layers := c.slots, c.layers
	c.state.mu.Unlock()
	if newest != nil {
		m.take(newest)
	}
	if layers != nil && layers.PC == m.pc {
		m.takeLayers(layers.Layers)
	}
}

// tellMedia hands on what is said of the attached media connection, if it is the
// one that is meant.
func (c *Conn) tellMedia(pc string, tell func(*Media)) {
	c.state.mu.Lock()
	m := c.media
	c.state.mu.Unlock()
	if m != nil && m.pc == pc {
		tell(m)
	}
}

func (c *Conn) takeSlots(message *slotsMessage) {
	c.state.mu.Lock()
	c.slots = message
	m := c.media
	c.state.mu.Unlock()
	if m != nil {
		m.take(message)
	}
}

// endMedia ends the attached media connection if it is over.
func (c *Conn) endMedia(over bool) {
	c.state.mu.Lock()
	m := c.media
	c.state.mu.Unlock()
	if m != nil && over {
		m.giveUp()
	}
}

// Grow offers receiving sections until there are as many as given in all.
func (m *Media) Grow(ctx context.Context, audio, video int) error {
	return m.negotiate(ctx, nil, func() error {
		return errors.Join(
			m.addReceiving(webrtc.RTPCodecTypeAudio, &m.audio, audio),
			m.addReceiving(webrtc.RTPCodecTypeVideo, &m.video, video),
		)
	})
}

// Restart makes an ICE restart: the connection finds a new way to the gateway.
func (m *Media) Restart(ctx context.Context) error {
	return m.negotiate(ctx, &webrtc.OfferOptions{ICERestart: true}, func() error { return nil })
}

// addReceiving is called by the one negotiation that goes on, which owns the
// counts of sections.
func (m *Media) addReceiving(kind webrtc.RTPCodecType, have *int, want int) error {
	for *have < min(want, maxSections) {
		_, err := m.peer.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		if err != nil {
			return err
		}
		*have++
	}
	return nil
}

// negotiate changes the connection and has the gateway answer the new offer. It
// does not wait for candidates: the gateway looks at none.
func (m *Media) negotiate(ctx context.Context, o *webrtc.OfferOptions, change func() error) error {
	select {
	case m.turn <- struct{}{}:
		defer func() { <-m.turn }()
	case <-ctx.Done():
		return ctx.Err()
	case <-m.life.Done():
		return ErrGone
	}
	if err := change(); err != nil {
		return err
	}
	offer, err := m.peer.CreateOffer(o)
	if err != nil {
		return err
	}
	if err := m.peer.SetLocalDescription(offer); err != nil {
		return err
	}
	answer, err := m.exchange(ctx, offer.SDP)
	if err != nil {
		rollback := webrtc.SessionDescription{Type: webrtc.SDPTypeRollback}
		return errors.Join(err, m.peer.SetLocalDescription(rollback))
	}
	return m.apply(answer)
}

func (m *Media) exchange(ctx context.Context, sdp string) (string, error) {
	m.state.mu.Lock()
	c := m.conn
	m.state.mu.Unlock()
	if err := c.Do(ctx, Command{"type": "offer", "pc": m.pc, "sdp": sdp}); err != nil {
		return "", err
	}
	// The answer comes before the ok.
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	answer, ok := c.answers[m.pc]
	delete(c.answers, m.pc)
	if !ok {
		return "", fmt.Errorf("%w: no answer", ErrProtocol)
	}
	return answer, nil
}

func (m *Media) apply(answer string) error {
	err := m.peer.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer})
	if err != nil {
		return fmt.Errorf("%w: answer: %w", ErrProtocol, err)
	}
	for _, t := range m.tracks {
		for _, section := range m.own {
			if section.Sender().Track() != nil && section.Sender().Track().ID() == t.local.ID() {
				t.negotiated(section)
			}
		}
	}
	return nil
}

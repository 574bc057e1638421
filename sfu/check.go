package sfu

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"
)

// Check makes a real ICE and DTLS connection to the media port, with a client
// of its own that sends no media, and reports whether it could.
func (n *Node) Check(ctx context.Context) error {
	client, err := n.probe()
	if err != nil {
		return err
	}
	defer client.Close()
	up := make(chan error, 1)
	client.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		switch s {
		case webrtc.PeerConnectionStateConnected:
			tell(up, nil)
		case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
			tell(up, errors.New("sfu: no connection to the media port"))
		}
	})
	peer, err := n.Room("\x00check"+randomICE(12)).Open("check", Events{})
	if err != nil {
		return err
	}
	defer peer.Close()
	if err := negotiate(ctx, client, peer, n.loopback()); err != nil {
		return fmt.Errorf("sfu: check: %w", err)
	}
	select {
	case err := <-up:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func tell(c chan<- error, err error) {
	select {
	case c <- err:
	default:
	}
}

// probe is a client that looks for nobody but who is named to it.
func (n *Node) probe() (*webrtc.PeerConnection, error) {
	var m webrtc.MediaEngine
	opus := webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2},
		PayloadType:        111,
	}
	if err := m.RegisterCodec(opus, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, err
	}
	var e webrtc.SettingEngine
	e.LoggerFactory = n.log
	e.SetIncludeLoopbackCandidate(true)
	e.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	host := n.loopback()
	e.SetIPFilter(func(ip net.IP) bool { return ip.String() == host })
	c, err := webrtc.NewAPI(webrtc.WithMediaEngine(&m), webrtc.WithSettingEngine(e)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, err
	}
	_, err = c.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// loopback is where the media port can be reached from this machine.
func (n *Node) loopback() string {
	a := n.addr.Addr()
	if a.IsUnspecified() {
		return net.IPv4(127, 0, 0, 1).String()
	}
	return a.String()
}

func negotiate(ctx context.Context, client *webrtc.PeerConnection, peer *Peer, host string) error {
	offer, err := client.CreateOffer(nil)
	if err != nil {
		return err
	}
	if err := client.SetLocalDescription(offer); err != nil {
		return err
	}
	answer, err := peer.Offer(ctx, offer.SDP)
	if err != nil {
		return err
	}
	answer = withoutCandidates(answer)
	if err := client.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		return err
	}
	line := fmt.Sprintf("candidate:1 1 udp 2130706431 %s %d typ host", host, peer.room.node.addr.Port())
	return client.AddICECandidate(webrtc.ICECandidateInit{Candidate: line})
}

// withoutCandidates leaves only the parameters in an answer: the check goes to
// the port on this machine, not to what is advertised.
func withoutCandidates(sdp string) string {
	var b strings.Builder
	for line := range strings.Lines(sdp) {
		if !strings.HasPrefix(line, "a=candidate:") && !strings.HasPrefix(line, "a=end-of-candidates") {
			b.WriteString(line)
		}
	}
	return b.String()
}

package turn

import (
	"context"
	"net/netip"
	"testing"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"

	"anteroom/sfu"
)

// caller is a client of a room that has nothing but a TURN server.
type caller struct {
	peer *sfu.Peer
	pc   *webrtc.PeerConnection
	up   chan struct{}
}

func (w *world) call(room *sfu.Room, seat, url string, c Credentials) *caller {
	t := w.t
	t.Helper()
	var e webrtc.SettingEngine
	e.SetIncludeLoopbackCandidate(true)
	e.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	m := &webrtc.MediaEngine{}
	ok(t, m.RegisterDefaultCodecs())
	pc := must[*webrtc.PeerConnection](t)(webrtc.NewAPI(webrtc.WithMediaEngine(m), webrtc.WithSettingEngine(e)).NewPeerConnection(
		webrtc.Configuration{
			BundlePolicy: webrtc.BundlePolicyMaxBundle, ICETransportPolicy: webrtc.ICETransportPolicyRelay,
			ICEServers: []webrtc.ICEServer{{URLs: []string{url}, Username: c.Username, Credential: c.Password}},
		}))
	t.Cleanup(func() { _ = pc.GracefulClose() })
	one := &caller{pc: pc, up: make(chan struct{})}
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if s == webrtc.PeerConnectionStateConnected {
			close(one.up)
		}
	})
	must[*webrtc.RTPTransceiver](t)(pc.AddTransceiverFromKind(webrtc.RTPCodecTypeAudio, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}))
	one.peer = must[*sfu.Peer](t)(room.Open(seat, sfu.Events{}))
	offer := must[webrtc.SessionDescription](t)(pc.CreateOffer(nil))
	ok(t, pc.SetLocalDescription(offer))
	answer := must[string](t)(one.peer.Offer(context.Background(), offer.SDP))
	ok(t, pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}))
	return one
}

// TestConnects: a client that may use nothing but the relay gets through to the
// gateway, over UDP and TCP; and when the gateway ends it, nothing of it stays.
func TestConnects(t *testing.T) {
	w := newWorld(t)
	for name, url := range map[string]string{
		"udp": "turn:" + w.udp.LocalAddr().String() + "?transport=udp",
		"tcp": "turn:" + w.tcp.Addr().String() + "?transport=tcp",
	} {
		t.Run(name, func(t *testing.T) {
			w := &world{t: t, node: w.node, turn: w.turn}
			one := w.call(w.node.Room(name), "a", url, w.turn.Credentials("a"))
			select {
			case <-one.up:
			case <-t.Context().Done():
			}
			eventually(t, "connected", func() bool { return w.node.Stats().Connected == 1 })
			pair, err := one.pc.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
			ok(t, err)
			if pair.Local.Typ != webrtc.ICECandidateTypeRelay {
				t.Errorf("by a %v candidate", pair.Local.Typ)
			}
			one.peer.Close()
			eventually(t, "no allocation", func() bool { return w.turn.Stats().Allocations == 0 })
		})
	}
}

// TestRelayedAddress: what a client is told is an address of the gateway, with
// a port that nobody listens on.
func TestRelayedAddress(t *testing.T) {
	w := newWorld(t)
	conn, err := w.overUDP(w.turn.Credentials("a")).Allocate()
	ok(t, err)
	defer conn.Close()
	addr := netip.MustParseAddrPort(conn.LocalAddr().String())
	if addr.Addr() != w.media.Addr() || addr.Port() < firstPort {
		t.Errorf("relayed at %v", addr)
	}
}

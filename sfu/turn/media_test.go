package turn

import (
	"context"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"

	"anteroom/sfu"
)

// caller is a client of a room that has nothing but a TURN server.
type caller struct {
	peer *sfu.Peer
	pc   *webrtc.PeerConnection

	connected atomic.Bool
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
	one := &caller{pc: pc}
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		one.connected.Store(s == webrtc.PeerConnectionStateConnected)
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
			eventually(t, "connected", func() bool { return one.connected.Load() && w.node.Stats().Connected == 1 })
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
// a port that nobody listens on; over IPv6 as well.
func TestRelayedAddress(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		w := newWorldAt(t, sfu.Config{Address: address})
		conn, err := w.overTCP(w.turn.Credentials("a")).Allocate()
		ok(t, err)
		defer conn.Close()
		addr := netip.MustParseAddrPort(conn.LocalAddr().String())
		if addr.Addr() != w.media.Addr() || addr.Port() < firstPort {
			t.Errorf("relayed at %v", addr)
		}
		before := w.node.Stats().Dropped
		_, err = conn.WriteTo([]byte("what the gateway cannot use"), net.UDPAddrFromAddrPort(w.media))
		ok(t, err)
		eventually(t, "it came to the gateway", func() bool { return w.node.Stats().Dropped > before })
	}
}

package client

import (
	"errors"
	"net"

	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/nack"
	"github.com/pion/logging"
	"github.com/pion/sdp/v3"
	"github.com/pion/transport/v4"
	"github.com/pion/webrtc/v4"
)

// Kind is what a media section carries.
type Kind string

// The kinds, in the order of the client's own sections.
const (
	Audio  Kind = "audio"
	Camera Kind = "camera"
	Screen Kind = "screen"
)

// EngineOptions say how media connections reach the gateway.
type EngineOptions struct {
	// TCPOnly uses ICE-TCP alone, as behind a firewall that lets no UDP out.
	TCPOnly bool
	// Net is the network to use; the machine's own if nil.
	Net transport.Net
	// Loopback uses loopback addresses alone: nothing leaves this machine.
	Loopback bool
}

// Engine makes media connections. One serves any number of them.
type Engine struct{ api *webrtc.API }

// Payload types of the offer; the gateway answers with the same.
const (
	opusType = 111
	vp8Type  = 96
	rtxType  = 97
)

// NewEngine prepares media connections with Opus and VP8, and the feedback and
// header extensions that browsers use.
func NewEngine(o EngineOptions) (*Engine, error) {
	codecs, err := mediaEngine()
	if err != nil {
		return nil, err
	}
	chain, err := interceptors(codecs)
	if err != nil {
		return nil, err
	}
	return &Engine{webrtc.NewAPI(
		webrtc.WithMediaEngine(codecs), webrtc.WithInterceptorRegistry(chain), webrtc.WithSettingEngine(o.settings()),
	)}, nil
}

func (o EngineOptions) settings() webrtc.SettingEngine {
	var s webrtc.SettingEngine
	s.LoggerFactory = &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled}
	s.SetICEMulticastDNSMode(0) // no address is hidden, nothing is multicast
	if o.Net != nil {
		s.SetNet(o.Net)
	}
	if o.TCPOnly {
		s.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6})
	}
	if o.Loopback {
		s.SetIncludeLoopbackCandidate(true)
		s.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	}
	return s
}

func mediaEngine() (*webrtc.MediaEngine, error) {
	m := &webrtc.MediaEngine{}
	audio, video := webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo
	return m, errors.Join(
		m.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: opus(), PayloadType: opusType}, audio),
		m.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: vp8(), PayloadType: vp8Type}, video),
		m.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=96",
		}, PayloadType: rtxType}, video),
		m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.SDESMidURI}, audio),
		m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.AudioLevelURI}, audio),
		webrtc.ConfigureSimulcastExtensionHeaders(m),
	)
}

func opus() webrtc.RTPCodecCapability {
	return webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1",
	}
}

func vp8() webrtc.RTPCodecCapability {
	return webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: []webrtc.RTCPFeedback{{Type: "ccm", Parameter: "fir"}},
	}
}

func interceptors(m *webrtc.MediaEngine) (*interceptor.Registry, error) {
	chain := &interceptor.Registry{}
	// A packet that does not come is asked for a few times, not for ever.
	few := []nack.GeneratorOption{nack.GeneratorMaxNacksPerPacket(3)}
	return chain, errors.Join(
		webrtc.ConfigureNackWithOptions(m, chain, few),
		webrtc.ConfigureRTCPReports(chain),
		webrtc.ConfigureTWCCHeaderExtensionSender(m, chain),
		webrtc.ConfigureTWCCSender(m, chain),
	)
}

package client

import "github.com/pion/webrtc/v4"

// TURNUse says whether a way through the gateway's TURN server is used. A
// browser tries the direct ways first; a program says beforehand.
type TURNUse int

// How a TURN server is used.
const (
	TURNNever TURNUse = iota
	TURNAlso          // beside the direct ways, if the gateway has one
	TURNOnly          // ErrNoTURN if the gateway has none
)

func (u TURNUse) configuration(turn *TURN) (webrtc.Configuration, error) {
	c := webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle}
	if u == TURNOnly {
		c.ICETransportPolicy = webrtc.ICETransportPolicyRelay
		if turn == nil {
			return c, ErrNoTURN
		}
	}
	if u != TURNNever && turn != nil {
		c.ICEServers = []webrtc.ICEServer{{URLs: turn.URLs, Username: turn.Username, Credential: turn.Credential}}
	}
	return c, nil
}

//go:build linux

package main

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// offering is what a person offers: own sound, camera and screen, and sections
// to receive so many people on.
type offering struct {
	ufrag, password string
	fingerprint     string
	audio, camera   uint32 // SSRCs of the own streams
	resent          uint32 // SSRC of what the camera sends again (RFC 4588)
	people          int    // to receive
}

// String writes the offer in the order of the protocol (PROTOCOL.md §7).
func (o offering) String() string {
	var b strings.Builder
	sections := 3 + 2*o.people
	b.WriteString("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE")
	for i := range sections {
		fmt.Fprintf(&b, " %d", i)
	}
	b.WriteString("\r\n")
	o.section(&b, 0, false, "sendonly", o.audio)
	o.section(&b, 1, true, "sendonly", o.camera, o.resent)
	o.section(&b, 2, true, "sendonly")
	for i := 3; i < sections; i++ {
		o.section(&b, i, i >= 3+o.people, "recvonly")
	}
	return b.String()
}

func (o offering) section(b *strings.Builder, mid int, video bool, direction string, ssrcs ...uint32) {
	if video {
		fmt.Fprintf(b, "m=video 9 UDP/TLS/RTP/SAVPF %d %d\r\n", vp8Type, rtxType)
	} else {
		fmt.Fprintf(b, "m=audio 9 UDP/TLS/RTP/SAVPF %d\r\n", opusType)
	}
	fmt.Fprintf(b, "c=IN IP4 0.0.0.0\r\na=mid:%d\r\na=%s\r\na=rtcp-mux\r\na=rtcp-rsize\r\n", mid, direction)
	fmt.Fprintf(b, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:sha-256 %s\r\na=setup:actpass\r\n", o.ufrag, o.password, o.fingerprint)
	fmt.Fprintf(b, "a=extmap:%d http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n", twccID)
	if video {
		fmt.Fprintf(b, "a=rtpmap:%d VP8/90000\r\na=rtpmap:%d rtx/90000\r\na=fmtp:%d apt=%d\r\n", vp8Type, rtxType, rtxType, vp8Type)
		for _, feedback := range []string{"transport-cc", "ccm fir", "nack", "nack pli"} {
			fmt.Fprintf(b, "a=rtcp-fb:%d %s\r\n", vp8Type, feedback)
		}
	} else {
		fmt.Fprintf(b, "a=rtpmap:%d opus/48000/2\r\na=fmtp:%d minptime=10;useinbandfec=1\r\na=rtcp-fb:%d transport-cc\r\n", opusType, opusType, opusType)
	}
	if len(ssrcs) == 2 {
		fmt.Fprintf(b, "a=ssrc-group:FID %d %d\r\n", ssrcs[0], ssrcs[1])
	}
	for _, ssrc := range ssrcs {
		fmt.Fprintf(b, "a=ssrc:%d cname:load\r\n", ssrc)
	}
}

// answered is what is needed of the server's answer.
type answered struct {
	ufrag, password string
	fingerprint     string
	server          netip.AddrPort // its best UDP candidate
}

// parseAnswer reads the first of each: all sections are one bundle.
func parseAnswer(sdp string) (answered, error) {
	var a answered
	best := -1
	for line := range strings.Lines(sdp) {
		line = strings.TrimRight(line, "\r\n")
		key, value, _ := strings.Cut(strings.TrimPrefix(line, "a="), ":")
		switch key {
		case "ice-ufrag":
			a.ufrag = value
		case "ice-pwd":
			a.password = value
		case "fingerprint":
			a.fingerprint = strings.ToUpper(strings.TrimPrefix(value, "sha-256 "))
		case "candidate":
			if at, priority, ok := parseCandidate(value); ok && priority > best {
				a.server, best = at, priority
			}
		}
	}
	if a.ufrag == "" || a.password == "" || a.fingerprint == "" || best < 0 {
		return a, errors.New("anteload: an answer without ICE, fingerprint or UDP candidate")
	}
	return a, nil
}

// parseCandidate reads a UDP host candidate (RFC 8839 §5.1).
func parseCandidate(value string) (at netip.AddrPort, priority int, ok bool) {
	words := strings.Fields(value)
	if len(words) < 8 || words[1] != "1" || !strings.EqualFold(words[2], "udp") {
		return at, 0, false
	}
	priority, err := strconv.Atoi(words[3])
	if err != nil {
		return at, 0, false
	}
	at, err = netip.ParseAddrPort(words[4] + ":" + words[5])
	if err != nil {
		at, err = netip.ParseAddrPort("[" + words[4] + "]:" + words[5])
	}
	return at, priority, err == nil
}

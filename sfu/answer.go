package sfu

import (
	"fmt"
	"strings"
)

// answer is what is said back to an offer.
type answer struct {
	session     uint64
	version     int
	ufrag, pwd  string
	fingerprint string   // "AB:CD:…", SHA-256
	candidates  []string // of the node, the same for everybody
	sections    []answerSection
}

type answerSection struct {
	section
	dir     direction // as we see it
	ssrc    uint32    // of what we send, with its retransmissions
	rtxSSRC uint32
	stream  string // sections of one stream are played in step
}

// String writes the answer (RFC 9429 §5.3): ICE lite, DTLS server, the payload
// types and extension ids of the offer, nothing that was not offered.
func (a *answer) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "v=0\r\no=- %d %d IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n", a.session, a.version)
	b.WriteString("a=ice-lite\r\na=group:BUNDLE")
	for i := range a.sections {
		if s := &a.sections[i]; !s.rejected {
			b.WriteString(" " + s.mid)
		}
	}
	b.WriteString("\r\na=msid-semantic:WMS *\r\n")
	fmt.Fprintf(&b, "a=fingerprint:sha-256 %s\r\n", a.fingerprint)
	first := true
	for i := range a.sections {
		s := &a.sections[i]
		s.write(&b, a)
		if !s.rejected && first {
			first = false
			for _, c := range a.candidates {
				b.WriteString("a=candidate:" + c + "\r\n")
			}
			b.WriteString("a=end-of-candidates\r\n")
		}
	}
	return b.String()
}

func (s *answerSection) write(b *strings.Builder, a *answer) {
	kind, port := "audio", 9
	if s.video {
		kind = "video"
	}
	if s.rejected {
		fmt.Fprintf(b, "m=%s 0 UDP/TLS/RTP/SAVPF %d\r\nc=IN IP4 0.0.0.0\r\na=mid:%s\r\na=inactive\r\n", kind, s.pt, s.mid)
		return
	}
	fmt.Fprintf(b, "m=%s %d UDP/TLS/RTP/SAVPF %d", kind, port, s.pt)
	if s.rtxPT != 0 {
		fmt.Fprintf(b, " %d", s.rtxPT)
	}
	fmt.Fprintf(b, "\r\nc=IN IP4 0.0.0.0\r\na=mid:%s\r\na=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=setup:passive\r\n", s.mid, a.ufrag, a.pwd)
	fmt.Fprintf(b, "a=rtcp-mux\r\na=rtcp-rsize\r\na=%s\r\n", s.dir)
	s.writeCodecs(b)
	s.writeExtensions(b)
	switch s.dir {
	case recvonly:
		s.writeSimulcast(b)
	case sendonly:
		s.writeStream(b)
	}
}

func (s *answerSection) writeCodecs(b *strings.Builder) {
	if !s.video {
		fmt.Fprintf(b, "a=rtpmap:%d opus/48000/2\r\na=fmtp:%d minptime=10;useinbandfec=1\r\n", s.pt, s.pt)
	} else {
		fmt.Fprintf(b, "a=rtpmap:%d VP8/90000\r\n", s.pt)
		if s.rtxPT != 0 {
			fmt.Fprintf(b, "a=rtpmap:%d rtx/90000\r\na=fmtp:%d apt=%d\r\n", s.rtxPT, s.rtxPT, s.pt)
		}
	}
	for _, f := range []struct {
		has  bool
		name string
	}{{s.twccFeedback, "transport-cc"}, {s.fir, "ccm fir"}, {s.nack && s.video, "nack"}, {s.pli, "nack pli"}} {
		if f.has {
			fmt.Fprintf(b, "a=rtcp-fb:%d %s\r\n", s.pt, f.name)
		}
	}
}

func (s *answerSection) writeExtensions(b *strings.Builder) {
	for _, e := range []struct {
		id  uint8
		uri string
		use bool
	}{
		{s.exts.mid, uriMID, s.dir == recvonly},
		{s.exts.rid, uriRID, s.dir == recvonly && len(s.rids) > 0},
		{s.exts.rrid, uriRRID, s.dir == recvonly && len(s.rids) > 0},
		{s.exts.level, uriLevel, s.dir == recvonly && !s.video},
		{s.exts.twcc, uriTWCC, s.dir != inactive},
	} {
		if e.use && e.id != 0 {
			fmt.Fprintf(b, "a=extmap:%d %s\r\n", e.id, e.uri)
		}
	}
}

func (s *answerSection) writeSimulcast(b *strings.Builder) {
	if len(s.rids) == 0 {
		return
	}
	for _, r := range s.rids {
		fmt.Fprintf(b, "a=rid:%s recv\r\n", r)
	}
	fmt.Fprintf(b, "a=simulcast:recv %s\r\n", strings.Join(s.rids, ";"))
}

func (s *answerSection) writeStream(b *strings.Builder) {
	fmt.Fprintf(b, "a=msid:%s %s-%s\r\n", s.stream, s.stream, s.mid)
	if s.rtxSSRC != 0 {
		fmt.Fprintf(b, "a=ssrc-group:FID %d %d\r\n", s.ssrc, s.rtxSSRC)
	}
	fmt.Fprintf(b, "a=ssrc:%d cname:%s\r\n", s.ssrc, s.stream)
	if s.rtxSSRC != 0 {
		fmt.Fprintf(b, "a=ssrc:%d cname:%s\r\n", s.rtxSSRC, s.stream)
	}
}

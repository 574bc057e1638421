package sfu

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"
)

// Limits of an offer. 64 participants with sound and picture is more than a
// browser can show; it bounds what one client can make us keep.
const (
	maxOfferBytes = 64 << 10
	maxSections   = 3 + 2*64
	maxRIDs       = 3
	maxToken      = 32 // mid, rid
)

type direction string

const (
	sendonly direction = "sendonly"
	recvonly direction = "recvonly"
	sendrecv direction = "sendrecv"
	inactive direction = "inactive"
)

// offer is what was understood of a client's SDP; everything else in it, its
// candidates too, is ignored.
type offer struct {
	ufrag, pwd  string
	fingerprint string // SHA-256, 32 octets
	exts        extensions
	sections    []section
}

// section is one m-line.
type section struct {
	mid      string
	video    bool
	dir      direction // as the client sees it
	rejected bool      // by the client (port 0), or no codec in common

	pt, rtxPT      uint8 // Opus or VP8; rtxPT is 0 when there is none
	nack, pli, fir bool
	twccFeedback   bool
	exts           extensions
	rids           []string // offered simulcast layers, if any
	ssrc, rtxSSRC  uint32   // announced, 0 when not
}

// extensions are the ids of RTP header extensions (RFC 8285), 0 when absent.
// They hold for the whole bundle (RFC 9143 §7.1.3).
type extensions struct {
	mid, rid, rrid, level, twcc uint8
}

// URIs of the header extensions.
const (
	uriMID   = "urn:ietf:params:rtp-hdrext:sdes:mid"
	uriRID   = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
	uriRRID  = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
	uriLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
	uriTWCC  = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
)

func refuse(why string) error { return fmt.Errorf("%w: %s", ErrOffer, why) }

// parseOffer reads an offer, strictly where it matters and ignoring what it
// does not use.
func parseOffer(text string) (*offer, error) {
	if len(text) > maxOfferBytes {
		return nil, refuse("too large")
	}
	if strings.Count(text, "\nm=") > maxSections {
		return nil, refuse("too many sections")
	}
	var d sdp.SessionDescription
	if err := d.UnmarshalString(text); err != nil {
		return nil, refuse("not SDP")
	}
	if len(d.MediaDescriptions) == 0 || len(d.MediaDescriptions) > maxSections {
		return nil, refuse("no sections, or too many")
	}
	o := &offer{}
	bundle, err := bundled(&d)
	if err != nil {
		return nil, err
	}
	for _, m := range d.MediaDescriptions {
		s, err := parseSection(m)
		if err != nil {
			return nil, err
		}
		if !s.rejected && !bundle[s.mid] {
			return nil, refuse("a section outside of the bundle")
		}
		if err := o.exts.merge(s.exts); err != nil {
			return nil, err
		}
		o.sections = append(o.sections, s)
	}
	if err := uniqueMids(o.sections); err != nil {
		return nil, err
	}
	return o, o.parseTransport(&d)
}

func bundled(d *sdp.SessionDescription) (map[string]bool, error) {
	mids := map[string]bool{}
	for _, a := range d.Attributes {
		if a.Key != "group" {
			continue
		}
		words := strings.Fields(a.Value)
		if len(words) == 0 || words[0] != "BUNDLE" {
			continue
		}
		if len(mids) > 0 {
			return nil, refuse("more than one bundle")
		}
		for _, m := range words[1:] {
			mids[m] = true
		}
	}
	return mids, nil
}

func uniqueMids(sections []section) error {
	seen := map[string]bool{}
	for _, s := range sections {
		if seen[s.mid] {
			return refuse("a mid twice")
		}
		seen[s.mid] = true
	}
	return nil
}

// parseTransport takes the ICE and DTLS parameters, which are the same for all
// sections of a bundle: the first found counts.
func (o *offer) parseTransport(d *sdp.SessionDescription) error {
	get := func(key string) string {
		if v, ok := d.Attribute(key); ok {
			return v
		}
		for i, m := range d.MediaDescriptions {
			if v, ok := m.Attribute(key); ok && !o.sections[i].rejected {
				return v
			}
		}
		return ""
	}
	o.ufrag, o.pwd = get("ice-ufrag"), get("ice-pwd")
	if !iceChars(o.ufrag, 4, 256) || !iceChars(o.pwd, 22, 256) {
		return refuse("no ICE credentials")
	}
	if s := get("setup"); s != "actpass" && s != "active" {
		return refuse("the client cannot be the DTLS client")
	}
	words := strings.Fields(get("fingerprint"))
	if len(words) != 2 || !strings.EqualFold(words[0], "sha-256") {
		return refuse("no SHA-256 fingerprint")
	}
	sum, err := hex.DecodeString(strings.ReplaceAll(words[1], ":", ""))
	if err != nil || len(sum) != 32 {
		return refuse("malformed fingerprint")
	}
	o.fingerprint = string(sum)
	return nil
}

func parseSection(m *sdp.MediaDescription) (section, error) {
	s := section{dir: sendrecv, rejected: m.MediaName.Port.Value == 0}
	switch m.MediaName.Media {
	case "audio":
	case "video":
		s.video = true
	default:
		return s, refuse("a section that is neither audio nor video")
	}
	if strings.Join(m.MediaName.Protos, "/") != "UDP/TLS/RTP/SAVPF" {
		return s, refuse("a section without DTLS-SRTP")
	}
	mid, _ := m.Attribute("mid")
	if !token(mid) {
		return s, refuse("a section without a proper mid")
	}
	s.mid = mid
	// A bundle-only section has port 0 without being rejected (RFC 9143 §6).
	if _, ok := m.Attribute("bundle-only"); ok {
		s.rejected = false
	}
	for _, a := range m.Attributes {
		switch d := direction(a.Key); d {
		case sendonly, recvonly, sendrecv, inactive:
			s.dir = d
		}
	}
	s.parseCodecs(m)
	s.parseExtensions(m)
	s.parseStreams(m)
	if _, mux := m.Attribute("rtcp-mux"); !mux || s.pt == 0 {
		s.rejected = true
	}
	return s, nil
}

// parseCodecs finds Opus, or VP8 and the RTX that belongs to it.
func (s *section) parseCodecs(m *sdp.MediaDescription) {
	want := "opus/48000/2"
	if s.video {
		want = "vp8/90000"
	}
	rtx := map[uint8]bool{}
	each(m, "rtpmap", func(pt uint8, v string) {
		switch v = strings.ToLower(v); {
		case v == want && s.pt == 0:
			s.pt = pt
		case v == "rtx/90000":
			rtx[pt] = true
		}
	})
	each(m, "fmtp", func(pt uint8, v string) {
		apt, ok := strings.CutPrefix(v, "apt=")
		if ok && rtx[pt] && s.rtxPT == 0 && apt == strconv.Itoa(int(s.pt)) {
			s.rtxPT = pt
		}
	})
	each(m, "rtcp-fb", func(pt uint8, v string) {
		if pt != s.pt {
			return
		}
		switch v {
		case "nack":
			s.nack = true
		case "nack pli":
			s.pli = true
		case "ccm fir":
			s.fir = true
		case "transport-cc":
			s.twccFeedback = true
		}
	})
}

// each calls f for the attributes of the form "key:PT value".
func each(m *sdp.MediaDescription, key string, f func(pt uint8, value string)) {
	for _, a := range m.Attributes {
		if a.Key != key {
			continue
		}
		n, v, _ := strings.Cut(a.Value, " ")
		// 64 to 95 would be taken for RTCP on the same port (RFC 5761 §4).
		if pt, err := strconv.ParseUint(n, 10, 7); err == nil && pt > 0 && (pt < 64 || pt > 95) {
			f(uint8(pt), v)
		}
	}
}

func (s *section) parseExtensions(m *sdp.MediaDescription) {
	for _, a := range m.Attributes {
		if a.Key != "extmap" {
			continue
		}
		words := strings.Fields(a.Value)
		if len(words) < 2 {
			continue
		}
		n, _, _ := strings.Cut(words[0], "/")
		id, err := strconv.ParseUint(n, 10, 8)
		if err != nil || id < 1 || id > 14 {
			continue // not for the one-byte header
		}
		if at := s.exts.field(words[1]); at != nil && *at == 0 {
			*at = uint8(id)
		}
	}
}

func (e *extensions) field(uri string) *uint8 {
	switch uri {
	case uriMID:
		return &e.mid
	case uriRID:
		return &e.rid
	case uriRRID:
		return &e.rrid
	case uriLevel:
		return &e.level
	case uriTWCC:
		return &e.twcc
	}
	return nil
}

func (e *extensions) all() []*uint8 {
	return []*uint8{&e.mid, &e.rid, &e.rrid, &e.level, &e.twcc}
}

// merge adds the ids of another section. One id means one thing in a bundle.
func (e *extensions) merge(o extensions) error {
	mine, theirs := e.all(), o.all()
	for i := range mine {
		for j := range theirs {
			if i != j && *mine[i] != 0 && *mine[i] == *theirs[j] {
				return refuse("an extension id with two meanings")
			}
		}
	}
	for i := range mine {
		if *mine[i] == 0 {
			*mine[i] = *theirs[i]
		}
	}
	return nil
}

// parseStreams takes simulcast layers (RFC 8853) and announced SSRCs.
func (s *section) parseStreams(m *sdp.MediaDescription) {
	for _, a := range m.Attributes {
		words := strings.Fields(a.Value)
		switch {
		case a.Key == "rid" && len(words) >= 2 && words[1] == "send":
			if token(words[0]) && len(s.rids) < maxRIDs {
				s.rids = append(s.rids, words[0])
			}
		case a.Key == "ssrc" && len(words) >= 1 && s.ssrc == 0:
			s.ssrc = ssrcOf(words[0])
		case a.Key == "ssrc-group" && len(words) == 3 && words[0] == "FID":
			s.ssrc, s.rtxSSRC = ssrcOf(words[1]), ssrcOf(words[2])
		}
	}
	if len(s.rids) > 0 {
		s.ssrc, s.rtxSSRC = 0, 0 // layers are told apart by their rid
	}
}

func ssrcOf(word string) uint32 {
	n, err := strconv.ParseUint(word, 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

func token(s string) bool {
	if s == "" || len(s) > maxToken {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !alphanumeric(c) && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// iceChars: ice-char of RFC 8839 §5.4.
func iceChars(s string, from, to int) bool {
	if len(s) < from || len(s) > to {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !alphanumeric(c) && c != '+' && c != '/' {
			return false
		}
	}
	return true
}

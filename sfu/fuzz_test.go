package sfu

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
)

const chromeOffer = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" +
	"a=group:BUNDLE 0 1 2\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS s\r\n" +
	"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:4ZcD\r\na=ice-pwd:2/1muCWoOi3uLifh0NuRHlSZ\r\n" +
	"a=fingerprint:sha-256 " + aFingerprint + "\r\na=setup:actpass\r\na=mid:0\r\n" +
	"a=extmap:1 " + uriLevel + "\r\na=extmap:3 " + uriTWCC + "\r\na=extmap:4 " + uriMID + "\r\na=sendonly\r\na=msid:s m\r\n" +
	"a=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=ssrc:3570614608 cname:4TOk42mSjXCkVIa6\r\n" +
	"m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=extmap:3 " + uriTWCC + "\r\na=extmap:4 " + uriMID + "\r\na=extmap:10 " + uriRID + "\r\na=extmap:11 " + uriRRID + "\r\n" +
	"a=sendonly\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 transport-cc\r\na=rtcp-fb:96 ccm fir\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n" +
	"a=rid:q send\r\na=rid:h send\r\na=rid:f send\r\na=simulcast:send q;h;f\r\na=candidate:1 1 udp 2113937151 192.0.2.1 40000 typ host\r\n" +
	"m=video 0 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\na=bundle-only\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"

const aFingerprint = "9C:AF:1F:2B:43:4C:0F:51:76:6E:C0:A3:9D:7B:3C:6D:4E:6B:A1:00:11:22:33:44:55:66:77:88:99:AA:BB:CC"

func TestParseOffer(t *testing.T) {
	o, err := parseOffer(chromeOffer)
	must(t, err)
	if len(o.sections) != 3 || len(o.fingerprint) != 32 || o.ufrag != "4ZcD" {
		t.Fatalf("%+v", o)
	}
	audio, camera, slot := o.sections[0], o.sections[1], o.sections[2]
	if audio.pt != 111 || audio.ssrc != 3570614608 || audio.exts.level != 1 || audio.dir != sendonly {
		t.Errorf("audio: %+v", audio)
	}
	if camera.pt != 96 || camera.rtxPT != 97 || strings.Join(camera.rids, "") != "qhf" || !camera.nack || !camera.pli {
		t.Errorf("camera: %+v", camera)
	}
	if slot.rejected || slot.dir != recvonly {
		t.Errorf("slot: %+v", slot)
	}
}

// TestParseOfferRefuses: one change to a good offer, and it is refused whole.
func TestParseOfferRefuses(t *testing.T) {
	for name, change := range map[string][2]string{
		"data channel":          {"m=audio 9", "m=application 9"},
		"plain RTP":             {"m=audio 9 UDP/TLS/RTP/SAVPF", "m=audio 9 RTP/AVP"},
		"no bundle":             {"a=group:BUNDLE 0 1 2\r\n", ""},
		"outside of the bundle": {"a=group:BUNDLE 0 1 2", "a=group:BUNDLE 0 1"},
		"two bundles":           {"a=group:BUNDLE 0 1 2\r\n", "a=group:BUNDLE 0\r\na=group:BUNDLE 1 2\r\n"},
		"a mid twice":           {"a=mid:1", "a=mid:0"},
		"a mid with a newline":  {"a=mid:1", "a=mid:1 x"},
		"server role":           {"a=setup:actpass", "a=setup:passive"},
		"SHA-1":                 {"a=fingerprint:sha-256", "a=fingerprint:sha-1"},
		"short fingerprint":     {aFingerprint, "9C:AF"},
		"short password":        {"a=ice-pwd:2/1muCWoOi3uLifh0NuRHlSZ", "a=ice-pwd:x"},
		"one id, two meanings":  {"a=extmap:10 " + uriRID, "a=extmap:4 " + uriRID},
	} {
		if !strings.Contains(chromeOffer, change[0]) {
			t.Fatalf("%s changes nothing", name)
		}
		if _, err := parseOffer(strings.Replace(chromeOffer, change[0], change[1], 1)); err == nil {
			t.Errorf("taken: %s", name)
		}
	}
	many := chromeOffer + strings.Repeat("m=audio 0 UDP/TLS/RTP/SAVPF 111\r\n", 200)
	if _, err := parseOffer(many); err == nil {
		t.Error("taken: 203 sections")
	}
	if _, err := parseOffer(chromeOffer + strings.Repeat("a=x\r\n", maxOfferBytes/4)); err == nil {
		t.Error("taken: an offer over the size limit")
	}
}

// FuzzOffer: whatever is offered, parsing ends in bounds, and what is answered
// can be parsed and holds no line that the gateway did not write.
func FuzzOffer(f *testing.F) {
	f.Add(chromeOffer)
	f.Add("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		o, err := parseOffer(text)
		if err != nil {
			return
		}
		if len(o.sections) > maxSections || len(o.fingerprint) != 32 {
			t.Fatalf("%+v", o)
		}
		a := answer{ufrag: "u", pwd: "p", fingerprint: aFingerprint}
		for _, s := range o.sections {
			if !token(s.mid) || len(s.rids) > maxRIDs || !s.rejected && s.pt == 0 {
				t.Fatalf("%+v", s)
			}
			a.sections = append(a.sections, answerSection{section: s, dir: recvonly})
		}
		if n := strings.Count(a.String(), "\r\nm="); n != len(o.sections) {
			t.Fatalf("%d sections answered to %d", n, len(o.sections))
		}
	})
}

// FuzzVP8: the descriptor parser stays in bounds, and rewriting changes nothing
// but the two numbers.
func FuzzVP8(f *testing.F) {
	f.Add(testVP8(true, 0x7fff, 255, "frame"), uint16(3), uint8(9))
	f.Add([]byte{0x90, 0x80, 0x05, 0x00}, uint16(0x1234), uint8(1))
	f.Add([]byte{0x80, 0xf0}, uint16(0), uint8(0))
	f.Fuzz(func(t *testing.T, b []byte, pid uint16, tl0 uint8) {
		d, ok := parseVP8(b)
		if !ok {
			return
		}
		before := bytes.Clone(b)
		d.rewrite(b, pid, tl0)
		again, ok := parseVP8(b)
		if !ok || again.key != d.key || again.start != d.start || again.pidAt != d.pidAt || again.tl0At != d.tl0At || again.tid != d.tid {
			t.Fatalf("%+v became %+v", d, again)
		}
		d.rewrite(b, d.pid, d.tl0)
		if !bytes.Equal(b, before) {
			t.Fatalf("%x became %x", before, b)
		}
	})
}

// FuzzSTUN: nothing that is not signed with a transport's password is answered.
func FuzzSTUN(f *testing.F) {
	n, err := New(Config{Address: "127.0.0.1:0"})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = n.Close() })
	f.Add([]byte{0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	w := newWorker(n, n.udp[0].conn)
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, _, ok := n.checkSTUN(w, n.addr, b); ok {
			t.Fatal("accepted")
		}
	})
}

// FuzzRTP: decrypted packets of a client may hold anything.
func FuzzRTP(f *testing.F) {
	n, err := New(Config{Address: "127.0.0.1:0"})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = n.Close() })
	p, err := n.Room("r").Open("a", Events{})
	if err != nil {
		f.Fatal(err)
	}
	if _, err := p.Offer(f.Context(), chromeOffer); err != nil {
		f.Fatal(err)
	}
	p.Allow(true, true, true)
	t := p.link.Load()
	good, _ := (&rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 111, SSRC: 3570614608}, Payload: []byte("x")}).Marshal()
	f.Add(good)
	w := newWorker(n, n.udp[0].conn)
	f.Fuzz(func(_ *testing.T, b []byte) {
		if len(b) > maxDatagram {
			return
		}
		if _, err := w.in.Unmarshal(b); err != nil {
			return
		}
		w.now += time.Millisecond
		buf := make([]byte, headroom+len(b))
		copy(buf[headroom:], b)
		t.inMu.Lock()
		defer t.inMu.Unlock()
		t.recv.handle(w, buf)
	})
}

// FuzzLoss: however sequence numbers come, the tracker keeps its bounds, never
// asks for what came, and takes nothing twice.
func FuzzLoss(f *testing.F) {
	f.Add([]byte{1, 1, 3, 1, 255, 200, 2})
	f.Fuzz(func(t *testing.T, steps []byte) {
		var l lossTracker
		seq, now := uint16(65500), time.Duration(0)
		taken := map[uint16]bool{}
		for i, s := range steps {
			if i > seenWindow/2 {
				return // beyond, numbers may come round
			}
			seq += uint16(int16(int8(s)))
			now += 10 * time.Millisecond
			if fresh, _ := l.add(seq, now); fresh && taken[seq] {
				t.Fatalf("%d taken twice", seq)
			}
			taken[seq] = true
			if len(l.missing) > maxMissing {
				t.Fatal("too many missing")
			}
			for _, q := range l.due(nil, now, 0) {
				if taken[q] {
					t.Fatalf("asked for %d, which came", q)
				}
			}
		}
	})
}

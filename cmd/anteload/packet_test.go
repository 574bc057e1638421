//go:build linux

package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/pion/rtp"
)

func TestPacketAsOthersReadIt(t *testing.T) {
	h := header{payloadType: vp8Type, marker: true, sequence: 65535, timestamp: 1 << 31, ssrc: 77, twcc: 513, counted: true}
	raw := append(h.append(nil), "payload"...)
	var p rtp.Packet
	if err := p.Unmarshal(raw); err != nil {
		t.Fatal(err)
	}
	if !p.Marker || p.PayloadType != vp8Type || p.SequenceNumber != 65535 || p.Timestamp != 1<<31 || p.SSRC != 77 {
		t.Errorf("read as %+v", p.Header)
	}
	if e := p.GetExtension(twccID); !bytes.Equal(e, []byte{2, 1}) {
		t.Errorf("transport-wide number is %v", e)
	}
	got, payload, ok := parsePacket(raw)
	if !ok || got != h || string(payload) != "payload" {
		t.Errorf("parsed %+v %q %v", got, payload, ok)
	}
}

func FuzzParsePacket(f *testing.F) {
	full := header{sequence: 1, counted: true}
	f.Add(append(full.append(nil), make([]byte, 40)...))
	f.Add([]byte{0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xbe, 0xde, 0, 1, 0xff, 0, 0, 0})
	f.Add([]byte{0xaf, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 200})
	f.Fuzz(func(t *testing.T, b []byte) {
		h, payload, ok := parsePacket(b)
		if !ok {
			return
		}
		if len(payload) > len(b)-rtpHeader {
			t.Fatalf("%d octets of payload in %d", len(payload), len(b))
		}
		if s, ok := readStamp(payload); ok && s.kind >= kinds {
			t.Fatalf("header %+v, stamp %+v", h, s)
		}
	})
}

func TestStamp(t *testing.T) {
	want := stamp{sender: 9, kind: camera, key: true, sent: int64(time.Hour)}
	b := make([]byte, 64)
	want.put(b)
	if got, ok := readStamp(b); !ok || got != want {
		t.Errorf("got %+v, %v", got, ok)
	}
	for _, bad := range [][]byte{nil, make([]byte, 64), b[:63]} {
		if got, ok := readStamp(bad); ok {
			t.Errorf("%v has stamp %+v", bad, got)
		}
	}
}

func TestStreamRates(t *testing.T) {
	var octets, packets, frames, keys int
	for _, k := range []kind{audio, camera} {
		s := newStream(k, 1)
		for now := time.Duration(0); now < 20*time.Second; now += s.every() {
			h, payload := s.next(now, 5)
			packets++
			if k == camera {
				octets += len(payload)
				if h.marker {
					frames++
				}
			}
			if got, ok := readStamp(payload); !ok || got.sender != 5 || got.sent != int64(now) {
				t.Fatalf("stamp is %+v, %v", got, ok)
			} else if got.key {
				keys++
			}
		}
	}
	if rate := float64(packets) / 20; rate < 164 || rate > 166 {
		t.Errorf("%v packets a second, want 165", rate)
	}
	if rate := octets * 8 / 20; rate < 990_000 || rate > 1_010_000 {
		t.Errorf("%d bit/s of picture, want 1 Mbit/s", rate)
	}
	if frames < 498 || frames > 502 || keys != 2 {
		t.Errorf("%d frames, %d of them key frames, in 20 s", frames, keys)
	}
}

func TestKeyFrameAtOnce(t *testing.T) {
	s := newStream(camera, 1)
	for range 7 {
		s.next(time.Second, 1)
	}
	s.wantKey = true
	_, payload := s.next(time.Second, 1)
	if got, _ := readStamp(payload); !got.key || payload[0]&0x10 == 0 || payload[vp8HeaderLen]&1 != 0 {
		t.Errorf("the packet after a request begins no key frame: % x", payload[:5])
	}
	_, payload = s.next(time.Second, 1)
	if got, _ := readStamp(payload); got.key || payload[0]&0x10 != 0 {
		t.Errorf("every packet begins a key frame: % x", payload[:5])
	}
}

func TestBareCodec(t *testing.T) {
	c, err := newBare()
	if err != nil {
		t.Fatal(err)
	}
	h := header{sequence: 3, timestamp: 4, ssrc: 5}
	plain := append(h.append(nil), "words"...)
	sealed, err := c.seal(nil, plain)
	if err != nil {
		t.Fatal(err)
	}
	if opened, err := c.open(nil, sealed); err != nil || !bytes.Equal(opened, plain) {
		t.Errorf("%q, %v", opened, err)
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := c.open(nil, sealed); err == nil {
		t.Error("a forged packet opens")
	}
	if _, err := c.open(nil, sealed[:5]); err == nil {
		t.Error("a short packet opens")
	}
}

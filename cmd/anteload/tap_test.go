//go:build linux

package main

import (
	"encoding/binary"
	"strings"
	"testing"
)

// frame is a websocket frame as servers send it.
func frame(text string) string {
	switch n := len(text); {
	case n < 126:
		return "\x81" + string(rune(n)) + text
	case n < 1<<16:
		return "\x81\x7e" + string(binary.BigEndian.AppendUint16(nil, uint16(n))) + text
	default:
		return "\x81\x7f" + string(binary.BigEndian.AppendUint64(nil, uint64(n))) + text
	}
}

const upgraded = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"

func TestTapFindsAnswers(t *testing.T) {
	long := strings.Repeat("x", 70_000)
	stream := upgraded + frame(`{"type":"view"}`) + frame(`{"type":"answer","pc":"1","sdp":"first"}`) +
		frame(`{"type":"chat","text":"an \"answer\" "}`) + frame(`{"type":"answer","pc":"1","sdp":"`+strings.Repeat("y", 300)+`"}`) +
		frame(`{"type":"answer","pc":"1","sdp":"`+long+`"}`)
	for _, step := range []int{1, 7, 1000, len(stream)} {
		tap := newTap()
		for at := 0; at < len(stream); at += step {
			tap.feed([]byte(stream[at:min(at+step, len(stream))]))
		}
		for _, want := range []string{"first", strings.Repeat("y", 300), long} {
			select {
			case got := <-tap.answers:
				if got != want {
					t.Errorf("steps of %d: %d octets, want %d", step, len(got), len(want))
				}
			default:
				t.Errorf("steps of %d: no answer of %d octets", step, len(want))
			}
		}
	}
}

func FuzzTap(f *testing.F) {
	f.Add(upgraded + frame(`{"type":"answer","sdp":"x"}`))
	f.Add("\r\n\r\n\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff")
	f.Fuzz(func(_ *testing.T, s string) { newTap().feed([]byte(s)) })
}

func TestParseAnswer(t *testing.T) {
	const sdp = "v=0\r\na=fingerprint:sha-256 AB:CD\r\nm=audio 9 X 111\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\n" +
		"a=candidate:1 1 tcp 3000 10.0.0.9 1 typ host tcptype passive\r\n" +
		"a=candidate:2 1 udp 1000 10.0.0.1 7900 typ host\r\na=candidate:3 1 udp 2000 fd00::1 7901 typ host\r\n"
	a, err := parseAnswer(sdp)
	if err != nil || a.ufrag != "u" || a.password != "p" || a.fingerprint != "AB:CD" || a.server.String() != "[fd00::1]:7901" {
		t.Errorf("%+v, %v", a, err)
	}
	if _, err := parseAnswer(strings.ReplaceAll(sdp, " udp ", " tcp ")); err == nil {
		t.Error("an answer without a UDP candidate is taken")
	}
}

func FuzzParseAnswer(f *testing.F) {
	f.Add("a=candidate:2 1 udp 1000 10.0.0.1 7900 typ host\r\na=ice-ufrag:u")
	f.Add("a=candidate:2 1 udp -1 ::1%eth0 70000 typ host")
	f.Fuzz(func(t *testing.T, s string) {
		if a, err := parseAnswer(s); err == nil && !a.server.IsValid() {
			t.Fatalf("an answer without an address: %+v", a)
		}
	})
}

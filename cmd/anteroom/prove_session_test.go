//go:build linux

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"anteroom/signaling/client"
)

// proofSession is the session of a proof.
type proofSession struct {
	*proof
	id    string
	links map[string]client.Link
	first client.Invite // the guest's
}

// member is somebody with a seat, a connection and media.
type member struct {
	*client.Conn
	seat  *client.Seat
	media *client.Media
	heard atomic.Bool // the other side's sound came
	seen  atomic.Bool // the other side's picture came
}

func (p *proof) newSession() *proofSession {
	p.t.Helper()
	c, no, off := p.canaries, false, "off"
	// In the clear, so that all that is said passes the gateway readably.
	s, err := client.API{URL: "http://" + p.listen, Key: testKey, HTTP: p.http, Strict: true}.Create(p.within(), client.SessionSpec{
		Title: c.sing("title"), Greeting: c.sing("greeting"), Recognition: c.sing("recognition phrase"), PlanB: c.sing("plan B"),
		GroundRules: c.sing("ground rules"), Passcode: c.sing("passcode"),
		Hosts: client.Labels("Host"), Guests: client.Labels(c.sing("label"), c.sing("other label")),
		Policy: &client.Policy{AutoLock: &no, E2EE: &off},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	all := &proofSession{proof: p, id: s.ID, links: map[string]client.Link{}, first: s.Guests[0]}
	for name, inv := range map[string]client.Invite{"Host": s.Hosts[0], "guest": s.Guests[0], "other": s.Guests[1]} {
		link, err := client.Parse(inv.Link)
		if err != nil {
			p.t.Fatal(err)
		}
		all.links[name] = link
		_, signature, _ := strings.Cut(link.Token(), ".")
		c["token of "+name] = link.Token()
		c["end of the token of "+name] = signature
	}
	return all
}

// enter redeems a link, first with a wrong passcode, and connects.
func (s *proofSession) enter(name string) *member {
	s.t.Helper()
	o := s.options()
	if name != "Host" {
		o.Passcode = s.canaries.sing("wrong passcode of " + name)
		if _, err := client.Join(s.within(), s.links[name], o); client.CodeOf(err) != client.CodePasscodeWrong {
			s.t.Errorf("a wrong passcode: %v", err)
		}
		o.Passcode = s.canaries["passcode"]
	}
	seat, err := client.Join(s.within(), s.links[name], o)
	if err != nil {
		s.t.Fatal(err)
	}
	m := &member{seat: seat}
	s.connect(m)
	return m
}

// connect opens a seat's websocket, however long a crashed gateway still holds
// the session.
func (s *proofSession) connect(m *member) {
	s.t.Helper()
	ctx, again := s.within(), time.NewTicker(50*time.Millisecond)
	defer again.Stop()
	for {
		c, err := m.seat.Connect(ctx)
		if err == nil {
			m.Conn = c
			s.t.Cleanup(c.Close)
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			s.t.Fatal(err)
		}
	}
}

func (s *proofSession) admit(host *member, guests ...*member) {
	s.t.Helper()
	for _, g := range guests {
		if err := host.Admit(s.within(), g.seat.ID); err != nil {
			s.t.Fatal(err)
		}
		s.isIn(g)
	}
}

func (s *proofSession) isIn(m *member) {
	s.t.Helper()
	_, err := m.WaitView(s.within(), func(v client.View) bool { return v.Me.Phase == client.PhaseIn && v.Media })
	if err != nil {
		s.t.Fatal(err)
	}
}

// comeBack has the seats resume at the restarted gateway.
func (s *proofSession) comeBack(all ...*member) {
	s.t.Helper()
	for _, m := range all {
		s.connect(m)
	}
	for _, m := range all {
		s.isIn(m)
	}
}

// talk has two people send each other sound, pictures, chat and descriptions of
// connections, with canaries in all of it, until each has got the other's.
func (s *proofSession) talk(host, guest *member) {
	s.t.Helper()
	for _, text := range []string{"chat", "message at the door"} {
		if err := host.SayToWaiting(s.within(), s.canaries.sing(text)); err != nil {
			s.t.Error(err)
		}
	}
	said := s.canaries.sing("chat")
	if err := guest.Say(s.within(), said, false); err != nil {
		s.t.Fatal(err)
	}
	if got, err := host.NextChat(s.within()); err != nil || got.Text != said {
		s.t.Errorf("the chat does not arrive: %v", err)
	}
	s.describe(guest)
	sound, picture := s.canaries.sing("sound"), s.canaries.sing("picture")
	for _, m := range []*member{host, guest} {
		s.publish(m, sound, picture)
	}
	s.exchange(sound, picture, host, guest)
	for _, m := range []*member{host, guest} {
		m.media.Close()
	}
}

// describe offers a connection whose description has names in it, as those of
// browsers do.
func (s *proofSession) describe(m *member) {
	s.t.Helper()
	pc, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = pc.GracefulClose() }()
	for _, mime := range []string{webrtc.MimeTypeOpus, webrtc.MimeTypeVP8, webrtc.MimeTypeVP8} {
		track, err := webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: mime}, s.canaries.sing("track in SDP"), s.canaries.sing("stream in SDP"))
		if err != nil {
			s.t.Fatal(err)
		}
		if _, err := pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly}); err != nil {
			s.t.Fatal(err)
		}
	}
	offer, err := pc.CreateOffer(nil)
	if err != nil || !strings.Contains(offer.SDP, s.canaries["stream in SDP"]) {
		s.t.Fatalf("the offer has no canary in it: %v", err)
	}
	if err := m.Do(s.within(), client.Command{"type": "offer", "pc": "described", "sdp": offer.SDP}); err != nil {
		s.t.Errorf("the offer with names in it: %v", err)
	}
	bad := client.Command{"type": "offer", "pc": "described", "sdp": strings.ReplaceAll(offer.SDP, "m=audio", s.canaries.sing("broken SDP"))}
	if err := m.Do(s.within(), bad); client.CodeOf(err) != client.CodeBadRequest {
		s.t.Errorf("a broken offer: %v", err)
	}
}

func (s *proofSession) publish(m *member, sound, picture string) {
	s.t.Helper()
	engine, err := client.NewEngine(client.EngineOptions{Loopback: true})
	if err != nil {
		s.t.Fatal(err)
	}
	m.heard.Store(false)
	m.seen.Store(false)
	m.media, err = m.Publish(s.within(), client.MediaOptions{Engine: engine, Audio: 2, Video: 2, OnPacket: func(_ client.Slot, p *rtp.Packet) {
		if bytes.Contains(p.Payload, []byte(sound)) {
			m.heard.Store(true)
		}
		if bytes.Contains(p.Payload, []byte(picture)) {
			m.seen.Store(true)
		}
	}})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(m.media.Close)
	if err := m.media.WaitConnected(s.within()); err != nil {
		s.t.Fatal(err)
	}
	if err := m.Send(s.within(), true, true, false); err != nil {
		s.t.Fatal(err)
	}
}

// exchange sends until everybody has got the others' sound and picture.
func (s *proofSession) exchange(sound, picture string, all ...*member) {
	s.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	ctx := s.within()
	for n := uint16(0); ; n++ {
		done := true
		for _, m := range all {
			done = done && m.heard.Load() && m.seen.Load()
			// A payload descriptor that starts a frame, then the header of a key frame.
			frame := append([]byte{0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x10, 0x00, 0x10, 0x00}, picture...)
			_ = m.media.Track(client.Audio).WriteRTP(&rtp.Packet{Header: rtp.Header{SequenceNumber: n, Timestamp: uint32(n) * 960}, Payload: []byte(sound)})
			_ = m.media.Track(client.Camera).WriteRTP(&rtp.Packet{Header: rtp.Header{SequenceNumber: n, Timestamp: uint32(n) * 1800, Marker: true}, Payload: frame})
		}
		if done {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.t.Fatalf("sound and picture do not arrive: host %v %v, guest %v %v", all[0].heard.Load(), all[0].seen.Load(), all[1].heard.Load(), all[1].seen.Load())
		}
	}
}

// remove takes somebody out, who then tries to come back.
func (s *proofSession) remove(host, other *member) {
	s.t.Helper()
	if err := host.Hold(s.within(), other.seat.ID, s.canaries.sing("message to somebody held")); err != nil {
		s.t.Error(err)
	}
	if err := host.Remove(s.within(), other.seat.ID); err != nil {
		s.t.Fatal(err)
	}
	if err := other.WaitEnd(s.within()); client.CodeOf(err) != client.CodeRemoved {
		s.t.Errorf("the removed person's connection ended with %v", err)
	}
	if _, err := client.Join(s.within(), s.links["other"], s.options()); client.CodeOf(err) != client.CodeRemoved {
		s.t.Errorf("the removed person's return: %v", err)
	}
}

// strangers send everything that could make a server complain in its log.
func (s *proofSession) strangers() {
	c := s.canaries
	token := s.links["guest"].Token()
	for _, r := range []struct{ method, path, body string }{
		{"GET", "/j%23" + token, ""}, {"GET", "/" + c.sing("path"), ""}, {"HEAD", "/j?" + token, ""},
		{"POST", "/v1/join", `{"token":"` + token + `","` + c.sing("member") + `":1}`}, {"POST", "/v1/join", c.sing("broken JSON")},
		{"POST", "/v1/preview", `{"token":"` + c.sing("token of nobody") + `"}`}, {"GET", "/v1/sessions/" + c.sing("session of nobody"), ""},
		{"POST", "/v1/signin", `{"token":"` + c.sing("sign-in token") + `"}`}, {"DELETE", "/v1/sessions/" + s.id + "/invites/" + c.sing("invite"), ""},
		{"PATCH", "/" + c.sing("method's path"), ""}, {"POST", "/v1/preview", strings.Repeat(c.sing("too much"), 9000)},
	} {
		s.call(r.method, r.path, r.body)
	}
	s.raw(false, []byte(c.sing("nonsense")+" / HTTP/9\r\n\r\n"))
	s.raw(false, []byte("GET /"+c.sing("unfinished")+" HTTP/1.1\r\nHost: x\r\nContent-Length: 70\r\n\r\nhalf"))
	s.raw(true, nil)
	s.datagram([]byte(c.sing("datagram")))
	s.badSocket()
}

func (s *proofSession) call(method, path, body string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.within(), method, "http://"+s.listen+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, name := range []string{"User-Agent", "Referer", "Cookie", "X-Forwarded-For", "Forwarded"} {
		req.Header.Set(name, s.canaries.sing("header "+name))
	}
	req.Header.Set("Authorization", "Bearer "+s.canaries.sing("wrong API key"))
	resp, err := s.http.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode >= http.StatusInternalServerError {
		s.t.Errorf("%s: status %d", method, resp.StatusCode)
	}
}

// raw talks to the port of the pages without being a browser.
func (s *proofSession) raw(secure bool, data []byte) {
	s.t.Helper()
	c, err := s.dial(s.within(), "tcp", s.listen)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if secure {
		name := strings.ToLower(s.canaries.sing("name in TLS")) + ".example"
		if tls.Client(c, &tls.Config{ServerName: name}).HandshakeContext(s.within()) == nil {
			s.t.Error("TLS on the plain port")
		}
		return
	}
	_, _ = c.Write(data)
	_ = c.(*net.TCPConn).CloseWrite()
	_, _ = io.Copy(io.Discard, c)
}

// datagram sends nonsense to the media port, over UDP and over TCP.
func (s *proofSession) datagram(data []byte) {
	s.t.Helper()
	for _, network := range []string{"udp", "tcp"} {
		c, err := net.Dial(network, s.media)
		if err != nil {
			s.t.Fatal(err)
		}
		// As it is, and as a STUN request that names somebody.
		stun := append([]byte{0, 1, 0, 24, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 6, 0, 20}, data[:20]...)
		for _, one := range [][]byte{data, stun} {
			_, _ = c.Write(one)
		}
		_ = c.Close()
	}
}

// badSocket opens websockets that are refused: one at the opening, one at the
// proof of the seat.
func (s *proofSession) badSocket() {
	s.t.Helper()
	for _, protocol := range []string{"anteroom.v1", s.canaries.sing("subprotocol")} {
		d := dialer(s.dial)
		ws, _, err := d.DialContext(s.within(), "ws://"+s.listen+"/v1/ws", http.Header{"Sec-WebSocket-Protocol": {protocol}})
		if err != nil {
			s.t.Fatal(err)
		}
		_ = ws.WriteJSON(map[string]string{"type": "resume", "session": s.canaries.sing("session"), "key": s.canaries.sing("key"), "signature": "x"})
		for err == nil {
			_, _, err = ws.ReadMessage()
		}
		_ = ws.Close()
	}
}

// isGone waits until the record of the session is erased.
func (s *proofSession) isGone() {
	s.t.Helper()
	api := client.API{URL: "http://" + s.listen, Key: testKey, HTTP: s.http}
	if all, err := api.List(s.within()); err != nil || len(all) != 0 {
		s.t.Errorf("%d sessions are left (%v)", len(all), err)
	}
	if _, err := client.PreviewLink(s.within(), s.links["guest"], s.options()); client.CodeOf(err) != client.CodeEnded {
		s.t.Errorf("the link after the end: %v", err)
	}
}

func dialer(dial func(context.Context, string, string) (net.Conn, error)) *websocket.Dialer {
	return &websocket.Dialer{NetDialContext: dial, HandshakeTimeout: 10 * time.Second, ReadBufferSize: 1024, WriteBufferSize: 1024}
}

// A planted leak is found: the program prints an argument that it does not know.
func TestProofFindsAPlantedLeak(t *testing.T) {
	p := newProof(t, "memory")
	cmd := p.command("--" + p.canaries.sing("planted"))
	p.now = spawn(t, cmd)
	_ = p.now.wait()
	if found := p.canaries.found([]byte(p.now.out.String())); len(found) == 0 {
		t.Errorf("a leak in what the program prints is not found:\n%s", p.now.out)
	}
}

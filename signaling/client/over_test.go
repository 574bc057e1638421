package client

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/pion/webrtc/v4"
)

// TestMediaEndsWithTheWord: the gateway says that a seat has no media any more;
// the client does not wait until it hears so on the media connection too.
func TestMediaEndsWithTheWord(t *testing.T) {
	inRoom := strings.Replace(firstView, `"media":false`, `"media":true`, 1)
	for name, c := range map[string]struct {
		last string
		over bool
	}{
		"media taken away": {strings.Replace(firstView, `"rev":1`, `"rev":2`, 1), true},
		"removed":          {`{"type":"bye","code":"removed","message":"Out."}`, true},
		"ended":            {`{"type":"bye","code":"ended","message":"Over."}`, true},
		"withdrawn":        {`{"type":"bye","code":"link_withdrawn","message":"Out."}`, true},
		"restarting":       {`{"type":"bye","code":"restarting","message":"Again."}`, false},
		"replaced":         {`{"type":"bye","code":"replaced","message":"There."}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			say := make(chan string)
			conn := must[*Conn](t)(playing(t, Options{}, func(w wire) {
				w.send(inRoom)
				w.send(<-say)
				w.send(<-say)
				w.next()
			}))
			m := must[*Media](t)(newMedia(MediaOptions{}, nil))
			defer m.Close()
			conn.Attach(m)
			say <- `{"type":"answer","pc":"` + m.pc + `","sdp":""}`
			say <- c.last
			if c.over {
				if err := m.WaitClosed(within(t)); err != nil {
					t.Fatal(err)
				}
				return
			}
			if err := conn.WaitEnd(within(t)); CodeOf(err) == "" || m.over() {
				t.Fatalf("%v, and the media are over: %t", err, m.over())
			}
		})
	}
}

// TestWhoHasNoMediaIsRefused: somebody who waits has nothing that could end. What
// they are told of while they offer is the refusal.
func TestWhoHasNoMediaIsRefused(t *testing.T) {
	conn := must[*Conn](t)(playing(t, Options{}, func(w wire) {
		w.send(firstView)
		offer := w.next()
		w.send(strings.Replace(firstView, `"rev":1`, `"rev":2`, 1))
		w.send(`{"type":"error","ref":"` + offer["ref"].(string) + `","code":"not_allowed","message":"Wait."}`)
		w.next()
	}))
	m := must[*Media](t)(newMedia(MediaOptions{}, nil))
	defer m.Close()
	conn.Attach(m)
	if err := m.Grow(within(t), 1, 1); CodeOf(err) != CodeNotAllowed {
		t.Error(err)
	}
	if m.over() || m.peer.ConnectionState() == webrtc.PeerConnectionStateClosed {
		t.Error("what had not begun was ended")
	}
}

// TestFixedSections: who wants no more than they offered offers no more.
func TestFixedSections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := must[*Media](t)(newMedia(MediaOptions{Fixed: true}, nil))
		defer m.Close()
		m.take(&slotsMessage{PC: m.pc, Wanted: &Wanted{Audio: 8, Video: 9}})
		synctest.Wait() // whoever offers does so on a goroutine of its own
		if m.audio != 0 || m.video != 0 {
			t.Errorf("%d and %d sections are to be offered", m.audio, m.video)
		}
	})
}

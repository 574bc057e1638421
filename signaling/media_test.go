package signaling

import (
	"slices"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/signaling/client"
)

// TestMedia: people hear and see each other, over UDP and TCP, with and without
// simulcast, and new sections are offered when they are wanted.
func TestMedia(t *testing.T) {
	t.Parallel()
	m := newWorld(t).of("S.", "M.")
	host := m.enter("Host")
	tcp := must[*client.Engine](t)(client.NewEngine(client.EngineOptions{Loopback: true, TCPOnly: true}))
	a := m.publish(host, client.MediaOptions{})
	b := m.publish(m.admitted(host, "S."), client.MediaOptions{Simulcast: true})
	c := m.publish(m.admitted(host, "M."), client.MediaOptions{Engine: tcp, Audio: 1, Video: 1})
	everybody := []publishing{a, b, c}
	for _, who := range everybody {
		for _, from := range everybody {
			for _, kind := range []client.Kind{client.Audio, client.Camera, client.Screen} {
				if who.seat != from.seat {
					m.hears(who, from.person, kind)
				}
			}
		}
	}
	if v := a.View(); v.PC == "" {
		t.Error("the view does not name the connection")
	}
	ok(t, b.media.Restart(within(t)))
	m.hears(b, host, client.Camera)
	m.hears(a, b.person, client.Camera)
	b.media.Track(client.Audio).SetLevel(20)
	ok(t, a.WaitSpeakers(within(t), func(seats []string) bool { return slices.Equal(seats, []string{b.seat.ID}) }))
	ok(t, c.media.AskKeyFrame())
}

// TestMediaOutlivesTheWebsocket: and is taken over by the next one.
func TestMediaOutlivesTheWebsocket(t *testing.T) {
	t.Parallel()
	m := newWorld(t).of("S.")
	host := m.publish(m.enter("Host"), client.MediaOptions{})
	guest := m.publish(m.admitted(host.person, "S."), client.MediaOptions{Audio: 1, Video: 1})
	m.hears(host, guest.person, client.Audio)
	pc := guest.View().PC
	guest.Close()
	m.see(host.person, func(v client.View) bool { p, _ := v.Person(guest.seat.ID); return !p.Online })
	m.hears(host, guest.person, client.Audio)
	m.hears(guest, host.person, client.Audio)
	back := m.connect(guest.seat)
	if v := back.View(); v.PC != pc || !v.Media || v.Me.Phase != client.PhaseIn {
		t.Errorf("after coming back: %q, media %t", v.Me.Phase, v.Media)
	}
	back.Attach(guest.media)
	ok(t, guest.media.Grow(within(t), 3, 3))
	m.hears(host, guest.person, client.Camera)
	ok(t, guest.media.WaitSlots(within(t), func(s []client.Slot) bool { return len(s) == 3 }))
}

// TestMediaOnlyForThoseTogether: a talk at the door, being held, muted, removed.
func TestMediaOnlyForThoseTogether(t *testing.T) {
	t.Parallel()
	m := newWorld(t).of("S.", "M.", "W.")
	host := m.publish(m.enter("Host"), client.MediaOptions{})
	s := m.publish(m.admitted(host.person, "S."), client.MediaOptions{})
	other := m.publish(m.admitted(host.person, "M."), client.MediaOptions{})
	waiting := m.enter("W.")
	m.hears(s, host.person, client.Audio)
	m.hears(s, other.person, client.Camera)
	_, err := waiting.Publish(within(t), client.MediaOptions{Engine: m.engine})
	refused(t, err, client.CodeNotAllowed)

	ok(t, host.Greet(within(t), waiting.seat.ID))
	m.see(waiting, func(v client.View) bool { return v.Media && len(v.People) == 2 })
	door := m.publish(waiting, client.MediaOptions{})
	m.hears(door, host.person, client.Audio)
	m.hears(host, door.person, client.Camera)
	for _, kind := range []client.Kind{client.Audio, client.Camera} {
		m.silent(s, host.person, kind, m.counting(door, host.person, kind))
		m.silent(host, other.person, kind, m.counting(s, other.person, kind))
		m.silent(door, other.person, kind, m.counting(s, other.person, kind))
		m.silent(s, door.person, kind, m.counting(host, door.person, kind))
	}
	ok(t, host.GreetEnd(within(t)))
	ok(t, door.media.WaitClosed(within(t)))
	m.hears(s, host.person, client.Audio)

	ok(t, host.Mute(within(t), s.seat.ID, true, false))
	m.silent(other, s.person, client.Audio, m.counting(other, s.person, client.Camera))
	ok(t, host.Mute(within(t), s.seat.ID, false, true))
	m.silent(other, s.person, client.Camera, m.counting(other, s.person, client.Audio))
	m.silent(other, s.person, client.Screen, m.counting(other, s.person, client.Audio))
	ok(t, s.Send(within(t), false, true, false))
	m.silent(host, s.person, client.Audio, m.counting(host, other.person, client.Audio))

	ok(t, host.Hold(within(t), other.seat.ID, ""))
	ok(t, other.media.WaitClosed(within(t)))
	_, err = other.Publish(within(t), client.MediaOptions{Engine: m.engine})
	refused(t, err, client.CodeNotAllowed)
	ok(t, host.Remove(within(t), s.seat.ID))
	ok(t, s.media.WaitClosed(within(t)))
}

// TestScreenForHosts: where only hosts may share, a guest's screen goes nowhere.
func TestScreenForHosts(t *testing.T) {
	t.Parallel()
	hosts := "hosts"
	m := newWorld(t).create(client.SessionSpec{Guests: client.Labels("S."), Policy: &client.Policy{ScreenShare: &hosts}})
	host := m.publish(m.enter("Host"), client.MediaOptions{})
	guest := m.admitted(host.person, "S.")
	refused(t, guest.Send(within(t), true, true, true), client.CodeNotAllowed)
	media := must[*client.Media](t)(guest.Publish(within(t), client.MediaOptions{Engine: m.engine, Audio: 1, Video: 2}))
	t.Cleanup(media.Close)
	ok(t, media.WaitConnected(within(t)))
	pump(t, media)
	ok(t, guest.Send(within(t), true, true, false))
	m.silent(host, guest, client.Screen, m.counting(host, guest, client.Camera))
}

// TestNewConnectionReplacesTheOld: a browser that reloads offers a new one.
func TestNewConnectionReplacesTheOld(t *testing.T) {
	t.Parallel()
	m := newWorld(t).of("S.")
	host := m.publish(m.enter("Host"), client.MediaOptions{})
	guest := m.publish(m.admitted(host.person, "S."), client.MediaOptions{})
	m.hears(host, guest.person, client.Audio)
	again := m.publish(m.connect(guest.seat), client.MediaOptions{})
	ok(t, guest.media.WaitClosed(within(t)))
	m.hears(host, again.person, client.Audio)
	m.hears(again, host.person, client.Audio)
}

// TestPause: 20 s after the last host is lost all media ends, and comes back
// with a host (P7).
func TestPause(t *testing.T) {
	t.Parallel()
	m := newWorld(t).of("S.", "M.")
	host := m.enter("Host")
	s := m.publish(m.admitted(host, "S."), client.MediaOptions{})
	other := m.publish(m.admitted(host, "M."), client.MediaOptions{})
	m.hears(s, other.person, client.Audio)
	host.Close()
	m.see(s.person, func(v client.View) bool { p, _ := v.Person(host.seat.ID); return !p.Online })

	m.clock.advance(room.PauseAfter - 5*time.Second)
	ok(t, s.Hand(within(t), true)) // makes the server look at the clock
	if v := m.see(other.person, func(v client.View) bool { p, _ := v.Person(s.seat.ID); return p.Hand }); v.Room.Paused || !v.Media {
		t.Error("paused too early")
	}
	m.hears(s, other.person, client.Audio)
	m.clock.advance(5 * time.Second)
	ok(t, s.Hand(within(t), false))
	for _, p := range []publishing{s, other} {
		m.see(p.person, func(v client.View) bool { return v.Room.Paused && !v.Media })
		ok(t, p.media.WaitClosed(within(t)))
		_, err := p.Publish(within(t), client.MediaOptions{Engine: m.engine})
		refused(t, err, client.CodeNotAllowed)
		refused(t, p.Say(within(t), "alone", false), client.CodeNotAllowed)
	}
	m.connect(host.seat)
	for _, p := range []publishing{s, other} {
		m.see(p.person, func(v client.View) bool { return !v.Room.Paused && v.Media })
	}
	back := m.publish(s.person, client.MediaOptions{})
	m.publish(other.person, client.MediaOptions{})
	m.hears(back, other.person, client.Audio)
}

// TestHostsPause: a host's pause ends all media in the room, not those at the
// door, and a host's click brings them back.
func TestHostsPause(t *testing.T) {
	t.Parallel()
	m := newWorld(t).of("S.", "M.")
	host := m.publish(m.enter("Host"), client.MediaOptions{})
	s := m.publish(m.admitted(host.person, "S."), client.MediaOptions{})
	m.hears(host, s.person, client.Audio)
	refused(t, s.Pause(within(t)), client.CodeNotAllowed)
	ok(t, host.Pause(within(t)))
	for _, p := range []publishing{host, s} {
		m.see(p.person, func(v client.View) bool { return v.Room.Paused && v.Room.PausedByHost && !v.Media })
		ok(t, p.media.WaitClosed(within(t)))
	}
	refused(t, s.Say(within(t), "to all", false), client.CodeNotAllowed)
	ok(t, s.Say(within(t), "to the host", true))

	other := m.enter("M.")
	ok(t, host.Greet(within(t), other.seat.ID))
	m.see(host.person, func(v client.View) bool { return v.Media })
	m.seePhase(other, client.PhaseGreeted)
	door, visitor := m.publish(host.person, client.MediaOptions{}), m.publish(other, client.MediaOptions{})
	m.hears(door, visitor.person, client.Audio)
	ok(t, host.GreetEnd(within(t)))
	ok(t, door.media.WaitClosed(within(t)))
	ok(t, host.Continue(within(t)))
	m.see(s.person, func(v client.View) bool { return !v.Room.Paused && !v.Room.PausedByHost && v.Media })
	back, again := m.publish(host.person, client.MediaOptions{}), m.publish(s.person, client.MediaOptions{})
	m.hears(back, again.person, client.Audio)
	m.hears(again, back.person, client.Audio)
}

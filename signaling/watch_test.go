package signaling

import (
	"fmt"
	"strings"
	"testing"

	"anteroom/room"
	"anteroom/signaling/client"
)

// TestWatch: what nobody sees is not sent, and its sender is told; the list
// holds for a connection that comes back, and for a new one.
func TestWatch(t *testing.T) {
	t.Parallel()
	m := newWorld(t).of("S.")
	host := m.publish(m.enter("Host"), client.MediaOptions{})
	guest := m.publish(m.admitted(host.person, "S."), client.MediaOptions{Simulcast: true})
	m.hears(host, guest.person, client.Camera)

	height := func(camera int) []client.Shown {
		return []client.Shown{{Seat: guest.seat.ID, Kind: client.Camera, Height: camera}, {Seat: guest.seat.ID, Kind: client.Screen, Height: 900}}
	}
	ok(t, host.Watch(within(t), height(0)...))
	m.silent(host, guest.person, client.Camera, m.counting(host, guest.person, client.Screen))
	ok(t, guest.media.WaitWatched(within(t), client.Camera, 0))
	ok(t, guest.media.WaitWatched(within(t), client.Screen, 1))

	guest.Close()
	back := m.connect(guest.seat)
	back.Attach(guest.media)
	ok(t, host.Watch(within(t), height(100)...))
	ok(t, guest.media.WaitWatched(within(t), client.Camera, 1))
	m.hears(host, guest.person, client.Camera)

	ok(t, host.Watch(within(t), height(0)...))
	again := m.publish(host.person, client.MediaOptions{})
	m.silent(again, guest.person, client.Camera, m.counting(again, guest.person, client.Screen))
	ok(t, host.Watch(within(t)))
	m.hears(again, guest.person, client.Camera)
	ok(t, guest.media.WaitWatched(within(t), client.Camera, 3))
	if q := again.media.Quality(); q.Down != client.LineGood || q.Up != client.LineGood || len(q.Weak) != 0 {
		t.Errorf("the lines are %+v", q)
	}
}

// TestWatchIsStrict: and bounded, in size and in time.
func TestWatchIsStrict(t *testing.T) {
	t.Parallel()
	m := newWorld(t).of("S.")
	host := m.enter("Host")
	of := func(list string) error { return listOf(`{"type":"watch","shown":` + list + `}`) }
	entry := func(seat, kind, height string) string {
		return fmt.Sprintf(`{"seat":%q,"kind":%q,"height":%s}`, seat, kind, height)
	}
	many := make([]string, maxShown+1)
	for i := range many {
		many[i] = entry(fmt.Sprintf("%04d", i), "camera", "1")
	}
	one := entry("AAAA", "camera", "720")
	for name, list := range map[string]string{
		"sound":        "[" + entry("AAAA", "audio", "1") + "]",
		"negative":     "[" + entry("AAAA", "camera", "-1") + "]",
		"a fraction":   "[" + entry("AAAA", "camera", "1.5") + "]",
		"too high":     "[" + entry("AAAA", "camera", "16385") + "]",
		"twice":        "[" + one + "," + one + "]",
		"no seat":      "[" + entry("", "camera", "1") + "]",
		"a long seat":  "[" + entry(strings.Repeat("A", maxSeatID+2), "camera", "1") + "]",
		"too many":     "[" + strings.Join(many, ",") + "]",
		"no list":      "{}",
		"null":         "null",
		"more members": `[{"seat":"AAAA","kind":"camera","height":1,"width":2}]`,
	} {
		if err := of(list); room.CodeOf(err) != room.CodeBadRequest {
			t.Errorf("%s: %v", name, err)
		}
	}
	ok(t, of("["+strings.Join(many[:maxShown], ",")+"]"))
	ok(t, of("["+one+","+entry("AAAA", "screen", "0")+"]"))
	ok(t, of("[]"))

	limited := 0
	for range 3 * watchBurst {
		err := host.Watch(within(t))
		switch {
		case client.CodeOf(err) == client.CodeRateLimited:
			limited++
		case err != nil:
			t.Fatal(err)
		}
	}
	if limited == 0 {
		t.Error("any number of them was taken")
	}
}

func listOf(message string) error {
	_, command, err := parseCommand([]byte(message))
	if err != nil {
		return err
	}
	_, err = command.(*watchCommand).list()
	return err
}

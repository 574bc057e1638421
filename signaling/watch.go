package signaling

import (
	"golang.org/x/time/rate"

	"anteroom/room"
	"anteroom/sfu"
)

// Limits of what a client may say of what it shows (PROTOCOL.md §5.3).
const (
	maxShown   = 128   // pictures in one message
	maxHeight  = 16384 // pixels
	maxSeatID  = 22    // characters
	watchRate  = 10    // messages a second
	watchBurst = 20
)

// watchCommand says how large the client shows each picture that it gets.
type watchCommand struct {
	header
	Shown []shown `json:"shown"`
}

type shown struct {
	Seat   room.SeatID `json:"seat"`
	Kind   sfu.Kind    `json:"kind"`
	Height int         `json:"height"`
}

func (m *watchCommand) perform(c *conn) error {
	if c.watching == nil {
		c.watching = rate.NewLimiter(watchRate, watchBurst)
	}
	if !c.watching.Allow() {
		return room.Refused(room.CodeRateLimited)
	}
	list, err := m.list()
	if err != nil {
		return err
	}
	if !c.live.do(func() { c.live.watch(c, list) }) {
		return room.Refused(room.CodeRestarting)
	}
	return nil
}

func (m *watchCommand) list() ([]sfu.Shown, error) {
	if len(m.Shown) > maxShown {
		return nil, room.Refused(room.CodeBadRequest)
	}
	list := make([]sfu.Shown, 0, len(m.Shown))
	said := map[shown]bool{}
	for _, s := range m.Shown {
		who := shown{Seat: s.Seat, Kind: s.Kind}
		picture := s.Kind == sfu.Camera || s.Kind == sfu.Screen
		if !picture || said[who] || s.Height < 0 || s.Height > maxHeight || !isBinary(string(s.Seat), maxSeatID) {
			return nil, room.Refused(room.CodeBadRequest)
		}
		said[who] = true
		list = append(list, sfu.Shown{Seat: string(s.Seat), Kind: s.Kind, Height: s.Height})
	}
	return list, nil
}

// watch passes it on to the gateway, and keeps it for the seat's next media
// connection.
func (l *live) watch(c *conn, list []sfu.Shown) {
	c.shown = list
	if p := l.peers[c.seat]; p != nil && l.conns[c.seat] == c {
		p.media.Watch(list)
	}
}

package signaling

import (
	"time"

	"anteroom/room"
)

// enter puts a connection into the session and sends it its first view. An
// older connection of the same seat is told and closed.
func (l *live) enter(c *conn) bool {
	return l.do(func() {
		if older := l.conns[c.seat]; older != nil {
			older.out.bye(byeFor(room.CodeReplaced))
		}
		l.conns[c.seat] = c
		l.idle = time.Time{}
		l.show(c)
		l.resendSlots(c.seat)
	})
}

// exit takes a connection out, unless a newer one has its seat already. What
// the seat's media do is not its business: they outlive a lost websocket.
func (l *live) exit(c *conn) {
	l.do(func() {
		if l.conns[c.seat] == c {
			delete(l.conns, c.seat)
		}
		if len(l.conns) == 0 {
			l.idle = l.server.now()
		}
	})
}

// chat passes a message on to those whom the rules name. It is kept nowhere.
func (l *live) chat(from room.SeatID, text string, private bool) error {
	result := make(chan error, 1)
	ok := l.do(func() {
		clean, to, err := l.session.Chat(room.BySeat(from), text, private)
		if err == nil {
			message := chatMessage{Type: "chat", From: from, Text: clean, Private: private, At: l.server.now().UTC()}
			for _, seat := range to {
				l.sendTo(seat, message)
			}
		}
		result <- err
	})
	if !ok {
		return room.Refused(room.CodeRestarting)
	}
	return <-result
}

func (l *live) sendTo(seat room.SeatID, message any) {
	if c := l.conns[seat]; c != nil {
		c.out.send(message)
	}
}

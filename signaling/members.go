package signaling

import (
	"context"
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
		l.resendMedia(c.seat)
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

// chat passes a message on to those whom the rules name. It is kept nowhere. Who
// they are is read anew: whoever was removed a moment ago must not get it, even
// if this node has yet to hear of that.
func (l *live) chat(ctx context.Context, from room.SeatID, m *chatCommand) error {
	session, err := l.read(ctx)
	if err != nil {
		return err
	}
	message := chatMessage{Type: "chat", From: from, Private: m.Private, At: l.server.now().UTC()}
	to, err := message.take(session, m)
	if err != nil {
		return err
	}
	ok := l.do(func() {
		for _, seat := range to {
			l.sendTo(seat, message)
		}
	})
	if !ok {
		return room.Refused(room.CodeRestarting)
	}
	return nil
}

// take fills in what was said, in the clear or sealed, and returns for whom.
func (message *chatMessage) take(s *room.Session, m *chatCommand) (to []room.SeatID, err error) {
	by := room.BySeat(message.From)
	switch {
	case m.Sealed == "":
		message.Text, to, err = s.Chat(by, m.Text, m.Private)
		return to, err
	case m.Text != "" || !isBinary(m.Sealed, maxSealed):
		return nil, room.Refused(room.CodeBadRequest)
	}
	message.Sealed = m.Sealed
	return s.SealedChat(by, m.Private)
}

func (l *live) sendTo(seat room.SeatID, message any) {
	if c := l.conns[seat]; c != nil {
		c.out.send(message)
	}
}

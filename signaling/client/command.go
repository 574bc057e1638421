package client

import "context"

// Command is a message to the server (PROTOCOL.md §5.3): its type and members.
// The methods of Conn make them; a Command made by hand can be anything.
type Command map[string]any

func (c Command) with(ref string) Command {
	all := Command{"ref": ref}
	for name, value := range c {
		all[name] = value
	}
	return all
}

func plain(kind string) Command { return Command{"type": kind} }

func onSeat(kind, seat string) Command { return Command{"type": kind, "seat": seat} }

// Admit lets in who waits, knocks, is greeted, held or declined.
func (c *Conn) Admit(ctx context.Context, seat string) error { return c.Do(ctx, onSeat("admit", seat)) }

// AdmitAll lets in all who wait and are online.
func (c *Conn) AdmitAll(ctx context.Context) error { return c.Do(ctx, plain("admit_all")) }

// Greet begins a private talk at the door.
func (c *Conn) Greet(ctx context.Context, seat string) error { return c.Do(ctx, onSeat("greet", seat)) }

// GreetEnd ends the talk at the door.
func (c *Conn) GreetEnd(ctx context.Context) error { return c.Do(ctx, plain("greet_end")) }

// Decline does not let somebody in for now, with a message (which may be empty).
func (c *Conn) Decline(ctx context.Context, seat, message string) error {
	return c.Do(ctx, withMessage(onSeat("decline", seat), message))
}

// Hold puts somebody back into the waiting room, with a message.
func (c *Conn) Hold(ctx context.Context, seat, message string) error {
	return c.Do(ctx, withMessage(onSeat("hold", seat), message))
}

func withMessage(command Command, message string) Command {
	if message != "" {
		command["message"] = message
	}
	return command
}

// Remove takes a guest out for good.
func (c *Conn) Remove(ctx context.Context, seat string) error {
	return c.Do(ctx, onSeat("remove", seat))
}

// Mute stops a guest's sound and picture, or gives them back.
func (c *Conn) Mute(ctx context.Context, seat string, audio, video bool) error {
	return c.Do(ctx, Command{"type": "mute", "seat": seat, "audio": audio, "video": video})
}

// Lock lets nobody new in.
func (c *Conn) Lock(ctx context.Context) error { return c.Do(ctx, plain("lock")) }

// Unlock ends the lock.
func (c *Conn) Unlock(ctx context.Context) error { return c.Do(ctx, plain("unlock")) }

// Pause stops all media in the room; talks at the door go on.
func (c *Conn) Pause(ctx context.Context) error { return c.Do(ctx, plain("pause")) }

// Continue ends a host's pause.
func (c *Conn) Continue(ctx context.Context) error { return c.Do(ctx, plain("continue")) }

// SayToWaiting shows text to all who wait; empty takes it back.
func (c *Conn) SayToWaiting(ctx context.Context, text string) error {
	return c.Do(ctx, Command{"type": "say_to_waiting", "text": text})
}

// End ends the session. The bye may come instead of an answer: that is no error.
func (c *Conn) End(ctx context.Context) error { return c.last(c.Do(ctx, plain("end")), CodeEnded) }

// Leave gives the seat up. The bye may come instead of an answer: that is no
// error.
func (c *Conn) Leave(ctx context.Context) error { return c.last(c.Do(ctx, plain("leave")), CodeLeft) }

func (c *Conn) last(err error, code Code) error {
	if CodeOf(err) == code {
		return nil
	}
	return err
}

// Say writes a chat message, to the hosts alone if private.
func (c *Conn) Say(ctx context.Context, text string, private bool) error {
	return c.Do(ctx, Command{"type": "chat", "text": text, "private": private})
}

// SaySealed writes a chat message that the caller has encrypted.
func (c *Conn) SaySealed(ctx context.Context, sealed string, private bool) error {
	return c.Do(ctx, Command{"type": "chat", "sealed": sealed, "private": private})
}

// Box is a message of the key agreement for one seat.
type Box struct {
	Seat string `json:"seat"`
	Box  string `json:"box"`
}

// Shown is how large this client shows a picture that it gets.
type Shown struct {
	Seat   string `json:"seat"`
	Kind   Kind   `json:"kind"`   // Camera or Screen
	Height int    `json:"height"` // pixels; 0: nobody sees it
}

// Watch says how large the pictures are shown; the list replaces the one before.
func (c *Conn) Watch(ctx context.Context, shown ...Shown) error {
	if shown == nil {
		shown = []Shown{}
	}
	return c.Do(ctx, Command{"type": "watch", "shown": shown})
}

// SendKeys sends messages of the key agreement to other seats.
func (c *Conn) SendKeys(ctx context.Context, to []Box) error {
	return c.Do(ctx, Command{"type": "keys", "to": to})
}

// Hand raises or lowers the own hand.
func (c *Conn) Hand(ctx context.Context, up bool) error {
	return c.Do(ctx, Command{"type": "hand", "up": up})
}

// Ask asks again to be let in, after having been declined.
func (c *Conn) Ask(ctx context.Context) error { return c.Do(ctx, plain("ask")) }

// Send says what this seat sends; the gateway forwards nothing else.
func (c *Conn) Send(ctx context.Context, mic, camera, screen bool) error {
	return c.Do(ctx, Command{"type": "media", "mic": mic, "camera": camera, "screen": screen})
}

package latest

import (
	"testing"

	"go.uber.org/goleak"

	"anteroom/room"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func version(v uint64) room.Change { return room.Change{Record: room.Record{Version: v}} }

func TestBox(t *testing.T) {
	box, out, stop := NewBox(), make(chan room.Change), make(chan struct{})
	box.Put(version(1))
	box.Put(version(2))
	go box.Forward(t.Context(), stop, out)
	if c := <-out; c.Record.Version != 2 {
		t.Errorf("got %+v, want the newest", c)
	}
	box.Put(room.Change{Gone: true})
	if c := <-out; !c.Gone {
		t.Errorf("got %+v, want gone", c)
	}
	box.Put(room.Change{Gone: true})
	box.Put(version(1))
	if c := <-out; c.Gone {
		t.Error("gone was told twice")
	}
	close(stop)
	if _, open := <-out; open {
		t.Error("a change after the end")
	}
}

// A state that was overwritten between the wake-up and the taking is delivered
// once.
func TestStateIsTakenOnce(t *testing.T) {
	box := NewBox()
	box.Put(version(1))
	<-box.wake
	box.Put(version(2))
	if c, fresh := box.take(); !fresh || c.Record.Version != 2 {
		t.Errorf("took %+v, %v", c, fresh)
	}
	<-box.wake
	if c, fresh := box.take(); fresh {
		t.Errorf("took %+v again", c)
	}
}

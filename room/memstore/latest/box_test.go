package latest

import (
	"runtime"
	"testing"
	"time"
	"weak"

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

// What was delivered is its receiver's: a record that stayed here would be one more
// for each session that anybody watches.
func TestWhatIsDeliveredIsNotKept(t *testing.T) {
	box, out, stop := NewBox(), make(chan room.Change), make(chan struct{})
	box.Put(room.Change{Record: room.Record{Version: 1, Data: make([]byte, 64)}})
	go box.Forward(t.Context(), stop, out)
	delivered := func() weak.Pointer[byte] { return weak.Make(&(<-out).Record.Data[0]) }()
	for deadline := time.Now().Add(10 * time.Second); delivered.Value() != nil; runtime.GC() {
		if time.Now().After(deadline) {
			t.Fatal("the record that was delivered is still held")
		}
	}
	close(stop)
	<-out
}

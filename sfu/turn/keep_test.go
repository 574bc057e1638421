package turn

import (
	"testing"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"
)

// TestGrace: credentials that have ended make no allocation, but keep one that
// is there; not for ever.
func TestGrace(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		over            time.Duration
		allocate, renew bool
	}{{-time.Minute, true, true}, {time.Minute, false, true}, {grace + time.Hour, false, false}} {
		one := w.turn.credentials("a", time.Now().Add(-c.over))
		for method, want := range map[stun.Method]bool{
			stun.MethodAllocate: c.allocate, stun.MethodRefresh: c.renew, stun.MethodChannelBind: c.renew,
		} {
			_, _, good := w.turn.authenticate(&turn.RequestAttributes{Username: one.Username, Realm: realm, Method: method})
			if good != want {
				t.Errorf("%v with credentials that ended %v ago: %t", method, c.over, good)
			}
		}
	}
}

package memstore

import (
	"testing"
	"time"

	"anteroom/room"
)

// Keys that nobody needs any more are forgotten: a store does not grow with the
// sessions it has seen.
func TestKeysAreForgotten(t *testing.T) {
	now := time.Unix(1000, 0)
	s := New(Options{Now: func() time.Time { return now }, Sweep: time.Hour})
	defer s.Close()
	ctx := t.Context()
	if err := s.Delete(ctx, "never", 1); err == nil {
		t.Error("Delete of nothing succeeded")
	}
	if _, err := s.Swap(ctx, "expires", 0, room.Record{Owner: "o", Expires: now.Add(time.Second)}, 0); err != nil {
		t.Fatal(err)
	}
	lease, err := s.Acquire(ctx, "leased", "n", time.Second)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * time.Second)
	s.sweep()
	if len(s.cells) != 1 || s.cells["leased"] == nil || len(s.owners) != 0 {
		t.Errorf("after the expiry: %v, owners %v", s.cells, s.owners)
	}
	now = lease.Expire.Add(traceFor)
	s.sweep()
	if len(s.cells) != 0 {
		t.Errorf("after the lease: %v", s.cells)
	}
}

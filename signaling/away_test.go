package signaling

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"anteroom/room"
	"anteroom/signaling/client"
)

// awayStore is a store that does not answer for a while.
type awayStore struct {
	room.Store
	away atomic.Bool
}

var errAway = errors.New("no answer")

func (s *awayStore) Get(ctx context.Context, key string) (room.Record, error) {
	if s.away.Load() {
		return room.Record{}, errAway
	}
	return s.Store.Get(ctx, key)
}

func (s *awayStore) Swap(ctx context.Context, key string, old uint64, rec room.Record, fence uint64) (uint64, error) {
	if s.away.Load() {
		return 0, errAway
	}
	return s.Store.Swap(ctx, key, old, rec, fence)
}

func (s *awayStore) Acquire(ctx context.Context, key, node string, ttl time.Duration) (room.Lease, error) {
	if s.away.Load() {
		return room.Lease{}, errAway
	}
	return s.Store.Acquire(ctx, key, node, ttl)
}

func (s *awayStore) Ping(ctx context.Context) error {
	if s.away.Load() {
		return errAway
	}
	return s.Store.Ping(ctx)
}

func (s *awayStore) Close() error { return nil } // the other nodes' too

func (s *awayStore) Delete(ctx context.Context, key string, old uint64) error {
	if s.away.Load() {
		return errAway
	}
	return s.Store.Delete(ctx, key, old)
}

// until waits until the record is as wanted.
func (m *meeting) until(what string, want func(*room.Session) bool) {
	m.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for ctx := within(m.t); ; {
		s, _, err := m.server.sessions.Get(ctx, room.SessionID(m.session.ID))
		if err == nil && want(s) {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			m.t.Fatalf("%s: not so in the store (%v)", what, err)
		}
	}
}

// TestStoreAway: while the store is away, what hosts do is done at once, nobody
// new gets in, and all of it is in the record afterwards.
func TestStoreAway(t *testing.T) {
	store := &awayStore{Store: shared(t)}
	m := newNode(t, store).of("S.", "M.", "W.", "Late")
	host := m.enter("Host")
	s, other := m.admitted(host, "S."), m.admitted(host, "M.")
	waiting := m.enter("W.")
	m.see(host, func(v client.View) bool { w, found := v.Waiter(waiting.seat.ID); return found && w.Online })
	media := must[*client.Media](t)(other.Publish(within(t), client.MediaOptions{Engine: m.engine, Audio: 1, Video: 1}))
	t.Cleanup(media.Close)
	ok(t, media.WaitConnected(within(t)))

	store.away.Store(true)
	ok(t, host.Remove(within(t), s.seat.ID))
	m.bye(s, client.CodeRemoved)
	ok(t, host.Lock(within(t)))
	ok(t, host.AdmitAll(within(t)))
	m.seePhase(waiting, client.PhaseIn)
	ok(t, other.Say(within(t), "still here", false))
	if chat := must[client.Chat](t)(host.NextChat(within(t))); chat.Text != "still here" {
		t.Errorf("%q", chat.Text)
	}
	refused(t, s.Lock(within(t)), client.CodeRemoved)
	refused(t, other.Lock(within(t)), client.CodeNotAllowed)
	refused(t, m.asked("Late"), client.CodeUnavailable)
	refused(t, m.asked("S."), client.CodeUnavailable)
	if media.WaitConnected(within(t)) != nil {
		t.Error("media ended")
	}

	store.away.Store(false)
	m.until("removed, locked, admitted", func(r *room.Session) bool {
		w, _ := r.Seat(room.SeatID(waiting.seat.ID))
		return r.Locked && w.Phase == room.PhaseIn && r.InviteState(inviteOf(r, "S.")) == "removed"
	})
	refused(t, m.asked("S."), client.CodeRemoved)
	refused(t, m.asked("Late"), client.CodeLocked)
	ok(t, host.Unlock(within(t)))
	m.see(other, func(v client.View) bool { return !v.Room.Locked && len(v.People) == 3 })
}

// TestLockWhileAway: whoever comes to wait by way of a node that reaches the store,
// before the lock of one that did not is written there, has no seat after it: the
// host had locked before.
func TestLockWhileAway(t *testing.T) {
	store := &awayStore{Store: shared(t)}
	m := newNode(t, store).of("S.", "Early", "Late")
	there := m.on(newNode(t, store.Store))
	host := m.enter("Host")
	m.admitted(host, "S.")
	early := m.enter("Early")
	m.see(host, func(v client.View) bool { w, found := v.Waiter(early.seat.ID); return found && w.Online })

	store.away.Store(true)
	ok(t, host.Lock(within(t)))
	ok(t, there.asked("Late"))
	store.away.Store(false)
	m.until("locked", func(r *room.Session) bool { return r.Locked })
	refused(t, m.asked("Late"), client.CodeLocked)
	m.see(host, func(v client.View) bool { _, found := v.Waiter(early.seat.ID); return found && len(v.Door) == 1 })
	ok(t, host.Unlock(within(t)))
	m.enter("Late")
}

func inviteOf(s *room.Session, label string) *room.Invite {
	for _, inv := range s.Invites {
		if string(inv.Label) == label {
			return inv
		}
	}
	return nil
}

// TestEndWhileAway: the end is the end for everybody at once, and for the record
// when the store is back.
func TestEndWhileAway(t *testing.T) {
	store := &awayStore{Store: shared(t)}
	m := newNode(t, store).of("S.")
	host := m.enter("Host")
	guest := m.admitted(host, "S.")
	store.away.Store(true)
	ok(t, host.End(within(t)))
	m.bye(guest, client.CodeEnded)
	store.away.Store(false)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for ctx := within(t); ; {
		_, err := m.api.Get(ctx, m.session.ID)
		if client.CodeOf(err) == client.CodeNotFound {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the record stays: %v", err)
		}
	}
}

// TestCutOffNode: what was done on a node that could not reach the store is so
// where the session goes on.
func TestCutOffNode(t *testing.T) {
	var ahead clock
	inner := sharedAt(t, ahead.now)
	cut := &awayStore{Store: inner}
	a, b := newNode(t, &frozenStore{Store: cut}), newNode(t, inner)
	m := a.of("S.", "M.")
	there := m.on(b)
	host := m.enter("Host")
	s, other := m.admitted(host, "S."), m.admitted(host, "M.")
	cut.away.Store(true)
	ok(t, host.Remove(within(t), s.seat.ID))
	m.bye(s, client.CodeRemoved)
	ahead.advance(leaseTTL + time.Second)
	back := there.connect(there.elsewhere(other.seat))
	cut.away.Store(false)
	m.bye(host, client.CodeRestarting)
	there.until("removed", func(r *room.Session) bool { return r.InviteState(inviteOf(r, "S.")) == "removed" })
	refused(t, there.asked("S."), client.CodeRemoved)
	there.seePhase(back, client.PhaseIn)
}

// TestLeaseRanOut: a node whose lease ran out while nobody wanted it goes on.
func TestLeaseRanOut(t *testing.T) {
	var ahead clock
	m := newNode(t, sharedAt(t, ahead.now)).of("S.")
	host := m.enter("Host")
	guest := m.admitted(host, "S.")
	ahead.advance(leaseTTL + time.Second)
	must[room.Lease](t)(m.store.Acquire(within(t), m.session.ID, "another", time.Millisecond))
	ahead.advance(time.Second)
	ok(t, host.Lock(within(t)))
	m.see(guest, func(v client.View) bool { return v.Room.Locked && onlineIn(v, host.seat.ID) })
	ok(t, host.Remove(within(t), guest.seat.ID))
}

// TestEmptyStore: a store that comes back empty is given what runs here, so that
// removed stays removed and used stays used.
func TestEmptyStore(t *testing.T) {
	store := &emptied{memory: newMemory(t)}
	m := newNode(t, store, func(c *Config) { c.Shared = true }).of("S.", "M.", "Late")
	host := m.enter("Host")
	s, other := m.admitted(host, "S."), m.admitted(host, "M.")
	ok(t, host.Lock(within(t)))
	ok(t, host.Remove(within(t), s.seat.ID))
	store.lose(newMemory(t))
	m.until("restored", func(r *room.Session) bool { return r.Locked })
	refused(t, m.asked("S."), client.CodeRemoved)
	refused(t, m.asked("M."), client.CodeLinkUsed)
	refused(t, m.asked("Late"), client.CodeLocked)
	ok(t, host.Unlock(within(t)))
	m.see(other, func(v client.View) bool { return !v.Room.Locked })
	ok(t, m.api.End(within(t), m.session.ID))
	m.bye(host, client.CodeEnded) // an end is still an end
}

// TestFlushedElsewhere: right after the store has lost everything, a node that
// does not have the session says that it has to be waited for, not that it has
// ended; an end is still told as one.
func TestFlushedElsewhere(t *testing.T) {
	emptied := &emptied{memory: newMemory(t)}
	cut := &awayStore{Store: emptied}
	share := func(c *Config) { c.Shared = true }
	a, b := newNode(t, cut, share), newNode(t, emptied, share)
	m := a.of("S.")
	there, knows := m.on(b), b.of()
	knows.enter("Host") // so that b has seen the store as it was
	host := m.enter("Host")
	guest := m.admitted(host, "S.")
	cut.away.Store(true) // the holder does not get to write it anew
	emptied.lose(newMemory(t))
	_, err := there.elsewhere(guest.seat).Connect(within(t))
	refused(t, err, client.CodeUnavailable)
	refused(t, there.asked("S."), client.CodeUnavailable)
	cut.away.Store(false)
	m.until("restored", func(r *room.Session) bool { return true })
	refused(t, there.asked("S."), client.CodeLinkUsed)
	ok(t, m.api.End(within(t), m.session.ID))
	m.bye(host, client.CodeEnded)
}

// TestMark: a loss is told by whoever knew the store before, also when somebody
// new was first to write.
func TestMark(t *testing.T) {
	store := &emptied{memory: newMemory(t)}
	old, fresh := &marker{store: store}, &marker{store: store}
	look := func(m *marker) mark { t.Helper(); return must[mark](t)(m.look(within(t))) }
	first := look(old)
	if again := look(old); again != first || !first.Lost.IsZero() {
		t.Errorf("%+v after %+v", again, first)
	}
	store.lose(newMemory(t))
	if second := look(fresh); second.Name == first.Name || !second.Lost.IsZero() {
		t.Errorf("%+v", second)
	}
	third := look(old)
	if third.Lost.IsZero() || third.Name == first.Name {
		t.Errorf("%+v", third)
	}
	if seen := look(fresh); seen.Name != third.Name || !seen.Lost.Equal(third.Lost) {
		t.Errorf("%+v, not %+v", seen, third)
	}
}

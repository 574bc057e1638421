package main

import (
	"testing"
	"time"

	"anteroom/signaling/client"
)

// TestJourney is what a session is for, from the links to its end, on each store
// that needs nothing else.
func TestJourney(t *testing.T) {
	for _, store := range []string{"memory", "bolt:anteroom.db"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			app := launch(t, func(c *Config) { c.Store = store })
			journey(t, app)
			app.storeIsEmpty(t)
			app.Close()
			again := launch(t, func(c *Config) { c.Store, c.StateDir = store, app.cfg.StateDir })
			again.storeIsEmpty(t)
		})
	}
}

func journey(t *testing.T, app *launched) {
	v := app.visit("S.", "M.", "L.")
	host, s, m := v.enter("Host"), v.enter("S."), v.enter("M.")
	if w := s.View(); w.Me.Phase != client.PhaseWaiting || w.Media || w.People != nil || w.Session.Title != "" {
		t.Errorf("who waits is %q, media %t, sees %d people", w.Me.Phase, w.Media, len(w.People))
	}
	_, err := s.Publish(v.within(), client.MediaOptions{Engine: v.engine})
	v.refused(err, client.CodeNotAllowed)
	v.admit(host, s)
	v.admit(host, m)
	v.publish(host, s, m)
	v.publish(s, host, m)
	v.publish(m, host, s)
	v.meet(host, s, m)

	v.ok(host.Lock(v.within()))
	_, err = v.redeem("L.", nil, false)
	v.refused(err, client.CodeLocked)

	v.drop(m, host, s)
	v.remove(host, s, m)
	v.end(host, m)
}

// drop loses a websocket: the media go on, and the seat comes back by itself
// although the room is locked.
func (v *visit) drop(who, host, other *visitor) {
	v.t.Helper()
	pc := v.see(who, func(w client.View) bool { return w.PC != "" }).PC
	who.Close()
	v.see(host, func(w client.View) bool { p, _ := w.Person(who.seat.ID); return !p.Online })
	v.meet(host, who, other)
	v.connect(who)
	who.Attach(who.media)
	if w := who.View(); w.Me.Phase != client.PhaseIn || w.PC != pc || !w.Room.Locked {
		v.t.Errorf("back as %q with another media connection: %t", w.Me.Phase, w.PC != pc)
	}
	v.meet(host, who, other)
}

// remove takes somebody out: nothing comes from or to them a second later, and
// no way leads back.
func (v *visit) remove(host, out, stays *visitor) {
	v.t.Helper()
	at := time.Now()
	v.ok(host.Remove(v.within(), out.seat.ID))
	v.bye(out, client.CodeRemoved)
	v.ok(out.media.WaitClosed(v.within()))
	v.ok(stays.media.WaitPackets(v.within(), host.seat.ID, client.Audio, 75)) // a second and a half
	for what, last := range map[string]int64{
		"from them, at the host":      host.last[out.seat.ID].Load(),
		"from them, at somebody else": stays.last[out.seat.ID].Load(),
		"from the host, at them":      out.last[host.seat.ID].Load(),
		"from somebody else, at them": out.last[stays.seat.ID].Load(),
	} {
		if after := time.Unix(0, last).Sub(at); last == 0 || after > time.Second {
			v.t.Errorf("the last packet %s came %v after the removal", what, after)
		}
	}
	_, err := out.seat.Connect(v.within())
	v.refused(err, client.CodeRemoved)
	v.stayOut(out)
	v.meet(host, stays)
}

// stayOut tries every way back for somebody who was removed.
func (v *visit) stayOut(out *visitor) {
	v.t.Helper()
	for _, key := range []*client.Key{out.seat.Key(), nil} {
		for _, knock := range []bool{false, true} {
			_, err := v.redeem("S.", key, knock)
			v.refused(err, client.CodeRemoved)
		}
	}
	_, err := client.PreviewLink(v.within(), v.links["S."], v.options)
	v.refused(err, client.CodeRemoved)
	fresh := client.Resume(out.seat.Origin, out.seat.Session, need[*client.Key](v.t)(client.NewKey()), v.options)
	_, err = fresh.Connect(v.within())
	v.refused(err, client.CodeNotAllowed)
}

// end ends the session for everybody, at once and for good.
func (v *visit) end(host *visitor, others ...*visitor) {
	v.t.Helper()
	v.ok(host.End(v.within()))
	for _, one := range append(others, host) {
		v.bye(one, client.CodeEnded)
		v.ok(one.media.WaitClosed(v.within()))
		_, err := one.seat.Connect(v.within())
		v.refused(err, client.CodeEnded)
	}
	for label := range v.links {
		_, err := v.redeem(label, nil, false)
		v.refused(err, client.CodeEnded)
		_, err = client.PreviewLink(v.within(), v.links[label], v.options)
		v.refused(err, client.CodeEnded)
	}
	_, err := v.api().Get(v.within(), v.session.ID)
	v.refused(err, client.CodeNotFound)
}

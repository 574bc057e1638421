package main

import (
	"net/http"
	"os/exec"
	"testing"

	"anteroom/signaling/client"
)

// TestKilledInTheMiddle: the machine crashes during a session. Started again,
// the program lets seats come back without being admitted again, and nobody
// else.
func TestKilledInTheMiddle(t *testing.T) {
	listen, media, state := freePort(t), freePort(t), t.TempDir()
	start := func() *process {
		cmd := exec.Command(build(t), "--listen", listen, "--media-address", media, "--state-dir", state)
		cmd.Env = []string{"ANTEROOM_API_KEY=" + testKey}
		p := spawn(t, cmd)
		p.url()
		return p
	}
	first := start()
	pages := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(pages.CloseIdleConnections)
	v := newVisit(t, "http://"+listen, client.Options{HTTP: pages}, "S.", "M.", "W.", "L.")
	host, s, m, w := v.enter("Host"), v.enter("S."), v.enter("M."), v.enter("W.")
	v.admit(host, s)
	v.admit(host, m)
	v.publish(host, m)
	v.publish(m, host)
	v.meet(host, m)
	v.ok(host.Remove(v.within(), s.seat.ID))
	v.ok(host.Lock(v.within()))
	first.kill()
	for _, one := range []*visitor{host, m, w} {
		if err := one.WaitEnd(v.within()); client.CodeOf(err) != "" {
			t.Errorf("a crash says %v", err)
		}
	}

	second := start()
	pages.CloseIdleConnections()
	v.connect(m)
	if seen := m.View(); seen.Me.Phase != client.PhaseIn || seen.PC != "" || !seen.Room.Locked {
		t.Errorf("back as %q, locked %t", seen.Me.Phase, seen.Room.Locked)
	}
	v.connect(host)
	v.connect(w)
	if phase := w.View().Me.Phase; phase != client.PhaseWaiting {
		t.Errorf("who waited is %q", phase)
	}
	v.stayOut(s)
	_, err := s.seat.Connect(v.within())
	v.refused(err, client.CodeRemoved)
	_, err = v.redeem("M.", nil, false)
	v.refused(err, client.CodeLinkUsed)
	_, err = v.redeem("L.", nil, false)
	v.refused(err, client.CodeLocked)
	v.publish(host, m)
	v.publish(m, host)
	v.meet(host, m)
	v.end(host, m)
	second.stop()
}

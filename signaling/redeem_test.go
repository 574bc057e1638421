package signaling

import (
	"context"
	"net/http"
	"testing"
	"time"

	"anteroom/signaling/client"
)

// TestTwoHundredRedeemOneLink: one seat, 199 refusals, one notice, and none of
// the 199 gets any further (P1).
func TestTwoHundredRedeemOneLink(t *testing.T) {
	const n = 200
	m := newWorld(t, func(c *Config) { c.JoinBurst = 10 * n }).of("S.")
	host := m.enter("Host")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	type try struct {
		key  *client.Key
		seat *client.Seat
		err  error
	}
	tries := make(chan try, n)
	start := make(chan struct{})
	for range n {
		go func() {
			key, err := client.NewKey()
			o := m.options()
			o.Key = key
			<-start
			var seat *client.Seat
			if err == nil {
				seat, err = client.Join(ctx, m.links["S."], o)
			}
			tries <- try{key, seat, err}
		}()
	}
	close(start)
	var winner *client.Seat
	var losers []*client.Key
	for range n {
		one := <-tries
		switch {
		case one.err == nil && winner == nil:
			winner = one.seat
		case client.CodeOf(one.err) == client.CodeLinkUsed:
			losers = append(losers, one.key)
		default:
			t.Errorf("%v", one.err)
		}
	}
	if winner == nil || len(losers) != n-1 {
		t.Fatalf("%d were refused", len(losers))
	}
	v := m.see(host, func(v client.View) bool { return v.Noticed("link_reuse") == n-1 })
	if len(v.Notices) != 1 || len(v.Door) != 1 || v.Door[0].Seat != winner.ID {
		t.Errorf("%d notices, %d at the door", len(v.Notices), len(v.Door))
	}
	ends := make(chan error, n)
	for _, key := range losers {
		go func() {
			_, err := client.Resume("http://hello.test", m.session.ID, key, m.options()).Connect(ctx)
			ends <- err
		}()
	}
	for range losers {
		refused(t, <-ends, client.CodeNotAllowed)
	}
	m.connect(winner)
}

// TestSameKeySameSeat: a retry gets the same seat, also at the same moment.
func TestSameKeySameSeat(t *testing.T) {
	m := newWorld(t).of("S.")
	o := m.options()
	o.Key = must[*client.Key](t)(client.NewKey())
	seats := make(chan string, 20)
	ctx := within(t)
	for range 20 {
		go func() {
			seat, err := client.Join(ctx, m.links["S."], o)
			if err != nil {
				t.Error(err)
				seats <- ""
				return
			}
			seats <- seat.ID
		}()
	}
	first := <-seats
	for range 19 {
		if id := <-seats; id != first {
			t.Error("a retry got another seat")
		}
	}
	if s, _ := m.read(); len(s.Seats) != 1 || len(s.Notices) != 0 {
		t.Errorf("%d seats, %d notices", len(s.Seats), len(s.Notices))
	}
}

// TestLookingChangesNothing: neither asking for the link's address nor a preview
// changes anything, whatever the outcome.
func TestLookingChangesNothing(t *testing.T) {
	m := newWorld(t).of("S.", "M.")
	used := m.join("M.")
	_, before := m.read()
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
		for _, path := range []string{"/j", "/v1/join", "/v1/preview", "/j?x=" + m.links["S."].Token()} {
			req, err := http.NewRequestWithContext(within(t), method, m.url+path, nil)
			ok(t, err)
			resp, err := m.http.Do(req)
			ok(t, err)
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusNotFound {
				t.Errorf("%s %s: %d", method, path[:4], resp.StatusCode)
			}
		}
	}
	for range 3 {
		p, err := client.PreviewLink(within(t), m.links["S."], m.options())
		if err != nil || p.Role != "guest" || p.Passcode {
			t.Errorf("%+v, %v", p, err)
		}
		_, err = client.PreviewLink(within(t), m.links["M."], m.options())
		refused(t, err, client.CodeLinkUsed)
	}
	if s, after := m.read(); after != before || len(s.Notices) != 0 {
		t.Errorf("%d changes, %d notices", after-before, len(s.Notices))
	}
	m.connect(used)
	m.enter("S.")
}

package signaling

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"anteroom/signaling/client"
)

// TestOwnersCalls is the owner's side of a session over HTTP.
func TestOwnersCalls(t *testing.T) {
	w := newWorld(t)
	ctx := within(t)
	opens := w.clock.now().Add(time.Hour).UTC().Truncate(time.Second)
	m := w.create(client.SessionSpec{Title: "Tuesday", Opens: opens, Guests: client.Labels("S.", "M."), Passcode: "harbour"})
	s := m.session
	if s.State != "scheduled" || !s.Opens.Equal(opens) || s.Closes.Sub(opens) != 3*time.Hour || !s.Passcode || s.Locked || len(s.Hosts) != 1 || s.Hosts[0].Label != "Host" {
		t.Errorf("%+v", s)
	}
	seen := must[client.Session](t)(w.api.Get(ctx, s.ID))
	for _, one := range append(seen.Hosts, seen.Guests...) {
		if one.Link != "" || one.State != "expected" {
			t.Errorf("a link is shown again, or the state is %q", one.State)
		}
	}
	if all := must[[]client.Session](t)(w.api.List(ctx)); len(all) != 1 || all[0].ID != s.ID {
		t.Errorf("%d sessions", len(all))
	}
	added := must[client.Invite](t)(w.api.AddInvite(ctx, s.ID, client.NewInvite{Label: "New", Role: "host"}))
	if added.Role != "host" || !strings.HasPrefix(added.Link, "http://hello.test/j#") {
		t.Errorf("%q", added.Role)
	}
	_, err := w.api.AddInvite(ctx, s.ID, client.NewInvite{Label: "new"})
	refused(t, err, client.CodeBadRequest)
	ok(t, w.api.Withdraw(ctx, s.ID, added.ID))
	ok(t, w.api.End(ctx, s.ID))
	refused(t, w.api.End(ctx, s.ID), client.CodeNotFound)
	_, err = w.api.Get(ctx, s.ID)
	refused(t, err, client.CodeNotFound)
	refused(t, w.api.Withdraw(ctx, s.ID, added.ID), client.CodeNotFound)
}

// TestReissue: the old link, its seat and its connection die; the new link works.
func TestReissue(t *testing.T) {
	m := newWorld(t).create(client.SessionSpec{Guests: client.Labels("S.")})
	host := m.enter("Host")
	guest := m.admitted(host, "S.") // which locks the room
	ctx := within(t)
	ok(t, host.Remove(ctx, guest.seat.ID))
	m.bye(guest, client.CodeRemoved)
	issued := must[client.Invite](t)(m.api.Reissue(ctx, m.session.ID, m.invite("S.").ID, false))
	old := m.links["S."]
	m.links["S."] = must[client.Link](t)(client.Parse(issued.Link))
	refused(t, m.asked("S."), client.CodeLocked)
	issued = must[client.Invite](t)(m.api.Reissue(ctx, m.session.ID, m.invite("S.").ID, true))
	refused(t, m.asked("S."), client.CodeLinkWithdrawn)
	m.links["S."] = old
	refused(t, m.asked("S."), client.CodeLinkWithdrawn)
	_, err := guest.seat.Connect(ctx)
	refused(t, err, client.CodeRemoved)
	m.links["S."] = must[client.Link](t)(client.Parse(issued.Link))
	m.admitted(host, "S.")
	if _, err := m.api.AddInvite(ctx, m.session.ID, client.NewInvite{Label: "Late"}); client.CodeOf(err) != client.CodeLocked {
		t.Errorf("an invite to a locked room: %v", err)
	}
	must[client.Invite](t)(m.api.AddInvite(ctx, m.session.ID, client.NewInvite{Label: "Late", Unlock: true}))
	m.see(host, func(v client.View) bool { return !v.Room.Locked && v.State("Late") == "expected" })
}

// TestMalformedBodies: over HTTP too, all is decoded strictly.
func TestMalformedBodies(t *testing.T) {
	m := newWorld(t).of("S.")
	m.server.signins.becomes(1000, 1000)
	accounts := []string{
		"/v1/signin/password", "/v1/signin/passkey", "/v1/enrol", "/v1/enrol/password", "/v1/enrol/passkey", "/v1/enrol/passkey/options", "/v1/hosts", "/v1/keys",
	}
	_, before := m.read()
	for _, path := range append(accounts, "/v1/sessions", "/v1/sessions/"+m.session.ID+"/invites", "/v1/join", "/v1/preview", "/v1/signin") {
		for _, body := range []string{
			"{", "[]", `"x"`, "1", `{}{}`, `{} x`, `{"nonsense":1}`, `{"label":"a","label":"b"}`, `{"Label":"a"}`, `{"label":1}`,
			"{\"label\":\"\xff\"}", `{"token":"a","token":"b"}`, `{"title":"a","Title":"b"}`,
		} {
			if status, code := m.post("POST", path, body, bearer()); status != 400 || code != client.CodeBadRequest {
				t.Errorf("%s: %s: %d %s", path, body, status, code)
			}
		}
		if status, code := m.post("POST", path, strings.Repeat(" ", MaxMessage+1), bearer()); status != 413 || code != client.CodeTooLarge {
			t.Errorf("%s, too large: %d %s", path, status, code)
		}
	}
	for _, path := range append(accounts, "/v1/join", "/v1/preview", "/v1/signin", "/v1/sessions/"+m.session.ID+"/invites") {
		if status, code := m.post("POST", path, "", bearer()); status != 400 || code != client.CodeBadRequest {
			t.Errorf("%s without a body: %d %s", path, status, code)
		}
	}
	if _, after := m.read(); after != before {
		t.Errorf("%d changes", after-before)
	}
}

// TestMalformedChanges: what a host changes of their own account too, with a cookie
// and a proof.
func TestMalformedChanges(t *testing.T) {
	w := newWorld(t)
	w.server.signins.becomes(1000, 1000)
	h := w.host("rees").proven()
	header := http.Header{"Origin": {w.server.origin}, "Cookie": {h.cookie.Name + "=" + h.cookie.Value}, proofHeader: {h.proof}}
	for _, path := range []string{"/v1/me/confirm/password", "/v1/me/confirm/passkey", "/v1/me/passkeys", "/v1/me/password"} {
		for _, body := range []string{"", "{", "[]", "null x", `{"nonsense":1}`, `{"code":"a","code":"b"}`, `{"Password":"a"}`, `{"ceremony":1,"code":1}`, "{\"name\":\"\xff\"}"} {
			if status, code := w.post("POST", path, body, header); status != 400 || code != client.CodeBadRequest {
				t.Errorf("%s: %s: %d %s", path, body, status, code)
			}
		}
		if status, code := w.post("POST", path, strings.Repeat(" ", MaxMessage+1), header); status != 413 || code != client.CodeTooLarge {
			t.Errorf("%s, too large: %d %s", path, status, code)
		}
	}
}

// TestHeaders: no answer may be kept, framed or sniffed.
func TestHeaders(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/v1/about", "/v1/sessions", "/v1/nothing", "/healthz"} {
		req, err := http.NewRequestWithContext(within(t), "GET", w.url+path, nil)
		ok(t, err)
		resp, err := w.http.Do(req)
		ok(t, err)
		_ = resp.Body.Close()
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Content-Type": "application/json; charset=utf-8",
		} {
			if got := resp.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
}

func TestHealth(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.About = About{Practice: "P", Contact: "C"} })
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/v1/about": 200} {
		if status, _ := w.post("GET", path, "", nil); status != want {
			t.Errorf("%s: %d", path, status)
		}
	}
	down := newWorld(t)
	ok(t, down.store.Close())
	if status, code := down.post("GET", "/readyz", "", nil); status != 503 || code != client.CodeUnavailable {
		t.Errorf("without a store: %d %s", status, code)
	}
	if status, _ := down.post("GET", "/healthz", "", nil); status != 200 {
		t.Errorf("it lives nevertheless: %d", status)
	}
	off := newWorld(t)
	ok(t, off.server.media.Close())
	if status, code := off.post("GET", "/readyz", "", nil); status != 503 || code != client.CodeUnavailable {
		t.Errorf("without media: %d %s", status, code)
	}
}

package signaling

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"anteroom/signaling/client"
)

func TestOpeningRefused(t *testing.T) {
	m := newWorld(t).of("S.")
	seat := m.join("S.")
	other := must[*client.Key](t)(client.NewKey())
	good := func(nonce string) string { return proof(t, seat.Key(), "http://hello.test", m.session.ID, nonce) }
	for name, c := range map[string]struct {
		send func(nonce string) string
		want client.Code
	}{
		"another message first": {func(string) string { return `{"type":"lock"}` }, client.CodeBadRequest},
		"not JSON":              {func(string) string { return `resume` }, client.CodeBadRequest},
		"an unknown member":     {func(n string) string { return strings.Replace(good(n), `{`, `{"x":1,`, 1) }, client.CodeBadRequest},
		"a member twice":        {func(n string) string { return strings.Replace(good(n), `{`, `{"type":"resume",`, 1) }, client.CodeBadRequest},
		"another case":          {func(n string) string { return strings.Replace(good(n), `"type"`, `"Type"`, 1) }, client.CodeBadRequest},
		"trailing data":         {func(n string) string { return good(n) + `{}` }, client.CodeBadRequest},
		"not a key":             {func(n string) string { return strings.Replace(good(n), `"key":"B`, `"key":"A`, 1) }, client.CodeBadRequest},
		"a stale nonce":         {func(string) string { return good("bm9uY2U") }, client.CodeSignatureInvalid},
		"another origin":        {func(n string) string { return proof(t, seat.Key(), "http://evil.test", m.session.ID, n) }, client.CodeSignatureInvalid},
		"another's key":         {func(n string) string { return strings.Replace(good(n), seat.Key().Public(), other.Public(), 1) }, client.CodeSignatureInvalid},
		"a key without a seat":  {func(n string) string { return proof(t, other, "http://hello.test", m.session.ID, n) }, client.CodeNotAllowed},
		"no such session":       {func(n string) string { return proof(t, seat.Key(), "http://hello.test", "nope", n) }, client.CodeEnded},
		"a session of no name":  {func(n string) string { return proof(t, seat.Key(), "http://hello.test", "../x", n) }, client.CodeEnded},
	} {
		t.Run(name, func(t *testing.T) {
			r, nonce := m.open()
			r.send(c.send(nonce))
			r.bye(c.want)
		})
	}
	m.resume(seat) // unharmed
}

func TestHandshakeRefused(t *testing.T) {
	w := newWorld(t)
	_, resp, err := w.dial(http.Header{"Sec-WebSocket-Protocol": {Subprotocol}, "Origin": {"http://evil.test"}})
	if err == nil || resp.StatusCode != http.StatusBadRequest {
		t.Errorf("a page of another site: %v", err)
	}
	for _, header := range []http.Header{nil, {"Sec-WebSocket-Protocol": {"anteroom.v2"}}} {
		r, _, err := w.dial(header)
		ok(t, err)
		r.bye(client.CodeBadRequest)
	}
	if status, code := w.post(http.MethodGet, "/v1/ws", "", nil); status != 400 || code != client.CodeBadRequest {
		t.Errorf("no websocket: %d %s", status, code)
	}
}

// TestMessagesThatEndAConnection: each gets its bye, even while more of what was
// sent is still on its way.
func TestMessagesThatEndAConnection(t *testing.T) {
	m := newWorld(t).of("S.")
	seat := m.join("S.")
	t.Run("binary", func(t *testing.T) {
		r := m.resume(seat)
		r.sendAs(websocket.BinaryMessage, []byte(`{"type":"hand","up":true}`))
		r.bye(client.CodeBadRequest)
	})
	t.Run("too large", func(t *testing.T) {
		r := m.resume(seat)
		r.send(`{"type":"chat","text":"` + strings.Repeat("x", MaxMessage) + `"}`)
		r.bye(client.CodeTooLarge)
	})
	t.Run("much too large", func(t *testing.T) {
		r := m.resume(seat)
		_ = r.ws.WriteMessage(websocket.TextMessage, make([]byte, 3<<20))
		r.bye(client.CodeTooLarge)
	})
	t.Run("too large to begin with", func(t *testing.T) {
		r, _ := m.open()
		r.send(strings.Repeat(" ", 4*MaxMessage))
		r.bye(client.CodeTooLarge)
	})
	t.Run("too many", func(t *testing.T) {
		r := m.resume(m.join("Host"))
		sent := make(chan struct{})
		go func() {
			defer close(sent)
			for range 2 * messageBurst {
				if r.ws.WriteMessage(websocket.TextMessage, []byte(`{"type":"keys","to":[{"seat":"x","box":"AQE"}]}`)) != nil {
					return
				}
			}
		}()
		r.bye(client.CodeRateLimited)
		_ = r.ws.Close()
		<-sent
	})
	m.resume(seat)
}

// TestLargestMessage: what is just within the limit is read.
func TestLargestMessage(t *testing.T) {
	m := newWorld(t).of("S.")
	r := m.resume(m.join("S."))
	message := `{"type":"chat","ref":"1","text":""}`
	r.send(strings.Replace(message, `""`, `"`+strings.Repeat("x", MaxMessage-len(message))+`"`, 1))
	if e := r.skip("error"); e.Ref != "1" || e.Code != "not_allowed" {
		t.Errorf("%+v", e)
	}
}

func TestMalformedMessages(t *testing.T) {
	m := newWorld(t).of("S.")
	host := m.enter("Host")
	seat := m.join("S.")
	r := m.resume(seat)
	ok(t, host.Admit(within(t), seat.ID))
	_, before := m.read()
	for _, c := range []struct{ send, ref string }{
		{``, ""},
		{`{`, ""},
		{`null`, ""},
		{`[]`, ""},
		{`"hand"`, ""},
		{`{}`, ""},
		{`{"type":"nothing","ref":"a"}`, "a"},
		{`{"type":"resume","ref":"b","session":"x","key":"x","signature":"x"}`, "b"},
		{`{"type":"hand","ref":"c","up":true,"x":1}`, "c"},
		{`{"type":"hand","ref":"d","up":true,"up":false}`, ""},
		{`{"type":"hand","ref":"e","Up":true}`, "e"},
		{`{"type":"hand","ref":"f","up":"true"}`, "f"},
		{`{"type":"hand","ref":"g","up":true}{}`, ""},
		{`{"type":"chat","TYPE":"admit","ref":"h","text":"x"}`, "h"},
		{`{"type":"chat","type":"admit","ref":"i","text":"x"}`, ""},
		{`{"type":"hand","ref":7,"up":true}`, ""},
		{`{"type":"hand","ref":"` + strings.Repeat("r", maxRef+1) + `","up":true}`, ""},
		{"{\"type\":\"chat\",\"ref\":\"j\",\"text\":\"\xff\"}", ""},
		{`{"type":"chat","ref":"k","text":"a\u0000b"}`, "k"},
		{`{"type":"chat","ref":"l","text":"` + strings.Repeat("x", 2001) + `"}`, "l"},
		{`{"type":"chat","ref":"m","text":" "}`, "m"},
		{`{"type":"offer","ref":"n","pc":"","sdp":"v=0"}`, "n"},
		{`{"type":"offer","ref":"o","pc":"` + strings.Repeat("p", maxPC+1) + `","sdp":"v=0"}`, "o"},
		{`{"type":"offer","ref":"p","pc":"x","sdp":"v=0"}`, "p"},
	} {
		r.send(c.send)
		if e := r.skip("error"); e.Code != "bad_request" || e.Ref != c.ref {
			t.Errorf("%.60s: %+v", c.send, e)
		}
	}
	if _, after := m.read(); after != before {
		t.Errorf("%d changes were made", after-before)
	}
	r.send(`{"type":"hand","ref":"z","up":true}`)
	if m := r.skip("ok"); m.Ref != "z" {
		t.Errorf("afterwards: %+v", m)
	}
}

// TestCommandsWithoutRef: success is silent, failure is told.
func TestCommandsWithoutRef(t *testing.T) {
	m := newWorld(t).of()
	r := m.resume(m.join("Host"))
	r.send(`{"type":"hand","up":true}`)
	r.send(`{"type":"admit","seat":"nobody"}`)
	r.send(`{"type":"lock","ref":"1"}`)
	var got []string
	for len(got) == 0 || got[len(got)-1] != "ok1" {
		if m := r.next(); m.Type != "view" {
			got = append(got, m.Type+m.Ref+m.Code)
		}
	}
	if want := "errornot_found ok1"; strings.Join(got, " ") != want {
		t.Errorf("%v", got)
	}
}

func TestNewerConnectionReplaces(t *testing.T) {
	m := newWorld(t).of("S.")
	host := m.enter("Host")
	first := m.admitted(host, "S.")
	second := m.connect(first.seat)
	m.bye(first, client.CodeReplaced)
	if second.View().Me.Phase != client.PhaseIn {
		t.Error("the newer connection is not in")
	}
	v := m.see(host, func(v client.View) bool { p, _ := v.Person(first.seat.ID); return p.Online })
	if len(v.People) != 2 {
		t.Errorf("%d people", len(v.People))
	}
	ok(t, second.Hand(within(t), true))
	m.see(host, func(v client.View) bool { p, _ := v.Person(first.seat.ID); return p.Hand && p.Online })
}

package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

const firstView = `{"type":"view","rev":1,"now":"2026-11-22T17:05:00Z","me":{"seat":"s1","label":"S.","role":"guest","phase":"waiting"},` +
	`"session":{"id":"x","opens":"2026-11-22T17:00:00Z","closes":"2026-11-22T20:00:00Z"},"media":false}`

// wire is the server's end of a connection, played by the test.
type wire struct {
	t  *testing.T
	ws *websocket.Conn
}

func (w wire) send(text string) {
	if err := w.ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		w.t.Error(err)
	}
}

// next reads a message of the client; nil when it has gone.
func (w wire) next() map[string]any {
	_, data, err := w.ws.ReadMessage()
	if err != nil {
		return nil
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		w.t.Error(err)
	}
	return m
}

// playing connects a client to a server whose part, after the opening, is play.
func playing(t *testing.T, o Options, play func(wire)) (*Conn, error) {
	t.Helper()
	up := websocket.Upgrader{Subprotocols: []string{subprotocol}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := up.Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = ws.Close() }()
		one := wire{t, ws}
		one.send(`{"type":"challenge","nonce":"n-1"}`)
		m := one.next()
		if signature, _ := m["signature"].(string); m["type"] != "resume" || ws.Subprotocol() != subprotocol ||
			!verify(t, m["key"].(string), "anteroom-ws-v1\n"+"https://hello.example"+"\nx\nn-1\n"+m["key"].(string), signature) {
			t.Errorf("the opening is %v", m["type"])
		}
		play(one)
	}))
	t.Cleanup(server.Close)
	o.Server = server.URL
	seat := Resume("https://hello.example", "x", must[*Key](t)(NewKey()), o)
	c, err := seat.Connect(within(t))
	if err == nil {
		t.Cleanup(c.Close)
	}
	return c, err
}

func TestCommandsAndAnswers(t *testing.T) {
	c := must[*Conn](t)(playing(t, Options{Strict: true}, func(w wire) {
		w.send(firstView)
		first, second := w.next(), w.next()
		w.send(`{"type":"error","code":"bad_request","message":"of no command"}`)
		for _, m := range []map[string]any{second, first} { // answered in the other order
			if m["type"] == "lock" {
				w.send(`{"type":"ok","ref":"` + m["ref"].(string) + `"}`)
			} else {
				w.send(`{"type":"error","ref":"` + m["ref"].(string) + `","code":"not_found","message":"Gone.","retry_at":"2026-11-22T17:00:00Z"}`)
			}
		}
		w.next() // a command without answer
		w.send(`{"type":"bye","code":"removed","message":"Out."}`)
	}))
	ctx := within(t)
	refused := make(chan error)
	go func() { refused <- c.Admit(ctx, "nobody") }()
	if err := c.Lock(ctx); err != nil {
		t.Error(err)
	}
	var e *Error
	if err := <-refused; !errors.As(err, &e) || e.Code != CodeNotFound || e.Message != "Gone." || e.RetryAt.Hour() != 17 {
		t.Errorf("%v", err)
	}
	if err := c.Hand(ctx, true); CodeOf(err) != CodeRemoved {
		t.Errorf("a command that the bye overtook: %v", err)
	}
	if err := c.Hand(ctx, true); CodeOf(err) != CodeRemoved {
		t.Errorf("a command after the bye: %v", err)
	}
	if _, err := c.WaitPhase(ctx, PhaseIn); CodeOf(err) != CodeRemoved {
		t.Errorf("waiting after the bye: %v", err)
	}
	if err := c.WaitEnd(ctx); CodeOf(err) != CodeRemoved {
		t.Errorf("the end: %v", err)
	}
}

func TestNewestViewWins(t *testing.T) {
	more := make(chan string)
	c := must[*Conn](t)(playing(t, Options{}, func(w wire) {
		w.send(firstView)
		for text := range more {
			w.send(text)
		}
	}))
	ctx := within(t)
	if c.View().Me.Phase != PhaseWaiting {
		t.Fatal("Connect returned before the first view")
	}
	phases := make(chan Phase)
	go func() {
		defer close(phases)
		for v := range c.Views(ctx) {
			phases <- v.Me.Phase
		}
	}()
	if p := <-phases; p != PhaseWaiting {
		t.Fatal(p)
	}
	more <- `{"type":"view","rev":2,"me":{"phase":"greeted"}}`
	more <- `{"type":"view","rev":3,"me":{"phase":"in","later":true},"later":[]}`
	more <- `{"type":"later","x":1}`
	if v, err := c.WaitPhase(ctx, PhaseIn); err != nil || v.Rev != 3 {
		t.Fatal(v.Rev, err)
	}
	last := Phase("")
	for last != PhaseIn {
		last = <-phases
	}
	close(more)
	if p, ok := <-phases; ok {
		t.Fatalf("a view %q that was not sent", p)
	}
	if err := c.WaitEnd(ctx); !errors.Is(err, ErrGone) {
		t.Fatalf("a connection that broke: %v", err)
	}
}

func TestChatAndSpeakers(t *testing.T) {
	c := must[*Conn](t)(playing(t, Options{Strict: true}, func(w wire) {
		w.send(firstView)
		w.send(`{"type":"chat","from":"a","text":"one","private":false,"at":"2026-11-22T17:05:00Z"}`)
		w.send(`{"type":"chat","from":"b","text":"two","private":true,"at":"2026-11-22T17:05:00Z"}`)
		w.send(`{"type":"speakers","seats":["b","a"]}`)
		w.next()
	}))
	ctx := within(t)
	for _, want := range []Chat{{From: "a", Text: "one"}, {From: "b", Text: "two", Private: true}} {
		got, err := c.NextChat(ctx)
		got.At = time.Time{}
		if err != nil || got != want {
			t.Fatalf("%+v %v", got, err)
		}
	}
	if err := c.WaitSpeakers(ctx, func(seats []string) bool { return len(seats) == 2 && seats[0] == "b" }); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := c.NextChat(short); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v", err)
	}
}

func TestStrangeServers(t *testing.T) {
	for name, c := range map[string]struct {
		sends  string
		strict bool
	}{
		"unknown type, strict":   {`{"type":"later"}`, true},
		"unknown member, strict": {`{"type":"view","rev":1,"later":1}`, true},
		"not JSON":               {`{"type":`, false},
		"no type":                {`{}`, true},
		"wrong type of member":   {`{"type":"view","rev":"1"}`, false},
		"duplicate":              {`{"type":"view","rev":1,"rev":2}`, false},
		"second challenge":       {`{"type":"challenge","nonce":"n"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := playing(t, Options{Strict: c.strict}, func(w wire) { w.send(c.sends); w.next() })
			if !errors.Is(err, ErrProtocol) {
				t.Fatalf("%v", err)
			}
		})
	}
	t.Run("bye in place of a view", func(t *testing.T) {
		_, err := playing(t, Options{}, func(w wire) { w.send(`{"type":"bye","code":"ended","message":"Over."}`) })
		if CodeOf(err) != CodeEnded {
			t.Fatalf("%v", err)
		}
	})
	t.Run("silence", func(t *testing.T) {
		_, err := playing(t, Options{}, func(wire) {})
		if !errors.Is(err, ErrGone) {
			t.Fatalf("%v", err)
		}
	})
}

func TestConnectGivesUp(t *testing.T) {
	silent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err == nil {
			_, _, _ = ws.ReadMessage()
			_ = ws.Close()
		}
	}))
	defer silent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	seat := Resume(silent.URL, "x", must[*Key](t)(NewKey()), Options{})
	if _, err := seat.Connect(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("%v", err)
	}
}

func TestRefusedCalls(t *testing.T) {
	answer := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(<-answer))
	}))
	defer server.Close()
	api := API{URL: server.URL, Key: "k"}
	answer <- `{"error":{"code":"rate_limited","message":"Wait.","retry_at":"2026-11-22T17:00:00Z","later":1}}`
	var e *Error
	if _, err := api.Get(within(t), "x"); !errors.As(err, &e) || e.Code != CodeRateLimited || e.Status != 429 || e.RetryAt.IsZero() {
		t.Errorf("%v", err)
	}
	answer <- `<html>a proxy's page</html>`
	if err := api.End(within(t), "x"); !errors.Is(err, ErrProtocol) {
		t.Errorf("%v", err)
	}
	answer <- `{"error":{"code":"full","message":"No."}}`
	seat := Resume(server.URL, "x", must[*Key](t)(NewKey()), Options{})
	if _, err := seat.Connect(within(t)); CodeOf(err) != CodeFull {
		t.Errorf("a websocket that was refused: %v", err)
	}
}

package client

import (
	"context"
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"testing"

	gojson "github.com/go-json-experiment/json"
)

type example struct{ name, text string }

// examples are the messages in PROTOCOL.md that one side sends.
func examples(t *testing.T, side string) []example {
	t.Helper()
	text := string(must[[]byte](t)(os.ReadFile("../PROTOCOL.md")))
	var all []example
	for _, m := range regexp.MustCompile("(?ms)^```json example "+side+" ([a-z_-]+)\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		all = append(all, example{m[1], m[2]})
	}
	if len(all) < 10 {
		t.Fatalf("%d examples", len(all))
	}
	return all
}

func value(t *testing.T, text string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestServerExamples: what the protocol shows of the server's messages is
// understood strictly and completely.
func TestServerExamples(t *testing.T) {
	for _, one := range examples(t, "server") {
		name, text := one.name, one.text
		message, err := parseMessage([]byte(text), true)
		if err != nil || message == nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		back := must[[]byte](t)(gojson.Marshal(message))
		if !reflect.DeepEqual(value(t, string(back)), value(t, text)) {
			t.Errorf("%s comes back as %s", name, back)
		}
	}
}

// TestClientExamples: the methods send what the protocol shows, all of it.
func TestClientExamples(t *testing.T) {
	sent := make(chan map[string]any, 1)
	c := must[*Conn](t)(playing(t, Options{Strict: true}, func(w wire) {
		w.send(firstView)
		for m := w.next(); m != nil; m = w.next() {
			sent <- m
			w.send(`{"type":"ok","ref":"` + m["ref"].(string) + `"}`)
		}
	}))
	var all []map[string]any
	for _, call := range typedCalls(c) {
		if err := call(within(t)); err != nil {
			t.Error(err)
		}
		m := <-sent
		delete(m, "ref")
		all = append(all, m)
	}
	for _, one := range examples(t, "client") {
		if one.name == "resume" || one.name == "offer" {
			continue // in the tests of the opening and of media
		}
		want := value(t, one.text)
		delete(want, "ref")
		if one.name == "chat" && want["private"] == nil {
			want["private"] = false // the default
		}
		if !slices.ContainsFunc(all, func(m map[string]any) bool { return reflect.DeepEqual(m, want) }) {
			t.Errorf("no method sends %s", one.text)
		}
	}
}

// typedCalls make the examples.
func typedCalls(c *Conn) []func(context.Context) error {
	const seat = "wq1m2GzvJ0s3f1y8Qk7mZQ"
	on := func(call func(context.Context, string) error) func(context.Context) error {
		return func(ctx context.Context) error { return call(ctx, seat) }
	}
	return []func(context.Context) error{
		func(ctx context.Context) error { return c.Send(ctx, true, true, false) },
		func(ctx context.Context) error { return c.Hand(ctx, true) },
		func(ctx context.Context) error { return c.Say(ctx, "The sound is gone", true) },
		func(ctx context.Context) error { return c.SaySealed(ctx, "q83v", false) },
		func(ctx context.Context) error {
			const host = "Zl8e0r1bUuA0eY3mYw2q5g"
			return c.Watch(ctx, Shown{host, Camera, 720}, Shown{host, Screen, 0})
		},
		func(ctx context.Context) error { return c.SendKeys(ctx, []Box{{"Zl8e0r1bUuA0eY3mYw2q5g", "AQE"}}) },
		c.Ask, c.Leave, on(c.Greet), c.GreetEnd, on(c.Admit), c.AdmitAll, on(c.Remove),
		func(ctx context.Context) error { return c.Decline(ctx, seat, "Please wait until I ring you.") },
		func(ctx context.Context) error { return c.Hold(ctx, seat, "I will be with you in a moment.") },
		func(ctx context.Context) error { return c.Mute(ctx, seat, true, false) },
		c.Lock, c.Unlock, c.Pause, c.Continue, c.End,
		func(ctx context.Context) error { return c.SayToWaiting(ctx, "Two more minutes.") },
	}
}

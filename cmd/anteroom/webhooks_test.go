package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const webhookSecret = "whsec_YW50ZXJvb20gdGVzdHMgd2ViaG9va3Mu"

// diary runs the receiver that docs/integrating.md shows, and returns its URL and
// the events that it accepts.
func diary(t *testing.T) (url string, events <-chan string) {
	t.Helper()
	doc, err := os.ReadFile("../../docs/integrating.md")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile("(?s)```js receiver\n(.*?)```").FindSubmatch(doc)
	if code == nil {
		t.Fatal("the document shows no receiver")
	}
	file := filepath.Join(t.TempDir(), "receiver.mjs")
	if err := os.WriteFile(file, code[1], 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", file)
	cmd.Env = append(os.Environ(), "WEBHOOK_SECRET="+webhookSecret, "PORT=0")
	out := need[interface{ Read([]byte) (int, error) }](t)(cmd.StdoutPipe())
	said := need[interface{ Read([]byte) (int, error) }](t)(cmd.StderrPipe())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(said).ReadString('\n')
	port, found := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !found {
		t.Fatalf("the receiver says %q, %v", line, err)
	}
	lines := make(chan string, 100)
	go func() {
		for scan := bufio.NewScanner(out); scan.Scan(); {
			lines <- scan.Text()
		}
	}()
	return "http://127.0.0.1:" + port + "/anteroom", lines
}

// The receiver of the documentation, as it stands there, gets the events of a
// session, finds them signed, and nothing in them names anybody.
func TestWebhooks(t *testing.T) {
	url, events := diary(t)
	app := launch(t, func(c *Config) {
		// The receiver has yet to be told of the new secret.
		c.WebhookURLs, c.WebhookSecret, c.WebhookPrevious = []hidden{hidden(url)}, "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3Rz", webhookSecret
		c.AdminListen = "127.0.0.1:0"
	})
	v := app.visit("canary")
	host, guest := v.enter("Host"), v.enter("canary")
	v.admit(host, guest)
	v.ok(host.End(v.within()))
	invite := v.session.Guests[0].ID
	for _, want := range []struct{ what, invite string }{{"session.opened", ""}, {"guest.waiting", invite}, {"guest.admitted", invite}, {"session.ended", ""}} {
		var line string
		select {
		case line = <-events:
		case <-time.After(patience):
			t.Fatalf("no %s comes", want.what)
		}
		var got struct {
			Type      string
			Timestamp time.Time
			Data      struct{ Session, Invite string }
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil || got.Type != want.what || got.Data.Session != v.session.ID || got.Data.Invite != want.invite {
			t.Errorf("%s in place of %+v", line, want)
		}
		for _, secret := range []string{"canary", "Tuesday", guest.seat.ID, "127.0.0.1"} {
			if strings.Contains(line, secret) {
				t.Errorf("%s tells too much", want.what)
			}
		}
	}
	examine(t, app.cfg).says(fine, "webhooks", "takes events")
	text := fetch(t, app.http, "http://"+app.AdminAddr()+"/metrics")
	if !strings.Contains(text, "\nanteroom_webhooks_delivered_total 4\n") {
		t.Error("four deliveries are not counted")
	}
	for _, secret := range []string{strings.TrimPrefix(url, "http://"), webhookSecret, v.session.ID} {
		if strings.Contains(text, secret) {
			t.Error("the metrics tell of the receiver")
		}
	}
}

// A session does not notice that nobody takes its events, and the program ends in
// time all the same.
func TestWebhooksToNobody(t *testing.T) {
	stuck := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stuck }))
	defer slow.Close()
	defer close(stuck)
	app := launch(t, func(c *Config) {
		c.WebhookURLs, c.WebhookSecret = []hidden{hidden("http://" + freePort(t)), hidden(slow.URL)}, webhookSecret
	})
	v := app.visit("S.")
	host, guest := v.enter("Host"), v.enter("S.")
	v.admit(host, guest)
	cfg := app.cfg
	cfg.WebhookURLs = cfg.WebhookURLs[:1] // the doctor is patient
	examine(t, cfg).says(failure, "webhooks", "receiver 1 does not take an event")
	begun := time.Now()
	app.Close()
	if took := time.Since(begun); took > 15*time.Second {
		t.Errorf("closing took %v", took)
	}
}

func TestWebhooksThatAreRefused(t *testing.T) {
	for name, c := range map[string]Config{
		"no secret": {WebhookURLs: []hidden{"https://diary.example/"}}, "a weak secret": {WebhookURLs: []hidden{"https://diary.example/"}, WebhookSecret: "hush"},
		"plain http": {WebhookURLs: []hidden{"http://diary.example/hush"}, WebhookSecret: webhookSecret}, "metadata": {WebhookURLs: []hidden{"https://169.254.169.254/hush"}, WebhookSecret: webhookSecret},
	} {
		if err := c.checkWebhooks(); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package main

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"anteroom/signaling/client"
)

// TestMetricsNameNobody: figures of a session with people in it, without
// anything that tells one from another; and only where operators look.
func TestMetricsNameNobody(t *testing.T) {
	app := launch(t, func(c *Config) { c.AdminListen = "127.0.0.1:0" })
	v := app.visit("canary")
	host, guest := v.enter("Host"), v.enter("canary")
	v.admit(host, guest)
	v.publish(host, guest)
	v.publish(guest, host)
	v.meet(host, guest)
	_, err := v.redeem("canary", nil, false)
	v.refused(err, client.CodeLinkUsed)

	text := fetch(t, app.http, "http://"+app.AdminAddr()+"/metrics")
	for _, line := range []string{
		"anteroom_sessions 1", "anteroom_connections 2", "anteroom_joins_total 2", `anteroom_refusals_total{code="link_used"} 1`,
		"anteroom_media_rooms 1", "anteroom_media_peers 2", "anteroom_media_connected 2",
	} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("no line %q", line)
		}
	}
	if !regexp.MustCompile(`anteroom_media_packets_out_total [1-9]`).MatchString(text) {
		t.Error("no packets are counted")
	}
	for what, secret := range map[string]string{
		"label": "canary", "title": "Tuesday", "session": v.session.ID, "host's seat": host.seat.ID, "guest's seat": guest.seat.ID,
		"invite": v.session.Guests[0].ID, "token": v.links["canary"].Token(), "address": "127.0.0.1", "key": guest.seat.Key().Public(),
	} {
		if strings.Contains(text, secret) {
			t.Errorf("the metrics hold the %s", what)
		}
	}
	for _, label := range regexp.MustCompile(`(?m)^anteroom_\w+\{(\w+)=`).FindAllStringSubmatch(text, -1) {
		if label[1] != "code" && label[1] != "reason" {
			t.Errorf("a label %s", label[1])
		}
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if status := statusOf(t, "http://"+app.AdminAddr()+path); status != 200 {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status := statusOf(t, app.URL()+"/metrics"); status != 404 {
		t.Errorf("everybody gets the metrics: %d", status)
	}
}

func fetch(t *testing.T, from *http.Client, url string) string {
	t.Helper()
	resp, err := from.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", resp.StatusCode, err)
	}
	return string(data)
}

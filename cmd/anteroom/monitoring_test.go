package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestMonitoringSamples holds that the dashboard and the alert rules are well
// formed and name only metrics that there are.
func TestMonitoringSamples(t *testing.T) {
	l := launch(t, func(c *Config) { c.AdminListen = "127.0.0.1:0" })
	if status := statusOf(t, l.URL()+"/v1/sessions/nope"); status != http.StatusNotFound {
		t.Fatalf("status %d", status) // and so there is a refusal to count
	}
	metrics := fetch(t, l.http, "http://"+l.AdminAddr()+"/metrics")
	for file, decode := range map[string]func([]byte, any) error{
		"alerts.yaml": yaml.Unmarshal, "grafana-dashboard.json": json.Unmarshal,
	} {
		data, err := os.ReadFile(filepath.Join("..", "..", "configs", file))
		if err != nil {
			t.Fatal(err)
		}
		var into map[string]any
		if err := decode(data, &into); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		names := regexp.MustCompile(`anteroom_\w+`).FindAllString(string(data), -1)
		if len(names) < 5 {
			t.Errorf("%s names %d metrics", file, len(names))
		}
		for _, name := range names {
			if !strings.Contains(metrics, "# TYPE "+name+" ") {
				t.Errorf("%s: there is no metric %s", file, name)
			}
		}
	}
}

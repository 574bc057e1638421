package main

import "testing"

// The program is asked without a name that somebody would have to resolve.
func TestHealthNeedsNoName(t *testing.T) {
	for listen, want := range map[string]string{
		":8080": "http://127.0.0.1:8080", "0.0.0.0:8080": "http://127.0.0.1:8080", "[::]:8080": "http://127.0.0.1:8080", "localhost:8080": "http://127.0.0.1:8080",
		"[::1]:8080": "http://[::1]:8080", "10.0.0.7:80": "http://10.0.0.7:80",
	} {
		if got := (Config{Listen: listen}).ownURL(); got != want {
			t.Errorf("%s: %s", listen, got)
		}
	}
	if got := (Config{Listen: ":443", TLSCert: "x", TLSKey: "y"}).ownURL(); got != "https://127.0.0.1:443" {
		t.Error(got)
	}
}

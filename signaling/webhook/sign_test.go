package webhook

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

// The example of the Standard Webhooks specification (whose secret is shorter than
// it allows).
func TestSignatureOfTheSpecification(t *testing.T) {
	key, err := base64.StdEncoding.DecodeString("plJ3nmyCDGBKInavdOK15jsl")
	if err != nil {
		t.Fatal(err)
	}
	got := sign(key, "msg_loFOjxBNrRLzqYUf", time.Unix(1731705121, 0), []byte(`{"event_type":"ping","data":{"success":true}}`))
	if got != "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=" {
		t.Errorf("%s", got)
	}
}

func TestSecrets(t *testing.T) {
	for secret, good := range map[string]bool{
		"whsec_" + strings.Repeat("AAAA", 8):        true,
		"whsec_" + strings.Repeat("AAAA", 7) + "A=": false, // not base64
		"whsec_" + strings.Repeat("AAAA", 7):        false, // 21 bytes
		"whsec_" + strings.Repeat("AAAA", 22):       false, // 66
		strings.Repeat("AAAA", 8):                   false,
		"":                                          false,
	} {
		if err := CheckSecret(secret); (err == nil) != good {
			t.Errorf("a secret of %d characters: %v", len(secret), err)
		} else if err != nil && secret != "" && strings.Contains(err.Error(), secret) {
			t.Error("the error tells the secret")
		}
	}
}

func TestURLs(t *testing.T) {
	for text, good := range map[string]bool{
		"https://diary.example/hooks": true, "https://diary.example:8443/hooks?key=1": true, "https://10.0.0.7/": true,
		"http://127.0.0.1:9000/": true, "http://localhost:9000/x": true, "http://[::1]:9000/": true, "https://localhost/": true,
		"http://diary.example/": false, "http://10.0.0.7/": false, "ftp://diary.example/": false, "https://": false, "https:///x": false,
		"/hooks": false, "": false, "https://user:hush@diary.example/": false, "https://diary.example/#x": false,
		"https://169.254.169.254/latest": false, "https://[fe80::1]/": false, "https://[fd00:ec2::254]/": false, "https://100.100.100.200/": false,
		"https://[::ffff:169.254.169.254]/": false, "https://[64:ff9b::169.254.169.254]/": false, "https://0.0.0.0/": false, "https://224.0.0.1/": false,
	} {
		if err := CheckURL(text); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		} else if err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("the error tells the password")
		}
	}
}

package client

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func token(claims string) string {
	return "eyJhbGciOiJFZERTQSJ9." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2ln"
}

func TestParseLink(t *testing.T) {
	good := token(`{"jti":"j-1","sid":"s"}`)
	for name, text := range map[string]string{
		"plain":           "https://hello.example/j#" + good,
		"broken by mail":  "  https://hello.example/j#" + good[:20] + "\r\n " + good[20:] + "\n",
		"escaped":         "https://hello.example/j%23" + good,
		"escaped twice":   "https://hello.example/j%2523" + good,
		"more than known": "https://hello.example/j#" + token(`{"jti":"j-1","new":{"a":1}}`),
	} {
		t.Run(name, func(t *testing.T) {
			link, err := Parse(text)
			if err != nil || link.Origin != "https://hello.example" || link.jti != "j-1" {
				t.Fatalf("origin %q, jti %q, %v", link.Origin, link.jti, err)
			}
			if again, err := Parse(link.Text()); err != nil || again != link {
				t.Fatalf("the text of a link does not parse to it: %v", err)
			}
		})
	}
	if link, err := Parse("http://127.0.0.1:8080/j#" + good); err != nil || link.Origin != "http://127.0.0.1:8080" || link.Token() != good {
		t.Fatalf("%q, %v", link.Origin, err)
	}
}

func TestParseRefuses(t *testing.T) {
	good := token(`{"jti":"j-1"}`)
	for name, text := range map[string]string{
		"empty":           "",
		"no fragment":     "https://hello.example/j",
		"other path":      "https://hello.example/x#" + good,
		"query":           "https://hello.example/j?a=b#" + good,
		"user":            "https://me@hello.example/j#" + good,
		"other scheme":    "ftp://hello.example/j#" + good,
		"no host":         "https:///j#" + good,
		"two parts":       "https://hello.example/j#a.b",
		"not base64":      "https://hello.example/j#a.!!.c",
		"padded base64":   "https://hello.example/j#a.eyJqdGkiOiJhIn0=.c",
		"not JSON":        "https://hello.example/j#a." + base64.RawURLEncoding.EncodeToString([]byte("nope")) + ".c",
		"no jti":          "https://hello.example/j#" + token(`{"sid":"s"}`),
		"two jti":         "https://hello.example/j#" + token(`{"jti":"a","jti":"b"}`),
		"other case":      "https://hello.example/j#" + token(`{"JTI":"a"}`),
		"empty signature": "https://hello.example/j#" + strings.TrimSuffix(good, "c2ln"),
	} {
		if _, err := Parse(text); !errors.Is(err, ErrLink) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	link := must[Link](t)(Parse("https://hello.example/j#" + token(`{"jti":"canary"}`)))
	key := must[*Key](t)(NewKey())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, secret := range []any{link, &link, *key, key} {
			if got := fmt.Sprintf(verb, secret); got != redacted {
				t.Errorf("%s of %T prints %q", verb, secret, got)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("https://hello.example/j#" + token(`{"jti":"j-1"}`))
	f.Add("https://hello.example/j%23a.b.c")
	f.Add("#..")
	f.Fuzz(func(t *testing.T, text string) {
		link, err := Parse(text)
		if err != nil {
			return
		}
		if again, err := Parse(link.Text()); err != nil || again != link {
			t.Fatalf("what was parsed does not parse again: %v", err)
		}
	})
}

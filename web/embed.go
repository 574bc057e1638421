package web

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// embedding lets pages of some origins show the page of a link in a frame of
// theirs. Nobody may, unless the operator says so.
type embedding struct{ policy string } // "" when nobody may

// newEmbedding takes origins as browsers write them. Wildcards, paths and plain
// http are refused: whoever shows the page in theirs could lead a person's clicks.
func newEmbedding(origins []string) (embedding, error) {
	if err := CheckOrigins(origins); err != nil {
		return embedding{}, err
	}
	if len(origins) == 0 {
		return embedding{}, nil
	}
	return embedding{strings.Replace(policy, ancestors+"'none'", ancestors+strings.Join(origins, " "), 1)}, nil
}

// CheckOrigins refuses what Config.EmbedOrigins does not take.
func CheckOrigins(origins []string) error {
	for _, one := range origins {
		if !isOrigin(one) {
			return fmt.Errorf("%q is not an origin that may embed: it is https:// and a host in small letters, with a port if it is not 443, and nothing else (http only for localhost and 127.0.0.1)", one)
		}
	}
	return nil
}

func isOrigin(text string) bool {
	public := regexp.MustCompile(`^https://[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[1-9][0-9]{0,4})?$`)
	local := regexp.MustCompile(`^http://(localhost|127\.0\.0\.1)(:[1-9][0-9]{0,4})?$`)
	return public.MatchString(text) || local.MatchString(text)
}

// allow puts the headers of a page that may be embedded: a page that isolates
// itself (COEP) may load it too. All else stays as it is; camera and microphone
// the embedding page has to grant by the allow attribute of its frame.
func (e embedding) allow(h http.Header) {
	if e.policy != "" {
		h.Set("Content-Security-Policy", e.policy)
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
}

package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"sync"
	"time"
)

// content is something to send, as it is and compressed, which is done once, when
// first asked for. Nothing in it is secret, and nothing depends on who asks, so
// that its compressed length tells nothing. For concurrent use.
type content struct {
	plain  []byte
	zipped func() []byte // nil where compression does not pay
	kind   string
	tag    string
}

func newContent(body []byte, kind string) *content {
	sum := sha256.Sum256(body)
	zipped := sync.OnceValue(func() []byte { return compress(body) })
	return &content{plain: body, zipped: zipped, kind: kind, tag: hex.EncodeToString(sum[:16])}
}

// compress returns nil where it does not pay.
func compress(body []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil
	}
	_, _ = w.Write(body) // a buffer takes everything
	_ = w.Close()
	if out.Len() >= len(body) {
		return nil
	}
	return out.Bytes()
}

// serve sends it in the form that the browser takes.
func (c *content) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", c.kind)
	h.Set("Vary", "Accept-Encoding")
	if takesGzip(r) {
		if zipped := c.zipped(); zipped != nil {
			h.Set("Content-Encoding", "gzip")
			h.Set("ETag", `"`+c.tag+`-z"`)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(zipped))
			return
		}
	}
	h.Set("ETag", `"`+c.tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(c.plain))
}

// takesGzip reads Accept-Encoding (RFC 9110, 12.5.3). A coding with any weight
// but 0 is taken.
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if strings.TrimSpace(coding) == "gzip" {
			_, q, _ := strings.Cut(weight, "=")
			return strings.Trim(strings.TrimSpace(q), "0.") != "" || strings.TrimSpace(q) == ""
		}
	}
	return false
}

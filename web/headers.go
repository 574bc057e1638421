package web

import "net/http"

// policy allows what the pages use and nothing else (CSP Level 3). Media
// streams of WebRTC need no source; websockets to this origin fall under
// connect-src 'self'. The one Trusted Types policy makes the address of the
// encryption's worker and no other (js/e2ee/support.js).
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; " + ancestors + "'none'; " +
	"require-trusted-types-for 'script'; trusted-types anteroom-worker"

// ancestors begins the part that says who may show a page in a frame; see
// embedding.
const ancestors = "frame-ancestors "

// permissions names the device features that the pages use, and refuses those
// that other scripts like to ask for.
const permissions = "camera=(self), microphone=(self), display-capture=(self), screen-wake-lock=(self), " +
	"speaker-selection=(self), autoplay=(self), clipboard-write=(self), fullscreen=(self), " +
	"geolocation=(), usb=(), serial=(), hid=(), midi=(), payment=(), " +
	"accelerometer=(), gyroscope=(), magnetometer=(), browsing-topics=(), idle-detection=()"

// secure puts the security headers on every answer and refuses every method
// that could be meant to change something.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Permissions-Policy", permissions)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Embedder-Policy", "require-corp")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		h.Set("Cache-Control", "no-store")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "Method not allowed.", http.StatusMethodNotAllowed)
			return
		}
		next.ServeHTTP(w, r)
	})
}

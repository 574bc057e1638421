package client

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/gorilla/websocket"
)

// Options adjust how a seat is taken and used; the zero value is good.
type Options struct {
	// HTTP makes the calls; http.DefaultClient if nil.
	HTTP *http.Client
	// Dialer opens websockets; if nil, one that uses the environment's proxy
	// and the TLS configuration of HTTP's transport.
	Dialer *websocket.Dialer
	// Server is where to connect to, if that is not the origin in the link:
	// scheme and host. What is signed stays about the link's origin.
	Server string
	// Origin is sent as the Origin header, as a browser would, if not empty;
	// signatures are then about it.
	Origin string
	// Passcode of the session, if it has one.
	Passcode string
	// Knock asks to come back with a link that was used before.
	Knock bool
	// E2EE is the version of docs/e2ee.md that the program speaks; 0 is none.
	E2EE int
	// Key to redeem the link with; a new one if nil.
	Key *Key
	// Strict refuses message types and members that this client does not know.
	Strict bool
}

func (o Options) http() *http.Client {
	if o.HTTP != nil {
		return o.HTTP
	}
	return http.DefaultClient
}

// server is where an origin is reached.
func (o Options) server(origin string) string {
	return strings.TrimSuffix(cmp.Or(o.Server, origin), "/")
}

// signed is the origin that signatures are about.
func (o Options) signed(origin string) string { return cmp.Or(o.Origin, origin) }

func (o Options) dialer() *websocket.Dialer {
	if o.Dialer != nil {
		return o.Dialer
	}
	d := &websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, HandshakeTimeout: handshakeTimeout,
		ReadBufferSize: 1024, WriteBufferSize: 1024,
	}
	if t, ok := o.http().Transport.(*http.Transport); ok && t.TLSClientConfig != nil {
		d.TLSClientConfig = t.TLSClientConfig.Clone()
		d.TLSClientConfig.NextProtos = nil // a websocket is HTTP/1.1
	}
	return d
}

const handshakeTimeout = 10 * time.Second

// decode reads one JSON value of the server.
func decode(data []byte, into any, strict bool) error {
	return json.Unmarshal(data, into, json.RejectUnknownMembers(strict))
}

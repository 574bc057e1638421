package signaling

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/gorilla/websocket"

	"anteroom/signaling/client"
)

// raw is a websocket on which a test may send anything.
type raw struct {
	t  testing.TB
	ws *websocket.Conn
}

// any message of the server.
type anyMessage struct {
	Type  string `json:"type"`
	Ref   string `json:"ref"`
	Code  string `json:"code"`
	Nonce string `json:"nonce"`
	Rev   uint64 `json:"rev"`
}

func (w *world) dial(header http.Header) (*raw, *http.Response, error) {
	w.t.Helper()
	d := websocket.Dialer{NetDial: func(network, addr string) (net.Conn, error) {
		c, err := net.Dial(network, addr)
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetReadBuffer(4096)
		}
		return c, err
	}}
	ws, resp, err := d.DialContext(within(w.t), "ws"+strings.TrimPrefix(w.url, "http")+"/v1/ws", header)
	if err != nil {
		return nil, resp, err
	}
	w.t.Cleanup(func() { _ = ws.Close() })
	_ = ws.SetReadDeadline(time.Now().Add(15 * time.Second))
	return &raw{w.t, ws}, resp, nil
}

// open dials and takes the challenge.
func (w *world) open() (*raw, string) {
	w.t.Helper()
	r, _, err := w.dial(http.Header{"Sec-WebSocket-Protocol": {Subprotocol}})
	ok(w.t, err)
	m := r.next()
	if m.Type != "challenge" || m.Nonce == "" {
		w.t.Fatalf("the server speaks first with %q", m.Type)
	}
	return r, m.Nonce
}

// resume opens a websocket for a seat, by hand.
func (m *meeting) resume(seat *client.Seat) *raw {
	m.t.Helper()
	r, nonce := m.open()
	r.send(proof(m.t, seat.Key(), "http://hello.test", m.session.ID, nonce))
	if first := r.next(); first.Type != "view" {
		m.t.Fatalf("%+v in place of the first view", first)
	}
	return r
}

func (r *raw) send(text string) {
	r.t.Helper()
	r.sendAs(websocket.TextMessage, []byte(text))
}

func (r *raw) sendAs(kind int, data []byte) {
	r.t.Helper()
	if err := r.ws.WriteMessage(kind, data); err != nil {
		r.t.Fatalf("sending: %v", err)
	}
}

func (r *raw) next() anyMessage {
	r.t.Helper()
	kind, data, err := r.ws.ReadMessage()
	if err != nil || kind != websocket.TextMessage {
		r.t.Fatalf("reading: %v", err)
	}
	var m anyMessage
	ok(r.t, json.Unmarshal(data, &m))
	return m
}

// skip reads until a message of that type.
func (r *raw) skip(to string) anyMessage {
	r.t.Helper()
	for {
		if m := r.next(); m.Type == to {
			return m
		}
	}
}

// bye reads the bye and checks that it is the last.
func (r *raw) bye(code client.Code) {
	r.t.Helper()
	if m := r.skip("bye"); m.Code != string(code) {
		r.t.Fatalf("bye with %q, not %q", m.Code, code)
	}
	if _, _, err := r.ws.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		r.t.Fatalf("after the bye: %v", err)
	}
}

// post calls the HTTP API with any body and returns the status and the code.
func (w *world) post(method, path, body string, header http.Header) (int, client.Code) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(within(w.t), method, w.url+path, bytes.NewReader([]byte(body)))
	ok(w.t, err)
	for name, values := range header {
		req.Header[name] = values
	}
	resp, err := w.http.Do(req)
	ok(w.t, err)
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	ok(w.t, err)
	var answer errorBody
	if resp.StatusCode >= 300 {
		if err := decodeStrict(data, &answer); err != nil || answer.Error.Message == "" {
			w.t.Fatalf("%s %s: status %d without a proper error", method, path, resp.StatusCode)
		}
	}
	return resp.StatusCode, client.Code(answer.Error.Code)
}

func bearer() http.Header { return http.Header{"Authorization": {"Bearer " + testKey}} }

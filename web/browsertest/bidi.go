package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/gorilla/websocket"
)

// errGone is the answer to calls on a connection that has ended.
var errGone = errors.New("the browser closed the connection")

// bidi is a WebDriver BiDi connection (W3C WebDriver BiDi, section 3): commands
// with ids one way, their results and events the other.
type bidi struct {
	ws      *websocket.Conn
	onEvent func(method string, params json.RawMessage) // static; runs on the reader
	gone    chan struct{}                               // closed when the reader has ended

	writing sync.Mutex // one writer at a time on ws

	mu      sync.Mutex
	next    int                      // guarded by mu
	pending map[int]chan bidiMessage // guarded by mu
}

// bidiMessage is a result, an error or an event.
type bidiMessage struct {
	Type    string          `json:"type"`
	ID      *int            `json:"id"`
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

func dialBidi(ctx context.Context, url string, dial dialFunc, onEvent func(string, json.RawMessage)) (*bidi, error) {
	d := websocket.Dialer{NetDialContext: dial}
	ws, _, err := d.DialContext(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	b := &bidi{ws: ws, onEvent: onEvent, gone: make(chan struct{}), pending: map[int]chan bidiMessage{}}
	go b.read()
	return b, nil
}

func (b *bidi) read() {
	defer close(b.gone)
	for {
		var m bidiMessage
		if err := b.ws.ReadJSON(&m); err != nil {
			return
		}
		if m.Type == "event" {
			b.onEvent(m.Method, m.Params)
			continue
		}
		if m.ID == nil {
			continue // an error about a message that had no id
		}
		b.mu.Lock()
		ch := b.pending[*m.ID]
		delete(b.pending, *m.ID)
		b.mu.Unlock()
		if ch != nil {
			ch <- m
		}
	}
}

// call sends a command and decodes its result into out, which may be nil.
func (b *bidi) call(ctx context.Context, method string, params, out any) error {
	ch := make(chan bidiMessage, 1)
	b.mu.Lock()
	b.next++
	id := b.next
	b.pending[id] = ch
	b.mu.Unlock()
	defer b.forget(id)
	if err := b.write(map[string]any{"id": id, "method": method, "params": params}); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, context.Cause(ctx))
	case <-b.gone:
		return fmt.Errorf("%s: %w", method, errGone)
	case m := <-ch:
		return m.decode(method, out)
	}
}

func (b *bidi) forget(id int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.pending, id)
}

func (b *bidi) write(message any) error {
	b.writing.Lock()
	defer b.writing.Unlock()
	return b.ws.WriteJSON(message)
}

func (m bidiMessage) decode(method string, out any) error {
	if m.Type == "error" {
		return fmt.Errorf("%s: %s: %s", method, m.Error, m.Message)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(m.Result, out)
}

func (b *bidi) close() error {
	err := b.ws.Close()
	<-b.gone
	return err
}

package client

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/go-json-experiment/json"
)

// maxAnswer bounds what is read of an HTTP answer: a register of 500 people
// with their links.
const maxAnswer = 1 << 20

// caller makes HTTP calls to one server.
type caller struct {
	http   *http.Client
	server string
	header http.Header
	strict bool
}

func (o Options) caller(origin string) caller {
	c := caller{http: o.http(), server: o.server(origin), header: http.Header{}, strict: o.Strict}
	if o.Origin != "" {
		c.header.Set("Origin", o.Origin)
	}
	return c
}

// call sends body as JSON (nothing if nil) and decodes the answer into result
// (unless nil). A refusal is an *Error.
func (c caller) call(ctx context.Context, method, path string, body, result any) error {
	req, err := c.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return c.refusal(resp.StatusCode, data)
	}
	if result == nil {
		return nil
	}
	if err := decode(data, result, c.strict); err != nil {
		return fmt.Errorf("%w: answer of %s", ErrProtocol, path)
	}
	return nil
}

// ask makes a call whose answer is a T.
func ask[T any](ctx context.Context, c caller, method, path string, body any) (result T, err error) {
	err = c.call(ctx, method, path, body, &result)
	return result, err
}

func (c caller) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var content io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.server+path, content)
	if err != nil {
		return nil, err
	}
	for name, values := range c.header {
		req.Header[name] = values
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

func (c caller) refusal(status int, data []byte) error {
	var body struct {
		Error errorMembers `json:"error"`
	}
	if err := decode(data, &body, c.strict); err != nil || body.Error.Code == "" {
		return fmt.Errorf("%w: status %d", ErrProtocol, status)
	}
	return body.Error.refusal(status)
}

package browsertest

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// errLeft is the answer to scripts whose document the page left.
var errLeft = errors.New("the page went to another document")

// document is the one a page shows. Firefox never answers scripts that wait for
// a promise of a document the page has left, so they are given up here.
type document struct {
	mu   sync.Mutex
	left chan struct{} // guarded by mu; closed when the page leaves the document
}

func (d *document) current() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.left == nil {
		d.left = make(chan struct{})
	}
	return d.left
}

func (d *document) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.left != nil {
		close(d.left)
	}
	d.left = make(chan struct{})
}

// script runs a script command of this page's current document.
func (t *firefoxTab) script(ctx context.Context, method string, params map[string]any) (string, error) {
	params["awaitPromise"] = true
	params["target"] = map[string]any{"context": t.context}
	ctx, cancel := context.WithCancelCause(ctx)
	left, answered := t.document.current(), make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case <-left:
			cancel(errLeft)
		case <-answered:
			cancel(nil)
		}
	})
	var r scriptResult
	err := t.f.bidi.call(ctx, method, params, &r)
	close(answered)
	watch.Wait()
	if err != nil {
		return "", err
	}
	return r.text()
}

// scriptResult is a value, or an exception (WebDriver BiDi, section 7.8.1).
type scriptResult struct {
	Type   string
	Result struct {
		Type  string
		Value any
	}
	ExceptionDetails struct{ Text string }
}

func (r scriptResult) text() (string, error) {
	if r.Type != "success" {
		return "", fmt.Errorf("exception: %s", r.ExceptionDetails.Text)
	}
	s, _ := r.Result.Value.(string)
	return s, nil
}

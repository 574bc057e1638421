package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// pollPause is how often conditions are looked at again.
const pollPause = 25 * time.Millisecond

// pollScript looks at a condition every pollPause for up to half a second, so
// that a wait costs few round trips and still survives a navigation.
const pollScript = `new Promise(resolve => {
	const end = performance.now() + 500;
	const look = async () => {
		let met = false, error = '';
		try { met = Boolean(await (
%s
		)); } catch (e) { error = String(e); }
		if (met || performance.now() > end) resolve(JSON.stringify({met, error}));
		else setTimeout(look, %d);
	};
	look();
})`

// Wait waits until a JavaScript expression is true in the page. A condition
// that throws is not true yet; the page may navigate meanwhile.
func (p *Page) Wait(condition string) {
	p.t.Helper()
	if err := p.TryWait(condition); err != nil {
		p.fatalf("%v", err)
	}
}

// TryWait is Wait for goroutines that may not end the test.
func (p *Page) TryWait(condition string) error {
	ctx, cancel := p.context()
	defer cancel()
	script := fmt.Sprintf(pollScript, condition, pollPause.Milliseconds())
	last := "not true"
	for ctx.Err() == nil {
		met, why, err := p.poll(ctx, script)
		switch {
		case met:
			return nil
		case err != nil && strings.Contains(err.Error(), "SyntaxError"):
			return fmt.Errorf("condition %s: %w", condition, err)
		case err != nil && !errors.Is(err, context.DeadlineExceeded):
			last = err.Error()
			pause(ctx)
		case why != "":
			last = why
		}
	}
	return fmt.Errorf("waited %v for %s: %s", p.timeout, condition, last)
}

func (p *Page) poll(ctx context.Context, script string) (met bool, why string, err error) {
	s, err := p.tab.evaluate(ctx, script)
	if err != nil {
		return false, "", err
	}
	var r struct {
		Met   bool
		Error string
	}
	if err := json.Unmarshal([]byte(s), &r); err != nil {
		return false, "", err
	}
	return r.Met, r.Error, nil
}

// pause lets the browser get on with it between two looks from here.
func pause(ctx context.Context) {
	timer := time.NewTimer(pollPause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// WaitText waits until the page shows a text.
func (p *Page) WaitText(text string) {
	p.t.Helper()
	p.Wait("document.body.innerText.includes(" + jsString(text) + ")")
}

// WaitStatus waits until a status or alert region of the page says a text.
func (p *Page) WaitStatus(text string) {
	p.t.Helper()
	p.Wait("(" + statusExpression + ").includes(" + jsString(text) + ")")
}

// WaitFor waits until an element of this role and accessible name can be
// perceived, by sight or by a screen reader.
func (p *Page) WaitFor(role, name string) {
	p.t.Helper()
	p.waitCount(role, name, func(n int) bool { return n > 0 }, "to appear")
}

// WaitGone waits until no element of this role and accessible name is left.
func (p *Page) WaitGone(role, name string) {
	p.t.Helper()
	p.waitCount(role, name, func(n int) bool { return n == 0 }, "to go")
}

func (p *Page) waitCount(role, name string, enough func(int) bool, what string) {
	p.t.Helper()
	ctx, cancel := p.context()
	defer cancel()
	for ctx.Err() == nil {
		if els, err := p.tab.find(ctx, role, name); err == nil && enough(len(els)) {
			return
		}
		pause(ctx)
	}
	p.fatalf("waited %v for %s %q %s", p.timeout, role, name, what)
}

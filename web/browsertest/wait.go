package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// pollPause is how often conditions are looked at again.
const pollPause = 25 * time.Millisecond

// maxPoll is how long the page itself keeps looking at a condition in one go, so
// that a wait costs few round trips and still survives a navigation.
const maxPoll = 500 * time.Millisecond

// pollScript looks at a condition every so many milliseconds, for so many
// milliseconds.
const pollScript = `new Promise(resolve => {
	const end = performance.now() + %[3]d;
	const look = async () => {
		let met = false, error = '';
		try { met = Boolean(await (
%[1]s
		)); } catch (e) { error = String(e); }
		if (met || performance.now() > end) resolve(JSON.stringify({met, error}));
		else setTimeout(look, %[2]d);
	};
	look();
})`

// until looks again and again until a look says that it is done, or the page's
// timeout is over. However short that is, there is a look, and it may take the
// time that a browser on a busy machine needs to answer.
func (p *Page) until(look func(ctx context.Context, left time.Duration) bool) bool {
	deadline := time.Now().Add(p.timeout)
	pause := time.NewTimer(pollPause)
	defer pause.Stop()
	for {
		ctx, cancel := p.answering()
		done := look(ctx, time.Until(deadline))
		cancel()
		if done || time.Now().After(deadline) {
			return done
		}
		pause.Reset(pollPause)
		<-pause.C
	}
}

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
	why := "not true"
	var broken error
	met := p.until(func(ctx context.Context, left time.Duration) bool {
		r, err := p.poll(ctx, condition, left)
		switch {
		case err != nil && strings.Contains(err.Error(), "SyntaxError"):
			broken = err
		case err != nil:
			why = err.Error()
		case r.Error != "":
			why = r.Error
		}
		return r.Met || broken != nil
	})
	switch {
	case broken != nil:
		return fmt.Errorf("condition %s: %w", condition, broken)
	case !met:
		return fmt.Errorf("waited %v for %s: %s", p.timeout, condition, why)
	}
	return nil
}

// polled is what pollScript says.
type polled struct {
	Met   bool
	Error string
}

func (p *Page) poll(ctx context.Context, condition string, left time.Duration) (polled, error) {
	length := max(0, min(left, maxPoll))
	s, err := p.tab.evaluate(ctx, fmt.Sprintf(pollScript, condition, pollPause.Milliseconds(), length.Milliseconds()))
	if err != nil {
		return polled{}, err
	}
	var r polled
	err = json.Unmarshal([]byte(s), &r)
	return r, err
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
	if !p.until(func(ctx context.Context, _ time.Duration) bool {
		els, err := p.tab.find(ctx, role, name)
		return err == nil && enough(len(els))
	}) {
		p.fatalf("waited %v for %s %q %s", p.timeout, role, name, what)
	}
}

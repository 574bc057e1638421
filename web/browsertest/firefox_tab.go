package browsertest

import (
	"context"
	"encoding/base64"
	"errors"
)

// firefoxTab is one page of Firefox.
type firefoxTab struct {
	f       *firefox
	context string // the browsing context
	user    string // the user context, "" for the profile's own
	rec     *recorder

	document document
}

func (f *firefox) open(ctx context.Context, o PageOptions, rec *recorder) (tab, error) {
	if o.Phone || o.Dark || o.ReducedMotion || o.ForcedColors || o.TextSize != 0 {
		return nil, errors.New("Firefox emulates neither phones, colours, motion nor text sizes per page: use Options.Prefs")
	}
	t := &firefoxTab{f: f, rec: rec}
	params := map[string]any{"type": "window"}
	if !o.Profile {
		var user struct{ UserContext string }
		if err := f.bidi.call(ctx, "browser.createUserContext", map[string]any{}, &user); err != nil {
			return nil, err
		}
		t.user = user.UserContext
		params["userContext"] = t.user
	}
	var created struct{ Context string }
	if err := f.bidi.call(ctx, "browsingContext.create", params, &created); err != nil {
		return nil, err
	}
	t.context = created.Context
	f.setTab(t.context, t)
	return t, t.emulate(ctx, o)
}

// emulate makes the page look like the person's device.
func (t *firefoxTab) emulate(ctx context.Context, o PageOptions) error {
	if err := t.command(ctx, "browsingContext.setViewport", map[string]any{
		"viewport": map[string]any{"width": o.Width, "height": o.Height},
	}, nil); err != nil {
		return err
	}
	if o.Locale != "" {
		if err := t.f.bidi.call(ctx, "emulation.setLocaleOverride", map[string]any{
			"locale": o.Locale, "contexts": []string{t.context},
		}, nil); err != nil {
			return err
		}
	}
	if o.Preload != "" {
		return t.f.bidi.call(ctx, "script.addPreloadScript", map[string]any{
			"functionDeclaration": "() => {\n" + o.Preload + "\n}", "contexts": []string{t.context},
		}, nil)
	}
	return nil
}

// command is a call about this page.
func (t *firefoxTab) command(ctx context.Context, method string, params map[string]any, out any) error {
	params["context"] = t.context
	return t.f.bidi.call(ctx, method, params, out)
}

func (t *firefoxTab) navigate(ctx context.Context, url string) error {
	return t.command(ctx, "browsingContext.navigate", map[string]any{"url": url, "wait": "complete"}, nil)
}

func (t *firefoxTab) reload(ctx context.Context) error {
	return t.command(ctx, "browsingContext.reload", map[string]any{"wait": "complete"}, nil)
}

func (t *firefoxTab) evaluate(ctx context.Context, script string) (string, error) {
	return t.script(ctx, "script.evaluate", map[string]any{"expression": script})
}

func (t *firefoxTab) find(ctx context.Context, role, name string) ([]element, error) {
	value := map[string]any{"name": name}
	if role != "" {
		value["role"] = role
	}
	var found struct{ Nodes []struct{ SharedID element } }
	if err := t.command(ctx, "browsingContext.locateNodes", map[string]any{
		"locator": map[string]any{"type": "accessibility", "value": value},
	}, &found); err != nil {
		return nil, err
	}
	var els []element
	for _, n := range found.Nodes {
		els = append(els, n.SharedID)
	}
	return els, nil
}

func (t *firefoxTab) call(ctx context.Context, el element, function string) (string, error) {
	return t.script(ctx, "script.callFunction", map[string]any{
		"functionDeclaration": function, "arguments": []any{map[string]any{"sharedId": el}},
	})
}

// click brings the page to the front first, as whoever clicks on it has: Firefox
// opens devices only there.
func (t *firefoxTab) click(ctx context.Context, x, y float64) error {
	if err := t.command(ctx, "browsingContext.activate", map[string]any{}, nil); err != nil {
		return err
	}
	return t.perform(ctx, map[string]any{
		"type": "pointer", "id": "mouse", "parameters": map[string]any{"pointerType": "mouse"},
		"actions": []any{
			map[string]any{"type": "pointerMove", "x": int(x), "y": int(y)},
			map[string]any{"type": "pointerDown", "button": 0},
			map[string]any{"type": "pointerUp", "button": 0},
		},
	})
}

func (t *firefoxTab) insert(ctx context.Context, text string) error {
	var keys []any
	for _, r := range text {
		s := string(r)
		if r == '\n' {
			s = keyNames()["Enter"].webdriver
		}
		keys = append(keys, keyAction("keyDown", s), keyAction("keyUp", s))
	}
	return t.performKeys(ctx, keys)
}

func (t *firefoxTab) press(ctx context.Context, k key) error {
	s := k.name
	if n, ok := keyNames()[k.name]; ok {
		s = n.webdriver
	}
	var down, up []any
	for _, m := range []struct {
		held bool
		code string
	}{{k.shift, "\uE008"}, {k.control, "\uE009"}, {k.alt, "\uE00A"}, {k.meta, "\uE03D"}} {
		if m.held {
			down = append(down, keyAction("keyDown", m.code))
			up = append(up, keyAction("keyUp", m.code))
		}
	}
	down = append(down, keyAction("keyDown", s), keyAction("keyUp", s))
	return t.performKeys(ctx, append(down, up...))
}

func keyAction(kind, value string) map[string]any {
	return map[string]any{"type": kind, "value": value}
}

func (t *firefoxTab) performKeys(ctx context.Context, actions []any) error {
	return t.perform(ctx, map[string]any{"type": "key", "id": "keyboard", "actions": actions})
}

func (t *firefoxTab) perform(ctx context.Context, source map[string]any) error {
	return t.command(ctx, "input.performActions", map[string]any{"actions": []any{source}}, nil)
}

func (t *firefoxTab) screenshot(ctx context.Context) ([]byte, error) {
	var shot struct{ Data string }
	if err := t.command(ctx, "browsingContext.captureScreenshot", map[string]any{}, &shot); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(shot.Data)
}

func (t *firefoxTab) offline(context.Context, bool) error {
	return errors.New("Firefox has no offline emulation here; use a network of the test's own")
}

func (t *firefoxTab) close(ctx context.Context) error {
	defer t.f.setTab(t.context, nil)
	if t.user != "" {
		return t.f.bidi.call(ctx, "browser.removeUserContext", map[string]any{"userContext": t.user}, nil)
	}
	return t.command(ctx, "browsingContext.close", map[string]any{}, nil)
}

package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// readyScript scrolls an element into view and says where to click it, or why a
// person could not: it moves, is disabled, has no size, or lies under something
// else.
const readyScript = `async (el) => {
	const no = (why) => JSON.stringify({why});
	if (!el.isConnected) return no('is no longer on the page');
	if (el.matches(':disabled') || el.closest('[aria-disabled=true]')) return no('is disabled');
	el.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
	const frame = () => new Promise(r => { requestAnimationFrame(r); setTimeout(r, 200); });
	await frame();
	const a = el.getBoundingClientRect();
	await frame();
	const b = el.getBoundingClientRect();
	if (!b.width || !b.height) return no('has no size');
	if (a.x !== b.x || a.y !== b.y || a.width !== b.width) return no('is moving');
	const x = b.x + b.width / 2, y = b.y + b.height / 2;
	const hit = el.getRootNode().elementFromPoint(x, y);
	if (!hit) return no('is outside the viewport');
	const own = el.contains(hit) || hit.contains(el) && hit.closest('label,button,a') === hit
		|| hit.closest('label')?.control === el;
	if (!own) return no('is covered by <' + hit.tagName.toLowerCase() + ' class="' + hit.className + '">');
	return JSON.stringify({x, y});
}`

// fieldScript tells a text field, whose content it selects so that typing
// replaces it, from a field that is set as a whole.
const fieldScript = `(el) => {
	if (!el.matches) return 'none'; // the text of a label
	const whole = ['date', 'time', 'datetime-local', 'month', 'week', 'color', 'range'];
	if (el.matches('select')) return 'whole';
	if (el.matches('input')) {
		if (whole.includes(el.type)) return 'whole';
		if (['button', 'submit', 'reset', 'image', 'checkbox', 'radio', 'file', 'hidden'].includes(el.type)) return 'none';
		el.focus(); el.select();
		return 'text';
	}
	if (el.matches('textarea')) { el.focus(); el.select(); return 'text'; }
	if (el.isContentEditable) { el.focus(); getSelection().selectAllChildren(el); return 'text'; }
	return 'none';
}`

// setScript sets a field as a whole and tells the page, as the browser's own
// picker does.
const setScript = `(el) => {
	const value = %s;
	if (el.matches('select')) {
		const option = [...el.options].find(o => o.label === value || o.value === value);
		if (!option) return 'has no such option';
		el.value = option.value;
	} else {
		Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(el, value);
		if (el.value !== value) return 'does not take this value';
	}
	el.dispatchEvent(new Event('input', {bubbles: true}));
	el.dispatchEvent(new Event('change', {bubbles: true}));
	return '';
}`

// Click clicks the one element of this role and accessible name with a real
// mouse event, as soon as a person could: it is there, alone of its name,
// enabled, still, and not covered.
func (p *Page) Click(role, name string) {
	p.t.Helper()
	var at point
	var why string
	if !p.until(func(ctx context.Context, _ time.Duration) bool {
		at, why = p.locate(ctx, role, name)
		return why == ""
	}) {
		p.fatalf("waited %v to click %s %q: it %s", p.timeout, role, name, why)
	}
	ctx, cancel := p.answering()
	defer cancel()
	if err := p.tab.click(ctx, at.X, at.Y); err != nil {
		p.fatalf("click %s %q: %v", role, name, err)
	}
}

// point is a place in the viewport, in CSS pixels.
type point struct{ X, Y float64 }

// locate says where to click an element, or why a person could not.
func (p *Page) locate(ctx context.Context, role, name string) (at point, why string) {
	els, err := p.tab.find(ctx, role, name)
	switch {
	case err != nil:
		return point{}, "cannot be looked for: " + err.Error()
	case len(els) == 0:
		return point{}, "is not on the page"
	case len(els) > 1:
		return point{}, fmt.Sprintf("is there %d times", len(els))
	}
	s, err := p.tab.call(ctx, els[0], readyScript)
	if err != nil {
		return point{}, "cannot be looked at: " + err.Error()
	}
	var ready struct {
		point
		Why string
	}
	if err := json.Unmarshal([]byte(s), &ready); err != nil {
		return point{}, err.Error()
	}
	return ready.point, ready.Why
}

// Has reports whether an element of this role and accessible name is on the
// page now.
func (p *Page) Has(role, name string) bool {
	p.t.Helper()
	ctx, cancel := p.answering()
	defer cancel()
	els, err := p.tab.find(ctx, role, name)
	if err != nil {
		p.fatalf("find %s %q: %v", role, name, err)
	}
	return len(els) > 0
}

// HasButton reports whether a button of this accessible name is on the page
// now.
func (p *Page) HasButton(name string) bool {
	p.t.Helper()
	return p.Has("button", name)
}

// Fill replaces the content of the field with this label by typing, or, for
// fields without typed text such as dates and lists, sets it: a date in its
// ISO form, a list by an option's label or value.
func (p *Page) Fill(label, text string) {
	p.t.Helper()
	why := "is not on the page"
	if !p.until(func(ctx context.Context, _ time.Duration) bool {
		els, err := p.tab.find(ctx, "", label)
		if err != nil {
			return false
		}
		for _, el := range els {
			filled, err := p.fill(ctx, el, text)
			if err != nil {
				p.fatalf("fill %q: %v", label, err)
			}
			if filled {
				return true
			}
			why = "is not a field"
		}
		return false
	}) {
		p.fatalf("waited %v to fill %q: it %s", p.timeout, label, why)
	}
}

func (p *Page) fill(ctx context.Context, el element, text string) (bool, error) {
	kind, err := p.tab.call(ctx, el, fieldScript)
	if err != nil || kind == "none" {
		return false, err
	}
	if kind == "whole" {
		why, err := p.tab.call(ctx, el, fmt.Sprintf(setScript, jsString(text)))
		if err == nil && why != "" {
			err = fmt.Errorf("it %s", why)
		}
		return err == nil, err
	}
	if text == "" {
		return true, p.tab.press(ctx, key{name: "Delete"})
	}
	return true, p.tab.insert(ctx, text)
}

// jsString is s as a JavaScript string literal. A string always marshals.
func jsString(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

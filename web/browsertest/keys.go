package browsertest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// key is one key with the modifiers held while it is pressed.
type key struct {
	name                      string // of the table below, or one character
	alt, control, shift, meta bool
}

// keyName is how the two protocols write a key without a character of its own:
// the DevTools library by a control character or private code point, WebDriver
// by its table of code points (W3C WebDriver, section 17.4.2).
type keyName struct{ cdp, webdriver string }

func keyNames() map[string]keyName {
	return map[string]keyName{
		"Enter":      {"\r", "\uE007"},
		"Tab":        {"\t", "\uE004"},
		"Escape":     {"\u001b", "\uE00C"},
		"Backspace":  {"\b", "\uE003"},
		"Delete":     {"\u007f", "\uE017"},
		"Space":      {" ", " "},
		"ArrowUp":    {"\u0304", "\uE013"},
		"ArrowDown":  {"\u0301", "\uE015"},
		"ArrowLeft":  {"\u0302", "\uE012"},
		"ArrowRight": {"\u0303", "\uE014"},
		"Home":       {"\u0306", "\uE011"},
		"End":        {"\u0305", "\uE010"},
		"PageUp":     {"\u0308", "\uE00E"},
		"PageDown":   {"\u0307", "\uE00F"},
	}
}

// parseKey reads "Tab", "Shift+Tab", "Control+a", "m".
func parseKey(s string) (key, error) {
	var k key
	parts := strings.Split(s, "+")
	for _, m := range parts[:len(parts)-1] {
		switch m {
		case "Alt":
			k.alt = true
		case "Control":
			k.control = true
		case "Shift":
			k.shift = true
		case "Meta":
			k.meta = true
		default:
			return key{}, fmt.Errorf("key %q: unknown modifier %q", s, m)
		}
	}
	k.name = parts[len(parts)-1]
	if _, ok := keyNames()[k.name]; !ok && utf8.RuneCountInString(k.name) != 1 {
		return key{}, fmt.Errorf("key %q: unknown key %q", s, k.name)
	}
	return k, nil
}

// Press presses a key where the focus is: one character, or one of Enter, Tab,
// Escape, Backspace, Delete, Space, Home, End, PageUp, PageDown and the Arrow
// keys, after any of Shift+, Control+, Alt+ and Meta+.
func (p *Page) Press(name string) {
	p.t.Helper()
	k, err := parseKey(name)
	if err != nil {
		p.t.Fatalf("browsertest: %v", err)
	}
	ctx, cancel := p.answering()
	defer cancel()
	if err := p.tab.press(ctx, k); err != nil {
		p.fatalf("press %s: %v", name, err)
	}
}

// Type types text where the focus is.
func (p *Page) Type(text string) {
	p.t.Helper()
	ctx, cancel := p.answering()
	defer cancel()
	if err := p.tab.insert(ctx, text); err != nil {
		p.fatalf("type: %v", err)
	}
}

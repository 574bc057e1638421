package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// device is what the page can see of the person's device.
const device = `[innerWidth, innerHeight, navigator.language, typeof preloaded,
	matchMedia('(prefers-color-scheme: dark)').matches,
	matchMedia('(prefers-reduced-motion: reduce)').matches,
	navigator.maxTouchPoints > 0]`

func TestDeviceChromium(t *testing.T) {
	b := Chromium(t)
	phone := PageOptions{Width: 390, Height: 844, Phone: true, Dark: true, ReducedMotion: true, Locale: "de", Preload: "window.preloaded = 1;"}
	checkDevice(t, b, phone, []any{390.0, 844.0, "de", "number", true, true, true})
	checkDevice(t, b, PageOptions{}, []any{1280.0, 800.0, "en-US", "undefined", false, false, false})
}

func TestDeviceFirefox(t *testing.T) {
	b := Firefox(t, Options{Prefs: map[string]any{
		"layout.css.prefers-color-scheme.content-override": 0,
		"ui.prefersReducedMotion":                          1,
	}})
	small := PageOptions{Width: 390, Height: 844, Locale: "de", Preload: "window.preloaded = 1;"}
	checkDevice(t, b, small, []any{390.0, 844.0, "de", "number", true, true, false})
	checkDevice(t, b, PageOptions{}, []any{1280.0, 800.0, "en-US", "undefined", true, true, false})
}

func checkDevice(t *testing.T, b *Browser, o PageOptions, want []any) {
	t.Helper()
	p := b.NewPage(t, o)
	p.Goto(site(t))
	var got []any
	p.Eval(device, &got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("device (-want +got):\n%s", diff)
	}
	file := filepath.Join(t.TempDir(), "page.png")
	p.Screenshot(file)
	if png, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(png), "\x89PNG") {
		t.Errorf("no picture: %v", err)
	}
}

// TestOffline holds that a cut-off page loses requests, new websockets and
// navigator.onLine, and gets them back.
func TestOffline(t *testing.T) {
	p := Chromium(t).NewPage(t)
	p.Goto(site(t))
	for _, off := range []bool{false, true, false} {
		p.Offline(off)
		p.Wait(fmt.Sprintf("navigator.onLine === %v", !off))
		var reached []bool
		p.Eval(`Promise.all([
			fetch('/echo/x').then(() => true, () => false),
			new Promise(r => { const s = new WebSocket('/socket'); s.onopen = () => r(true); s.onerror = () => r(false); }),
		])`, &reached)
		if diff := cmp.Diff([]bool{!off, !off}, reached); diff != "" {
			t.Errorf("offline %v: request and websocket reach the server (-want +got):\n%s", off, diff)
		}
	}
}

// testAxe holds that accessibility faults are found, and only those.
func testAxe(t *testing.T, b *Browser) {
	p := b.NewPage(t)
	p.Goto(site(t))
	if got := p.Axe(); len(got) > 0 {
		t.Errorf("faults on a page without any: %v", got)
	}
	p.Eval("document.querySelector('main').insertAdjacentHTML('beforeend', '<input><img src=\"data:,\">'), 0", nil)
	var ids []string
	for _, v := range p.Axe() {
		ids = append(ids, v.ID)
	}
	if diff := cmp.Diff([]string{"image-alt", "label"}, ids); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

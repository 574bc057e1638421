package browsertest

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// startTimeout bounds the start of a browser on a busy machine.
const startTimeout = 40 * time.Second

// chromium is a running Chromium. The contexts are chromedp's way to name a
// browser: cancelling one ends what it names.
type chromium struct {
	root   context.Context
	cancel context.CancelFunc
}

// chromiumFlags make Chromium silent (nothing but the page makes requests),
// give it a fake camera and microphone, and keep its names at home.
func chromiumFlags() map[string]any {
	return map[string]any{
		"no-sandbox":                       true,
		"disable-gpu":                      true,
		"disable-quic":                     true,
		"disable-component-update":         true,
		"disable-crash-reporter":           true,
		"no-pings":                         true,
		"no-service-autorun":               true,
		"use-fake-device-for-media-stream": true,
		"use-fake-ui-for-media-stream":     true,
		"autoplay-policy":                  "no-user-gesture-required",
		// Addresses pass, localhost passes, every other name fails.
		"host-resolver-rules": "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, " +
			"EXCLUDE 127.*, EXCLUDE 10.*, EXCLUDE 172.*, EXCLUDE 192.*, EXCLUDE 198.*, EXCLUDE [*]",
	}
}

func startChromium(ctx context.Context, path string, h *house, o Options) (engine, error) {
	actx, acancel := chromedp.NewExecAllocator(ctx, chromiumOptions(path, h, o)...)
	root, rcancel := chromedp.NewContext(actx, chromedp.WithErrorf(func(string, ...any) {}))
	c := &chromium{root: root, cancel: func() { rcancel(); acancel() }}
	// The browser lives as long as the context of the first call, so the
	// deadline of the start has to be a timer beside it.
	guard := time.AfterFunc(startTimeout, rcancel)
	defer guard.Stop()
	if err := chromedp.Do(root); err != nil {
		c.cancel()
		return nil, err
	}
	if err := h.adopt(chromedp.FromContext(root).Browser.Process().Pid); err != nil {
		c.cancel()
		return nil, err
	}
	return c, nil
}

func chromiumOptions(path string, h *house, o Options) []chromedp.ExecAllocatorOption {
	flags := chromiumFlags()
	if len(o.SecureOrigins) > 0 {
		flags["unsafely-treat-insecure-origin-as-secure"] = strings.Join(o.SecureOrigins, ",")
	}
	if o.InsecureCertificates {
		flags["ignore-certificate-errors"] = true
	}
	for k, v := range o.Flags {
		flags[k] = v
	}
	opts := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	for k, v := range flags {
		opts = append(opts, chromedp.Flag(k, v))
	}
	return append(opts,
		chromedp.ExecPath(path),
		chromedp.UserDataDir(h.profile()),
		chromedp.Env(h.environment()...),
		chromedp.ModifyCmdFunc(func(cmd *exec.Cmd) {
			groupLeader(cmd)
			if o.Network != nil {
				o.Network.Wrap(cmd)
			}
		}),
	)
}

func (c *chromium) stop(ctx context.Context) error {
	defer c.cancel()
	bounded, cancel := context.WithCancel(c.root)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	if err := chromedp.Cancel(bounded); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}

func (c *chromium) open(ctx context.Context, o PageOptions, rec *recorder) (tab, error) {
	t := &chromiumTab{browser: c.root, rec: rec}
	opts := []chromedp.ContextOption{chromedp.WithListener(t.observe)}
	if !o.Profile {
		opts = append(opts, chromedp.WithNewBrowserContext())
	}
	t.ctx, t.cancel = chromedp.NewContext(c.root, opts...)
	defer context.AfterFunc(ctx, t.cancel)()
	if err := chromedp.Do(t.ctx, t.emulate(o)...); err != nil {
		t.cancel()
		return nil, err
	}
	return t, nil
}

// emulate makes the page look like the person's device.
func (t *chromiumTab) emulate(o PageOptions) []chromedp.Action[chromedp.Void] {
	var viewport []chromedp.EmulateViewportOption
	if o.Phone {
		viewport = append(viewport, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait)
	}
	yes := true
	steps := []chromedp.Action[chromedp.Void]{
		chromedp.EmulateViewport(int64(o.Width), int64(o.Height), viewport...),
		// Workers start only when the recorder listens: see watch.
		command(target.SetAutoAttach, target.SetAutoAttachParams{
			AutoAttach: true, WaitForDebuggerOnStart: true, Flatten: &yes,
		}),
		command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: mediaFeatures(o)}),
	}
	if o.Locale != "" {
		steps = append(steps, setLocale(o.Locale))
	}
	if o.TextSize != 0 {
		steps = append(steps, command(page.SetFontSizes, page.SetFontSizesParams{FontSizes: &page.FontSizes{Standard: o.TextSize}}))
	}
	if o.Preload != "" {
		steps = append(steps, command(page.AddScriptToEvaluateOnNewDocument,
			page.AddScriptToEvaluateOnNewDocumentParams{Source: o.Preload}))
	}
	return steps
}

func mediaFeatures(o PageOptions) []*emulation.MediaFeature {
	scheme, motion := "light", "no-preference"
	if o.Dark {
		scheme = "dark"
	}
	if o.ReducedMotion {
		motion = "reduce"
	}
	forced := "none"
	if o.ForcedColors {
		forced = "active"
	}
	return []*emulation.MediaFeature{
		{Name: "forced-colors", Value: forced},
		{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: motion},
	}
}

// setLocale changes the language headers, navigator.languages and Intl. The
// first two come with the user agent, which stays what it is.
func setLocale(locale string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		agent, err := chromedp.Evaluate[string]("navigator.userAgent")(ctx, t)
		if err != nil {
			return err
		}
		if err := run(ctx, t, emulation.SetUserAgentOverride,
			emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: locale}); err != nil {
			return err
		}
		return run(ctx, t, emulation.SetLocaleOverride,
			emulation.SetLocaleOverrideParams{Locale: strings.ReplaceAll(locale, "-", "_")})
	})
}

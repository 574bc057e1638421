package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// chromiumTab is one page of Chromium.
type chromiumTab struct {
	browser context.Context // static: chromedp's name for the browser
	ctx     context.Context // static after open: chromedp's name for the page
	cancel  context.CancelFunc
	rec     *recorder

	watchers sync.WaitGroup // of the page's workers and foreign frames
}

// run performs one protocol command on a target for its effect.
func run[P, R any](ctx context.Context, t *chromedp.Target, cmd cdp.Command[P, R], params P) error {
	_, err := cdp.Call(ctx, t, cmd, params)
	return err
}

// command is run as a step.
func command[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error { return run(ctx, t, cmd, params) })
}

// within is the page's context with the end of another one.
func (t *chromiumTab) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(t.ctx, deadline)
	}
	return context.WithCancel(t.ctx)
}

func (t *chromiumTab) do(ctx context.Context, steps ...chromedp.Action[chromedp.Void]) error {
	c, cancel := t.within(ctx)
	defer cancel()
	return chromedp.Do(c, steps...)
}

func (t *chromiumTab) navigate(ctx context.Context, url string) error {
	return t.do(ctx, chromedp.Navigate(url))
}

func (t *chromiumTab) reload(ctx context.Context) error { return t.do(ctx, chromedp.Reload()) }

func (t *chromiumTab) evaluate(ctx context.Context, script string) (string, error) {
	c, cancel := t.within(ctx)
	defer cancel()
	raw, err := chromedp.Run(c, chromedp.Evaluate[json.RawMessage](script, chromedp.EvalAwaitPromise))
	if err != nil {
		return "", err
	}
	return stringOf(raw), nil
}

// stringOf is the string that a JSON value is, else "".
func stringOf(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

func (t *chromiumTab) find(ctx context.Context, role, name string) ([]element, error) {
	c, cancel := t.within(ctx)
	defer cancel()
	doc, err := chromedp.Run(c, chromedp.Evaluate[*runtime.RemoteObject]("document"))
	if err != nil {
		return nil, err
	}
	found, err := chromedp.Call(c, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{
		ObjectID: doc.ObjectID, Role: role,
	})
	if err != nil {
		return nil, err
	}
	var els []element
	for _, n := range found.Nodes {
		if n.Ignored || n.BackendDOMNodeID == 0 || accessibleName(n) != name {
			continue
		}
		obj, err := chromedp.Call(c, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: n.BackendDOMNodeID})
		if err != nil {
			return nil, err
		}
		els = append(els, element(obj.Object.ObjectID))
	}
	return els, nil
}

// accessibleName is the computed name as it is read aloud: without the white
// space that markup leaves at its ends.
func accessibleName(n *accessibility.Node) string {
	if n.Name == nil {
		return ""
	}
	return strings.Join(strings.Fields(stringOf(json.RawMessage(n.Name.Value))), " ")
}

func (t *chromiumTab) call(ctx context.Context, el element, function string) (string, error) {
	c, cancel := t.within(ctx)
	defer cancel()
	yes := true
	id := runtime.RemoteObjectID(el)
	r, err := chromedp.Call(c, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		FunctionDeclaration: function, ObjectID: id, Arguments: []*runtime.CallArgument{{ObjectID: id}},
		AwaitPromise: &yes, ReturnByValue: &yes,
	})
	if err != nil {
		return "", err
	}
	if r.ExceptionDetails != nil {
		return "", &chromedp.ExceptionError{ExceptionDetails: r.ExceptionDetails}
	}
	return stringOf(json.RawMessage(r.Result.Value)), nil
}

func (t *chromiumTab) click(ctx context.Context, x, y float64) error {
	return t.do(ctx, chromedp.MouseEvent(chromedp.MouseMoved, x, y), chromedp.MouseClickXY(x, y))
}

func (t *chromiumTab) insert(ctx context.Context, text string) error {
	return t.do(ctx, command(input.InsertText, input.InsertTextParams{Text: text}))
}

func (t *chromiumTab) press(ctx context.Context, k key) error {
	keys := k.name
	if n, ok := keyNames()[k.name]; ok {
		keys = n.cdp
	}
	var held chromedp.Modifier
	for m, on := range map[chromedp.Modifier]bool{
		chromedp.ModifierAlt: k.alt, chromedp.ModifierCtrl: k.control,
		chromedp.ModifierShift: k.shift, chromedp.ModifierMeta: k.meta,
	} {
		if on {
			held |= m
		}
	}
	return t.do(ctx, chromedp.KeyEvent(keys, chromedp.KeyModifiers(held)))
}

func (t *chromiumTab) screenshot(ctx context.Context) ([]byte, error) {
	c, cancel := t.within(ctx)
	defer cancel()
	shot, err := chromedp.Call(c, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: "png"})
	return shot.Data, err
}

func (t *chromiumTab) offline(ctx context.Context, off bool) error {
	conditions := &network.Conditions{DownloadThroughput: -1, UploadThroughput: -1, Offline: off}
	return t.do(ctx,
		command(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			EmulateOfflineServiceWorker: &off, MatchedNetworkConditions: []*network.Conditions{conditions},
		}),
		command(network.OverrideNetworkState, network.OverrideNetworkStateParams{
			Offline: off, DownloadThroughput: -1, UploadThroughput: -1,
		}))
}

func (t *chromiumTab) close(context.Context) error {
	err := chromedp.Cancel(t.ctx)
	t.cancel()
	t.watchers.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// observe runs on the reader goroutine of the page.
func (t *chromiumTab) observe(ev any) {
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		t.rec.request(ev.Request.Method, ev.Request.URL)
	case *network.EventWebSocketCreated:
		t.rec.request("GET", ev.URL)
	case *runtime.EventExceptionThrown:
		t.rec.consoleError((&chromedp.ExceptionError{ExceptionDetails: ev.ExceptionDetails}).Error())
	case *runtime.EventConsoleAPICalled:
		if ev.Type == "error" || ev.Type == "assert" {
			t.rec.consoleError(joinArgs(ev.Args))
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level == "error" {
			t.rec.consoleError(ev.Entry.Text + " " + ev.Entry.URL)
		}
	case *target.EventAttachedToTarget:
		t.watchers.Go(func() { t.watch(ev.TargetInfo.TargetID) })
	}
}

// watch listens to a worker, a foreign frame or a window of the page as well, from before
// its first script for as long as the page lives. It may be gone again by now,
// which is no error.
func (t *chromiumTab) watch(id target.ID) {
	ctx, cancel := chromedp.NewContext(t.browser, chromedp.WithTargetID(id),
		chromedp.WithListener(t.observe), chromedp.WithDetachOnCancel())
	defer cancel()
	if err := chromedp.Do(ctx, command(runtime.RunIfWaitingForDebugger, cdp.Empty{})); err == nil {
		<-t.ctx.Done()
	}
}

func joinArgs(args []*runtime.RemoteObject) string {
	var parts []string
	for _, a := range args {
		switch {
		case a.Description != "":
			parts = append(parts, a.Description)
		case a.Value != nil:
			parts = append(parts, strings.Trim(string(a.Value), `"`))
		default:
			parts = append(parts, string(a.Type))
		}
	}
	return strings.Join(parts, " ")
}

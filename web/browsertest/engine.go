package browsertest

import "context"

// engine is a running browser as a protocol shows it.
type engine interface {
	// open makes a page in a context of its own; events of the page go to rec.
	open(ctx context.Context, o PageOptions, rec *recorder) (tab, error)
	// stop ends the browser gracefully within ctx, else by force, and returns
	// when its main process is gone.
	stop(ctx context.Context) error
}

// tab is one page as a protocol shows it. All that the two protocols have in
// common is built on it in Page.
type tab interface {
	navigate(ctx context.Context, url string) error
	reload(ctx context.Context) error
	// evaluate runs a script in the page, awaits its promise, and returns the
	// string it gives; "" for anything else.
	evaluate(ctx context.Context, script string) (string, error)
	// find returns the elements of a role ("" for any) and accessible name, in
	// document order.
	find(ctx context.Context, role, name string) ([]element, error)
	// call runs a function with the element as its only argument, like evaluate.
	call(ctx context.Context, el element, function string) (string, error)
	// click presses and releases the main button at a point of the viewport.
	click(ctx context.Context, x, y float64) error
	// insert types text where the focus is.
	insert(ctx context.Context, text string) error
	// press presses and releases one key with modifiers held.
	press(ctx context.Context, k key) error
	screenshot(ctx context.Context) ([]byte, error)
	offline(ctx context.Context, off bool) error
	close(ctx context.Context) error
}

// element is a protocol's reference to a DOM element, good until the page
// navigates.
type element string

// Package browsertest drives real browsers from go test: Chromium through the
// DevTools protocol, Firefox through WebDriver BiDi, both headless and with a
// fake camera and microphone.
//
// A [Browser] is one process with a profile of its own; a [Page] is one person
// in it, in a browser context of its own (cookies, storage and permissions are
// not shared). Everything a test says is said the way a person or a screen
// reader would: elements are found by their role and accessible name as the
// browser itself computes them, and clicks and keys are trusted input events.
//
// Who owns what: the test that calls [Chromium] or [Firefox] owns the browser;
// its cleanup ends every process of it and removes the profile. A watcher
// process does the same when the test binary dies without cleaning up (a test
// timeout, a kill), so that nothing is left behind in any case.
//
// Invariants:
//
//   - no method sleeps; all wait for a condition, with a deadline;
//   - a failure says what was visible on the page at that moment;
//   - methods of one Page are for one goroutine, the one that runs the test,
//     except where [Page.Try] and [Page.TryWait] are used; different pages may
//     be used at the same time;
//   - browsers can reach IP addresses and names below localhost only: any other
//     name fails to resolve, so that a test never leaves the machine.
//
// The package is for tests; no part of the product imports it.
package browsertest

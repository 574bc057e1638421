// Package web is the browser client: the pages, styles and modules under
// static/, embedded in the program, and the handler that serves them.
//
// Nothing is built: what lies in static/ is what the browser gets. The pages
// are html/template documents with three values in them (the neutral title,
// the address of the static files, the address of the quick exit); everything
// else is plain ES modules. The modules are laid out as the architecture is:
//
//	js/protocol/  PROTOCOL.md in the browser: strict messages, websocket, HTTP; touches no document
//	js/identity/  the seat's key pair, and what a reload may keep of it
//	js/link/      finding the token in a link, however an e-mail mangled it
//	js/e2ee/      end-to-end encryption after docs/e2ee.md: who gets keys, and the worker that every frame goes through
//	js/media/     camera and microphone, the one peer connection, playback, quality
//	js/state/     the one reducer that holds all that the page shows, and its selectors
//	js/views/     functions from state to a tree of elements; they never change state
//	js/ui/        the tree patcher, focus, dialogs, icons, words
//	js/app/       what happens: the conductors between protocol, media and state
//	js/desk/      the hosts' page, built the same way: model/, views/, app/
//	i18n/         every word that the pages say
//
// Invariants:
//
//   - Opening any page changes nothing on the server; only GET and HEAD are
//     answered.
//   - No page asks a third party for anything: the Content-Security-Policy
//     allows this origin alone, and neither inline script nor inline style.
//   - No page can be shown in a frame, but that of a link and the one after a
//     session by the origins in Config.EmbedOrigins.
//   - Titles and addresses are neutral: they land in the browser's history.
//   - No token is ever logged; the handler logs nothing at all.
//   - The package imports none of the others. It is static after Handler
//     returns, and safe for concurrent use.
package web
